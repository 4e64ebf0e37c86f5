import Foundation
import Glibc
import Testing

/// The disk fails under a command, at one system call after the other.
///
/// After each: a typed error or success and no crash; what the error says of the store is true; the store verifies and holds exactly what
/// was there before or what the command writes; nothing is left beside it once it was opened again; the next run works.
@Suite("Failing disk", .enabled(if: Machine.hasSQLite && Shim.library != nil))
struct FaultTests {
  /// Every call in long runs; else a few, drawn from the calls that there are.
  private static func step(_ fault: Shim.Fault, _ generator: inout SeededGenerator) -> Int {
    if Machine.longTests { return 1 }
    let mean = ["w": 34, "r": 45, "wstn": 34, "o": 2, "s": 2][fault.calls] ?? 1
    return Int.random(in: 1...(2 * mean - 1), using: &generator)
  }

  /// What an error tells: its code, and what it says became of the command.
  private func error(_ outcome: Outcome, _ comment: String) throws -> (code: String, says: Bool?) {
    let answer = try JSON(outcome.out)
    let (code, message) = (answer["error"]["code"].text ?? "", answer["error"]["message"].text ?? "")
    let remedy = try #require(answer["error"]["remedy"].text, "\(comment): \(outcome.out)\(outcome.err)")
    #expect(outcome.err.contains(message) && outcome.err.contains(remedy), "\(comment)")
    // The name under which a store is built is nobody's business.
    #expect(message.contains("lethe.db") && !message.contains(".new-"), "\(comment): \(message)")
    #expect(outcome.code == (code == "database.damaged" ? 20 : 1), "\(comment): \(code)")
    #expect(
      ["store.unusable", "store.io_error", "store.commit_uncertain", "database.damaged"].contains(code),
      "\(comment): \(code), \(message)")
    return (code, remedy.contains("was carried out before") ? true : remedy.contains("nothing was written") ? false : nil)
  }

  @Test("writing", arguments: WritingCommand.all, Shim.Fault.ofWriting + Shim.Fault.ofReading)
  func writing(command: WritingCommand, fault: Shim.Fault) throws {
    let session = try command.session()
    let state = try StoreState(of: session)
    var generator = SeededGenerator(UInt64(command.name.utf8.count * fault.testDescription.utf8.count))
    var number = Self.step(fault, &generator)
    while true {
      let comment = "\(command.name), call \(number)"
      try state.restore()
      let (outcome, failed) = try session.run(command.arguments + ["--json"], with: fault, at: number, on: session.store)
      guard failed else {
        #expect(outcome.code == 0, "\(comment): \(outcome.err)")
        break
      }
      var says: Bool?
      switch outcome.code {
      case 0: says = true
      case 128 + SIGKILL where fault.how == "KILL": break
      // Erasure is incomplete, and says so.
      case 21 where command.actions.count > 1: says = true
      case 1, 20:
        let (code, told) = try error(outcome, comment)
        #expect(code != "database.damaged" || fault.calls == "r", "\(comment): \(outcome.err)")
        says = told
      default: Issue.record("\(comment) ended with \(outcome.code): \(outcome.err)")
      }
      let happened = try state.happened(command.actions, comment)
      if let says { #expect(says == (happened > 0), "\(comment): \(outcome.out)") }
      if outcome.code == 0 { #expect(happened == command.actions.count, "\(comment): \(outcome.out)") }
      if happened < command.actions.count, number % 3 == 0 {
        try session.json(command.arguments)
        try session.expectSound()
      }
      number += Self.step(fault, &generator)
    }
    try session.expectValid()
  }

  @Test("init: a whole store or none, and it can be run again", arguments: Shim.Fault.ofWriting + Shim.Fault.ofReading)
  func initialise(fault: Shim.Fault) throws {
    let session = try Session()
    try session.json(["init", "--store", "other.db"])
    var generator = SeededGenerator(2)
    var number = Self.step(fault, &generator)
    while true {
      let comment = "call \(number)"
      for name in try session.names() where name.hasPrefix("lethe.db") { unlink(session.folder.file(name)) }
      let before = try session.names()
      let (outcome, failed) = try session.run(["init", "--json"], with: fault, at: number, on: session.store)
      guard failed else {
        #expect(outcome.code == 0, "\(comment): \(outcome.err)")
        break
      }
      if outcome.code != 0, outcome.code != 128 + SIGKILL || fault.how != "KILL" {
        let (code, says) = try error(outcome, comment)
        #expect(code != "database.damaged" || fault.calls == "r", "\(comment): \(outcome.err)")
        if let says { #expect(says == exists(session.store), "\(comment): \(outcome.out)") }
      }
      if outcome.code == 0 { #expect(exists(session.store), "\(comment)") }
      if !exists(session.store) {
        // Where names cannot be removed, and after a kill, the half-built file stays, under a name of its own.
        if fault.calls.contains("n") == false { #expect(try session.names() == before, "\(comment)") }
        try session.json(["init"])
      }
      #expect(try session.json(["verify"])["log_size"] == 1, "\(comment)")
      number += Self.step(fault, &generator)
    }
    try session.expectValid()
  }

  @Test("the key's file: a whole key or none", arguments: Shim.Fault.ofWriting)
  func key(fault: Shim.Fault) throws {
    let session = try Session()
    for number in 1... {
      for name in try session.names() where name.hasPrefix("key") || name.hasPrefix("lethe.db") {
        unlink(session.folder.file(name))
      }
      let (outcome, failed) = try session.run(["init", "--json"], with: fault, at: number, on: session.folder.file("key"))
      guard failed else { break }
      if outcome.code != 0, fault.how != "KILL" {
        let answer = try JSON(outcome.out)
        #expect(outcome.code == 1 && answer["error"]["code"] == "key.unusable", "\(outcome.out)\(outcome.err)")
      }
      if !exists(session.store) { try session.json(["init"]) }
      // The key that lies there is the one that signs.
      try Samples().write(to: session.folder)
      try session.json(Samples.importing())
      try session.expectSound()
    }
    try session.expectValid()
  }

  @Test(
    "reading: the right answer or a typed error",
    arguments: [
      ["verify"], ["history"], ["evaluate", "m"], ["explain", "--class", "frog"], ["stats"], ["checkpoint", "list", "m"],
    ],
    Shim.Fault.ofReading + [
      Shim.Fault(calls: "ows", how: "EIO", isSticky: true), Shim.Fault(calls: "wst", how: "ENOSPC", isSticky: true),
    ])
  func reading(command: [String], fault: Shim.Fault) throws {
    let session = try Session.trained()
    try session.json(WritingCommand.forgetting)
    let file = try bytes(of: session.store)
    let answer = try session.json(command)
    var generator = SeededGenerator(3)
    var number = 1
    while true {
      let comment = "\(command[0]), call \(number)"
      let (outcome, failed) = try session.run(command + ["--json"], with: fault, at: number, on: session.store)
      if outcome.code == 0 {
        #expect(try JSON(outcome.out) == answer, "\(comment)")
      } else if command == ["verify"], outcome.code == 20, let found = try? JSON(outcome.out), found["ok"] == false {
        // Told as what it is: the disk, not somebody's hand.
        let codes = Set(found["findings"].all("code").compactMap(\.text))
        #expect(!codes.isDisjoint(with: ["store.io_error", "database.damaged"]), "\(comment): \(codes)")
      } else {
        _ = try error(outcome, comment)
      }
      // A full disk stops nobody from reading.
      if fault.how == "ENOSPC" { #expect(outcome.code == 0, "\(comment): \(outcome.err)") }
      guard failed else { break }
      number += Self.step(fault, &generator)
    }
    try session.expectSound()
    #expect(try bytes(of: session.store) == file)
    try session.expectValid()
  }

  @Test(
    "backup: a whole copy that is listed, or none; the store is sound",
    arguments: Shim.Fault.ofWriting + Shim.Fault.ofReading, ["lethe.db", "b.db"])
  func backup(fault: Shim.Fault, file: String) throws {
    let session = try Session.trained()
    let state = try StoreState(of: session)
    let copy = session.folder.file("b.db")
    var generator = SeededGenerator(4)
    var number = Self.step(fault, &generator)
    while true {
      let comment = "\(file), call \(number)"
      try state.restore()
      let (outcome, failed) = try session.run(["backup", "b.db", "--json"], with: fault, at: number, on: session.folder.file(file))
      guard failed else {
        #expect(outcome.code == 0, "\(comment): \(outcome.err)")
        break
      }
      try expectTyped(outcome, fault, comment)
      let listed = try session.json(["copy", "list"])["copies"].items.count
      if outcome.code == 0 { #expect(exists(copy), "\(comment)") }
      if exists(copy) {
        #expect(listed == 1, "\(comment): a copy that is there is listed")
        #expect(try session.json(["verify", "--store", "b.db"])["ok"] == true, "\(comment)")
        for suffix in ["", "-wal", "-shm"] { unlink(copy + suffix) }
      }
      try session.expectSound()
      if number % 3 == 0 { try session.json(["backup", "b.db"]) }
      number += Self.step(fault, &generator)
    }
    try session.expectValid()
  }

  @Test(
    "restore, where no store is: a whole store or none, and it can be run again",
    arguments: Shim.Fault.ofWriting + Shim.Fault.ofReading, ["lethe.db", "b.db"])
  func restore(fault: Shim.Fault, file: String) throws {
    let session = try Session.trained()
    try session.json(["backup", "b.db"])
    let copy = try bytes(of: session.folder.file("b.db"))
    var generator = SeededGenerator(5)
    var number = Self.step(fault, &generator)
    while true {
      let comment = "\(file), call \(number)"
      for name in try session.names() where name.hasPrefix("lethe.db") { unlink(session.folder.file(name)) }
      let (outcome, failed) = try session.run(
        ["restore", "b.db", "--json"], with: fault, at: number, on: session.folder.file(file))
      guard failed else {
        #expect(outcome.code == 0, "\(comment): \(outcome.err)")
        break
      }
      try expectTyped(outcome, fault, comment)
      #expect(try bytes(of: session.folder.file("b.db")) == copy, "\(comment)")
      if outcome.code == 0 { #expect(exists(session.store), "\(comment)") }
      if !exists(session.store) { try session.json(["restore", "b.db"]) }
      try session.expectSound()
      #expect(try session.json(["history", "--limit", "1"])["entries"][0]["action"] == "restore", "\(comment)")
      number += Self.step(fault, &generator)
    }
    try session.expectValid()
  }

  /// Success, a kill that was asked for, or an error with a code that tells of the disk.
  private func expectTyped(_ outcome: Outcome, _ fault: Shim.Fault, _ comment: String) throws {
    switch outcome.code {
    case 0: return
    case 128 + SIGKILL where fault.how == "KILL": return
    default:
      let code = try JSON(outcome.out)["error"]["code"].text ?? ""
      #expect([1, 20].contains(outcome.code), "\(comment): \(outcome.out)\(outcome.err)")
      // A copy that cannot be read back in full is not given out, for whatever reason.
      let codes = ["store.unusable", "store.io_error", "store.commit_uncertain", "database.damaged", "copy.damaged"]
      #expect(codes.contains(code), "\(comment): \(outcome.out)\(outcome.err)")
      #expect(code != "copy.damaged" || fault.calls == "r" || fault.calls == "o", "\(comment): \(outcome.err)")
    }
  }

  @Test("a report's file: a whole report or none", arguments: Shim.Fault.ofWriting.filter { $0.how != "KILL" })
  func output(fault: Shim.Fault) throws {
    let session = try Session.trained()
    try session.json(WritingCommand.forgetting)
    for number in 1... {
      let (outcome, failed) = try session.run(
        ["report", "m", "--output", "report.md", "--json"], with: fault, at: number, on: session.folder.file("report.md"))
      guard failed else { break }
      if outcome.code == 0 {
        #expect(try String(contentsOfFile: session.folder.file("report.md"), encoding: .utf8).hasSuffix("\n"))
      } else {
        #expect(outcome.code == 1, "\(outcome.out)\(outcome.err)")
        #expect(try JSON(outcome.out)["error"]["message"].text?.contains("report.md") == true, "\(outcome.out)")
        if fault.calls != "n" { #expect(!exists(session.folder.file("report.md"))) }
      }
      unlink(session.folder.file("report.md"))
    }
  }

  @Test("a clock that goes back: entries keep their order, the time is the writer's, verify says so and finds no damage")
  func clock() throws {
    let session = try Session.trained()
    let own = session.environment
    session.environment["LD_PRELOAD"] = Shim.library
    session.environment["LETHE_CLOCK"] = String(-2 * 86_400)
    try session.json(WritingCommand.forgetting)
    session.environment = own
    try session.json(["rollback", "m", "--to", "1", "--reason", "r"])
    let verified = try session.json(["verify"])
    #expect(verified["ok"] == true)
    #expect(verified["findings"].all("code") == ["log.time_backwards"] && verified["findings"].all("subject") == ["log entry 3"])
    #expect(verified["findings"].all("severity") == ["warning"])
    let text = try session.run(["verify"])
    #expect(text.code == 0 && text.out.contains("log.time_backwards") && text.out.contains("\nok: 5 log entries"))
    let entries = try session.json(["history"])["entries"]
    #expect(entries.all("action") == ["rollback", "forget", "train", "import", "init"])
    let times = entries.all("time").compactMap(\.text)
    #expect(times.count == 5 && times[1] < times[4] && times[0] > times[1])
    // What is in force follows the order of the log, not the clock.
    #expect(try session.json(["explain", "--class", "frog"])["models"][0]["knows"] == false)
    try session.expectValid()
  }
}

extension Session {
  /// Names of what lies in the folder.
  func names() throws -> Set<String> { Set(try FileManager.default.contentsOfDirectory(atPath: folder.path)) }
}

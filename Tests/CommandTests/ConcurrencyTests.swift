import Foundation
import Testing

/// Several processes at one store at once: each command happens as a whole or is refused as a whole, and no act of forgetting is lost.
@Suite("Several at once")
struct ConcurrencyTests {
  private static let rounds = Machine.longTests ? 60 : 5

  @Test("one trains while another one forgets: the class stays forgotten, whoever comes first")
  func trainAndForget() throws {
    for round in 0..<Self.rounds {
      let session = try Session.trained()
      // The longer the training, the likelier it is overtaken.
      let training = Samples.training("m", dataset: "pets", "--json", "--epochs", String(1 + 20 * round))
      let forgetting = ["forget", "m", "--class", "frog", "--reason", "r", "--json"]
      let pair = round % 2 == 0 ? [training, forgetting] : [forgetting, training]
      let processes = try pair.map(session.start)
      let outcomes = try processes.map { try $0.wait() }
      let (trained, forgot) = round % 2 == 0 ? (outcomes[0], outcomes[1]) : (outcomes[1], outcomes[0])

      #expect(forgot.code == 0, "\(forgot.err)")
      let answer = try JSON(forgot.out)
      let actions = try session.json(["history", "m"])["entries"].all("action")
      if trained.code == 0 {
        // Before the forgetting, which then masked the new checkpoint, or after it without the class.
        #expect(actions == ["forget", "train", "train"] || actions == ["train", "forget", "train"])
        let made = try JSON(trained.out)["checkpoint"]
        #expect(made["forgotten"].items.count == (actions[0] == "train" ? 1 : 0))
        #expect(answer["parent"] == (actions[0] == "forget" ? "m@2" : "m@1"))
      } else {
        #expect(trained.code == 1)
        #expect(try JSON(trained.out)["error"]["code"] == "model.changed_meanwhile")
        #expect(actions == ["forget", "train"])
      }
      let model = try session.json(["explain", "--class", "frog"])["models"][0]
      #expect(model["knows"] == false)
      #expect(try session.json(["evaluate", "m"])["measurements"].items("class", "frog").first?["value"] == 0)
      try session.expectSound()
      try session.expectValid()
    }
  }

  @Test("everybody forgets another class: all of them are forgotten, one after the other")
  func allForget() throws {
    let session = try Session.trained()
    let processes = try Samples.classes.dropLast().map {
      try session.start(["forget", "m", "--class", $0, "--pairs", "10", "--reason", $0, "--json"])
    }
    let outcomes = try processes.map { try $0.wait() }
    #expect(outcomes.map(\.code) == [0, 0, 0, 0])
    let answers = try outcomes.map { try JSON($0.out) }
    #expect(Set(answers.compactMap { $0["child"].text }) == ["m@2", "m@3", "m@4", "m@5"])
    #expect(Set(answers.compactMap { $0["log_index"].count }) == [3, 4, 5, 6])
    let shown = try session.json(["explain", "m"])
    #expect(Set(shown["checkpoint"]["forgotten"].all("class").compactMap(\.text)) == Set(Samples.classes.dropLast()))
    #expect(shown["lineage"].items.count == 5)
    try session.expectSound()
    try session.expectValid()
  }

  @Test("readers run beside a writer and see whole states only")
  func readers() throws {
    let session = try Session.trained()
    let writers = try Samples.classes.prefix(3).map {
      try session.start(["forget", "m", "--class", $0, "--pairs", "10", "--reason", "r", "--json"])
    }
    let readers = try (0..<6).map { round in
      try session.start([["verify", "--json"], ["checkpoint", "list", "m", "--json"], ["report", "--json"]][round % 3])
    }
    for reader in readers {
      let outcome = try reader.wait()
      #expect(outcome.code == 0, "\(outcome.out)\(outcome.err)")
      let answer = try JSON(outcome.out)
      // Of checkpoints exactly one is the head: the last, since each forgetting made one.
      let heads = answer["checkpoints"].all("head")
      if !heads.isEmpty { #expect(heads.last == true && heads.dropLast().allSatisfy { $0 == false }) }
      #expect(try Schemas.faults(in: [String(outcome.out.dropLast())]) == "")
    }
    #expect(try writers.map { try $0.wait().code } == [0, 0, 0])
    try session.expectSound()
    try session.expectValid()
  }

  @Test("eight write one command after the other while others verify and list: nothing is lost, and readers see a whole log")
  func manyWriters() throws {
    let session = try Session.trained()
    let writers = Machine.longTests ? 32 : 8
    func done(_ writer: Int) -> String { "done-\(writer)" }
    let processes = try (0..<writers).map { writer in
      let model = "w\(writer)"
      let commands = [
        Samples.training(model, dataset: "pets", "--epochs", "1", "--key-epochs", "1"),
        ["forget", model, "--class", "frog", "--pairs", "9", "--reason", "r\(writer)"],
        ["rollback", model, "--to", "1", "--reason", "r\(writer)"],
      ]
      let lines = commands.map { ([Session.program] + $0).joined(separator: " ") } + ["touch \(done(writer))"]
      let script = lines.joined(separator: " && ")
      return try RunningProcess("/bin/sh", ["-c", script], environment: session.environment, in: session.folder)
    }
    var (reads, size) = (0, 3)
    // A writer that fails leaves no file behind, so its process is waited for when the others are through.
    repeat {
      try session.expectSound()
      let entries = try session.json(["history"])["entries"].all("log_index").compactMap(\.count)
      #expect(entries == (0..<entries.count).reversed(), "a log without gaps")
      #expect(entries.count >= size, "what was there stays there")
      #expect(try session.json(["checkpoint", "list", "m"])["checkpoints"].items.count == 1)
      (reads, size) = (reads + 1, entries.count)
    } while reads < 3 || (reads < 100 && !(0..<writers).allSatisfy { exists(session.folder.file(done($0))) })
    for process in processes {
      let outcome = try process.wait()
      #expect(outcome.code == 0, "\(outcome.out)\(outcome.err)")
    }
    let entries = try session.json(["history"])["entries"]
    #expect(entries.items.count == 3 + 3 * writers)
    for writer in 0..<writers {
      let own = entries.items("model", .string("w\(writer)"))
      #expect(own.map { $0["action"] } == ["rollback", "forget", "train"])
      // Each begins where the one before it ended.
      for (later, earlier) in zip(own, own.dropFirst()) { #expect(later["parent"] == earlier["child"]) }
    }
    try session.expectSound()
    try session.expectValid()
  }

  @Test("of several that make the same store or the same name one wins; the others say why")
  func sameName() throws {
    let session = try Session()
    try Samples().write(to: session.folder)
    /// How many of four won.
    func race(_ arguments: [String], loser: String) throws -> Int {
      let processes = try (0..<4).map { _ in try session.start(arguments + ["--json"]) }
      let outcomes = try processes.map { try $0.wait() }
      #expect(outcomes.allSatisfy { $0.code == 0 || $0.code == 1 })
      for outcome in outcomes where outcome.code != 0 { #expect(try JSON(outcome.out)["error"]["code"] == .string(loser)) }
      return outcomes.count { $0.code == 0 }
    }
    #expect(try race(["init"], loser: "store.already_exists") == 1)
    #expect(try race(Samples.importing(), loser: "dataset.exists") == 1)
    // One that begins when another has ended trains the next checkpoint.
    let trained = try race(Samples.training(), loser: "model.changed_meanwhile")
    let actions = try session.json(["history"])["entries"].all("action")
    #expect((1...4).contains(trained) && actions == Array(repeating: "train", count: trained) + ["import", "init"])
    // One key came of it, and it is the one that signs.
    #expect(try FileManager.default.contentsOfDirectory(atPath: session.folder.path).filter { $0.hasPrefix("key") } == ["key"])
    try session.expectSound()
    try session.expectValid()
  }

  @Test("everybody places holds, registers copies and takes backups: nothing is lost, and every backup is a state that was")
  func records() throws {
    let session = try Session.trained()
    let commands = (0..<3).flatMap { index in
      [
        ["hold", "place", "m", "--reason", "\(index)", "--owner", "o", "--review", "2031-01-31"],
        ["copy", "add", "place \(index)", "--kind", "other"], ["backup", "b\(index).db"],
      ]
    }
    let outcomes = try commands.map { try session.start($0 + ["--json"]) }.map { try $0.wait() }
    #expect(outcomes.allSatisfy { $0.code == 0 }, "\(outcomes.map(\.err))")
    #expect(try session.json(["hold", "list"])["holds"].items.count == 3)
    let copies = try session.json(["copy", "list"])["copies"].items
    #expect(copies.count == 6)
    #expect(try session.json(["verify"])["log_size"] == 12)
    let history = try session.json(["log", "list"])["entries"].all("leaf_hash")
    for index in 0..<3 {
      #expect(try session.json(["verify", "--store", "b\(index).db"])["ok"] == true)
      let held = try session.json(["log", "list", "--store", "b\(index).db"])["entries"].all("leaf_hash")
      #expect(held == Array(history.prefix(held.count)))
      // It knows of itself, and holds at least what its listing says.
      let place = try #require(copies.first { $0["location"].text?.hasSuffix("/b\(index).db") == true })
      #expect(held.count >= place["log_size"].count ?? 99)
    }
    // Two at one place: one is made, the other one is refused.
    let pair = try (0..<2).map { _ in try session.start(["backup", "one.db", "--json"]) }.map { try $0.wait() }
    #expect(pair.map(\.code).sorted() == [0, 1])
    #expect(try session.json(["verify", "--store", "one.db"])["ok"] == true)
    try session.expectSound()
    try session.expectValid()
  }
}

import Foundation
import Glibc
import Testing

/// `kill -9` at any moment: afterwards the command has happened as a whole or not at all, and can be run again.
///
/// The moment is drawn between the start and a little beyond the time that the command takes here, and is waited for by spinning, so
/// it can fall on any instruction: before the store is opened, between two pages of the write-ahead log, after the commit.
@Suite("Killed", .enabled(if: Machine.hasSQLite))
struct KillTests {
  static let rounds = Machine.longTests ? 200 : 14

  /// Nanoseconds of a clock that never goes back.
  private func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// Starts a command and kills it after so many nanoseconds; tells whether it had ended well by then.
  private func kill(_ arguments: [String], in session: Session, after delay: UInt64) throws -> Bool {
    let started = now()
    let process = try session.start(arguments)
    while now() - started < delay { sched_yield() }
    process.kill()
    let outcome = try process.wait()
    #expect(outcome.code == 0 || outcome.code == 128 + SIGKILL, "\(outcome.err)")
    return outcome.code == 0
  }

  /// How long a command takes that is left alone.
  private func duration(_ arguments: [String], in session: Session) throws -> UInt64 {
    let started = now()
    try session.json(arguments)
    return now() - started
  }

  @Test(
    "every command that writes, again and again on copies of one store", arguments: WritingCommand.all + WritingCommand.recording)
  func writing(command: WritingCommand) throws {
    let session = try command.session()
    let state = try StoreState(of: session)
    let longest = try duration(command.arguments, in: session)
    var generator = SeededGenerator(UInt64(command.name.utf8.count))
    var (ended, happened) = (0, 0)
    for round in 0..<Self.rounds {
      try state.restore()
      let comment = "\(command.name), round \(round)"
      let wasEnded = try kill(command.arguments, in: session, after: UInt64.random(in: 0...(longest * 9 / 8), using: &generator))
      let count = try state.happened(command.actions, own: command.own, comment)
      #expect(count == command.actions.count || !wasEnded, "\(comment): it reported success and is not there")
      (ended, happened) = (ended + (wasEnded ? 1 : 0), happened + (count == command.actions.count ? 1 : 0))
      // Nothing is in its way. One round in three, since each costs as much as the killed command.
      if count < command.actions.count, round % 3 == 0 {
        if !command.replacesOwn { for name in command.own { unlink(session.folder.file(name)) } }
        try session.json(command.arguments)
        // What the killed one had begun to write is gone, if it is written again in the same place.
        let left = try FileManager.default.contentsOfDirectory(atPath: session.folder.path).filter { $0.hasSuffix(".partial") }
        #expect(left == [], "\(comment)")
        try session.expectSound()
      }
    }
    print("killed \(command.name): \(Self.rounds) rounds, \(ended) had ended before, \(happened) had happened, all verify")
    try session.expectValid()
  }

  @Test("init: a whole store or none, and init can be run again")
  func initialise() throws {
    let session = try Session()
    let longest = try duration(["init"], in: session)
    var generator = SeededGenerator(1)
    for round in 0..<Self.rounds {
      for name in try FileManager.default.contentsOfDirectory(atPath: session.folder.path) { unlink(session.folder.file(name)) }
      let ended = try kill(["init"], in: session, after: UInt64.random(in: 0...(longest * 9 / 8), using: &generator))
      if !exists(session.store) {
        #expect(!ended)
        #expect(try session.failure(["verify"]).code == "store.not_found")
        try session.json(["init"])
      }
      let verified = try session.json(["verify"])
      #expect(verified["ok"] == true && verified["log_size"] == 1, "round \(round)")
      // The key is the one that signed it.
      try session.json(["init", "--store", "second.db"])
      let names = try [session.store, "second.db"].map {
        try session.json(["log", "key", "--store", $0])["verifier_key"].text?.split(separator: "+").last
      }
      #expect(names[0] == names[1])
    }
    try session.expectValid()
  }

  @Test("checkpoint export: the whole file or none, and the store as it was")
  func exporting() throws {
    let session = try Session.trained()
    let command = ["checkpoint", "export", "m", "out.safetensors"]
    let path = session.folder.file("out.safetensors")
    let before = try session.dump()
    let longest = try duration(command, in: session)
    let whole = try bytes(of: path)
    var generator = SeededGenerator(6)
    for round in 0..<Self.rounds {
      for suffix in ["", ".sig"] { unlink(path + suffix) }
      let ended = try kill(command, in: session, after: UInt64.random(in: 0...(longest * 9 / 8), using: &generator))
      #expect(!ended || exists(path + ".sig"), "round \(round)")
      if exists(path + ".sig") { #expect(exists(path) && JSON.isWhole(path + ".sig"), "round \(round)") }
      if exists(path) { #expect(try bytes(of: path) == whole, "round \(round)") }
      #expect(try session.dump() == before, "round \(round)")
    }
    for suffix in ["", ".sig"] { unlink(path + suffix) }
    try session.json(command)
    try session.expectValid()
  }
}

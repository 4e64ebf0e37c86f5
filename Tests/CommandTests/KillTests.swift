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

  /// Removes a store with whatever lies beside it, and puts another one there.
  private func restore(_ session: Session, to file: Data) throws {
    for suffix in ["", "-wal", "-shm", "-journal"] { unlink(session.store + suffix) }
    try file.write(to: URL(fileURLWithPath: session.store))
  }

  /// Kills a command again and again on copies of one store.
  private func check(_ session: Session, _ arguments: [String], action: String, seed: UInt64) throws {
    let file = try Data(contentsOf: URL(fileURLWithPath: session.store))
    let before = try session.dump()
    let entries = try session.json(["verify"])["log_size"].count ?? 0
    let longest = try duration(arguments, in: session)
    var generator = SeededGenerator(seed)
    for round in 0..<Self.rounds {
      try restore(session, to: file)
      let ended = try kill(arguments, in: session, after: UInt64.random(in: 0...(longest * 9 / 8), using: &generator))
      let verified = try session.json(["verify"])
      #expect(verified["ok"] == true, "\(action), round \(round)")
      let newest = try session.json(["history", "--limit", "1"])["entries"][0]
      if newest["action"] == .string(action), newest["log_index"].count == entries {
        // The whole command: its entry, and whatever it wrote, to which `verify` holds the entry.
        #expect(verified["log_size"].count == entries + 1)
      } else {
        #expect(!ended, "\(action), round \(round): it reported success and is not there")
        #expect(verified["log_size"].count == entries)
        #expect(try session.dump() == before, "\(action), round \(round)")
        // Nothing is in its way. One round in three, since each costs as much as the killed command.
        if round % 3 == 0 {
          try session.json(arguments)
          try session.expectSound()
        }
      }
    }
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

  @Test("dataset import")
  func importing() throws {
    let session = try Session()
    try Samples().write(to: session.folder)
    try session.json(["init"])
    try check(session, Samples.importing(), action: "import", seed: 2)
  }

  @Test("train")
  func train() throws {
    try check(Session.trained(), Samples.training(), action: "train", seed: 3)
  }

  @Test("forget")
  func forget() throws {
    try check(Session.trained(), ["forget", "m", "--class", "frog", "--reason", "r"], action: "forget", seed: 4)
  }

  @Test("rollback")
  func rollback() throws {
    let session = try Session.trained()
    try session.json(["forget", "m", "--class", "frog", "--reason", "r"])
    try check(session, ["rollback", "m", "--to", "1", "--reason", "r"], action: "rollback", seed: 5)
  }
}

import Foundation
import Glibc
import Testing

/// `kill -9` at any moment of a backup or a restoration: no file is half there, no copy is unlisted, and the next run works.
@Suite("Killed while copying", .enabled(if: Machine.hasSQLite))
struct BackupKillTests {
  private let session: Session
  private let before: [String: Data]

  init() throws {
    session = try Session.trained()
    before = try Self.files(of: session)
  }

  private static func files(of session: Session) throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(atPath: session.folder.path).filter {
      $0.hasPrefix("lethe.db") || $0.hasPrefix("b.db")
    }
    return try Dictionary(
      uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(fileURLWithPath: session.folder.file($0)))) })
  }

  private func reset(to files: [String: Data]) throws {
    for name in try Self.files(of: session).keys { unlink(session.folder.file(name)) }
    for (name, data) in files { try data.write(to: URL(fileURLWithPath: session.folder.file(name))) }
  }

  /// Kills a command at moments between its start and a little beyond its end, each time with the same files.
  private func kill(_ arguments: [String], from files: [String: Data], seed: UInt64, check: (Bool) throws -> Void) throws {
    func now() -> UInt64 {
      var time = timespec()
      clock_gettime(CLOCK_MONOTONIC, &time)
      return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
    try reset(to: files)
    let started = now()
    try session.json(arguments)
    let longest = now() - started
    var generator = SeededGenerator(seed)
    for _ in 0..<KillTests.rounds {
      try reset(to: files)
      let delay = UInt64.random(in: 0...(longest * 9 / 8), using: &generator)
      let started = now()
      let process = try session.start(arguments)
      while now() - started < delay { sched_yield() }
      process.kill()
      let outcome = try process.wait()
      #expect(outcome.code == 0 || outcome.code == 128 + SIGKILL, "\(outcome.err)")
      try check(outcome.code == 0)
    }
    try session.expectValid()
  }

  private func names() throws -> Set<String> { Set(try Self.files(of: session).keys) }

  @Test("backup")
  func backup() throws {
    try kill(["backup", "b.db"], from: before, seed: 21) { ended in
      try session.expectSound()
      let listed = try session.json(["copy", "list"])["copies"].items.count
      let isThere = exists(session.folder.file("b.db"))
      #expect(!ended || isThere)
      if isThere {
        #expect(listed == 1, "a copy that is there is listed")
        #expect(try session.json(["verify", "--store", "b.db"])["ok"] == true)
        unlink(session.folder.file("b.db"))
      }
      try session.json(["backup", "b.db"])
      #expect(try names() == ["lethe.db", "b.db"])
    }
  }

  @Test("restore, where no store is")
  func restore() throws {
    try session.json(["backup", "b.db"])
    var files = try Self.files(of: session)
    files["lethe.db"] = nil
    try kill(["restore", "b.db"], from: files, seed: 22) { ended in
      #expect(try Self.files(of: session)["b.db"] == files["b.db"])
      if exists(session.store) {
        try session.expectSound()
        #expect(try session.json(["history", "--limit", "1"])["entries"][0]["action"] == "restore")
      } else {
        #expect(!ended)
        try session.json(["restore", "b.db"])
        try session.expectSound()
        #expect(try names() == ["lethe.db", "b.db"])
      }
    }
  }

  @Test("restore, in place of a damaged store")
  func replace() throws {
    try session.json(["backup", "b.db"])
    _ = try sqlite(session.store, "UPDATE chunk SET bytes = zeroblob(length(bytes))", in: session.folder)
    let files = try Self.files(of: session)
    try kill(["restore", "b.db", "--yes"], from: files, seed: 23) { ended in
      let verified = try JSON(session.run(["verify", "--json"]).out)
      if verified["ok"] == true {
        #expect(verified["log_size"] == 5)
      } else {
        // Not a byte of it: what was damaged is damaged still, and the log is what it was.
        #expect(!ended && verified["log_size"] == 4)
        try session.json(["restore", "b.db", "--yes"])
        try session.expectSound()
        #expect(try names() == ["lethe.db", "b.db"])
      }
    }
  }
}

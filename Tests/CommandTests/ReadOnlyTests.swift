import Foundation
import Glibc
import Testing

/// Stores that cannot be written to, or not beside: reading and verifying work and leave nothing behind, writing is refused.
@Suite("Read only", .enabled(if: Machine.hasSQLite))
struct ReadOnlyTests {
  private let session: Session
  private static let reading: [[String]] = [
    ["verify"], ["history"], ["evaluate", "m"], ["explain", "--class", "frog"], ["checkpoint", "list", "m"], ["report"], ["stats"],
    ["forget", "m", "--class", "cat", "--reason", "r", "--dry-run"],
  ]

  init() throws {
    session = try Session.trained()
    try session.json(["forget", "m", "--class", "frog", "--reason", "licence ended"])
  }

  /// Permissions bind nobody who is root, so root runs the commands as somebody else.
  private func becomeAnother() {
    if getuid() == 0 { session.launcher = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] }
  }

  private func content() throws -> [String: [UInt8]] {
    let names = try FileManager.default.contentsOfDirectory(atPath: session.folder.path)
    // What the commands print lies there as well.
    return try Dictionary(
      uniqueKeysWithValues: names.filter { $0.hasPrefix("lethe.db") }.map { ($0, try bytes(of: session.folder.file($0))) })
  }

  private func expectReadable(at location: SourceLocation = #_sourceLocation) throws {
    let before = try content()
    for command in Self.reading { try session.json(command, at: location) }
    #expect(try session.json(["history"])["entries"].items.count == 4, sourceLocation: location)
    #expect(try content() == before, sourceLocation: location)
    let writing = [
      ["forget", "m", "--class", "cat", "--reason", "r"], ["rollback", "m", "--to", "1", "--reason", "r"], Samples.training(),
    ]
    for command in writing {
      let error = try session.failure(command, at: location)
      #expect(
        error.code == "store.unusable" && error.message.contains("cannot be written to"), "\(error)", sourceLocation: location)
    }
    #expect(try content() == before, sourceLocation: location)
    try session.expectValid(at: location)
  }

  /// A blanked text that stands in the write-ahead log alone.
  private func leaveLog() throws {
    let blank = "UPDATE sealed_field SET value = NULL, salt = NULL WHERE entry = 3"
    let done = try run("/usr/bin/sqlite3", [session.store, ".dbconfig no_ckpt_on_close on", blank], in: session.folder)
    try #require(done.code == 0, "\(done.err)")
    try #require(try bytes(of: session.store + "-wal").count > 0)
  }

  private func expectLogIsRead(at location: SourceLocation = #_sourceLocation) throws {
    #expect(
      try session.json(["verify"], at: location)["not_checked"].items("subject", "sealed fields").count == 1,
      sourceLocation: location)
  }

  @Test("a folder and a file that may only be read")
  func folder() throws {
    becomeAnother()
    chmod(session.folder.path, 0o555)
    chmod(session.store, 0o444)
    defer { chmod(session.folder.path, 0o755) }
    try expectReadable()
  }

  @Test("a file that may only be read, in a folder that may be written to")
  func file() throws {
    becomeAnother()
    chmod(session.store, 0o444)
    chmod(session.folder.path, 0o777)
    try expectReadable()
  }

  @Test("with a write-ahead log that nobody folded back, its index there or not: what it holds is read")
  func log() throws {
    try leaveLog()
    becomeAnother()
    chmod(session.folder.path, 0o555)
    defer { chmod(session.folder.path, 0o755) }
    for suffix in ["", "-wal"] { chmod(session.store + suffix, 0o444) }
    try expectLogIsRead()
    unlink(session.store + "-shm")
    try expectReadable()
    try expectLogIsRead()
  }

  @Test("a file system that is mounted read-only", .enabled(if: Machine.canMount))
  func mounted() throws {
    try leaveLog()
    unlink(session.store + "-shm")
    let mount = try Folder()
    for arguments in [["--bind", session.folder.path, mount.path], ["-o", "remount,ro,bind", mount.path]] {
      let outcome = try run("/usr/bin/mount", arguments, in: session.folder)
      try #require(outcome.code == 0, "\(outcome.err)")
    }
    defer { _ = try? run("/usr/bin/umount", [mount.path], in: session.folder) }
    session.environment["LETHE_STORE"] = mount.file("lethe.db")
    try expectReadable()
    try expectLogIsRead()
    #expect(try session.failure(["init", "--store", mount.file("new.db")]).code == "store.unusable")
  }
}

import Foundation
import Testing

/// `backup` and `restore` as commands: what they refuse, and that nothing is lost and nothing comes back by them.
@Suite("Backup and restore", .enabled(if: Machine.hasSQLite))
struct BackupCommandTests {
  private let session: Session

  init() throws { session = try Session.trained() }

  private func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: session.folder.path).sorted() }

  /// The store is gone, as after a broken disk.
  private func lose() throws {
    for suffix in ["", "-wal", "-shm"] { unlink(session.store + suffix) }
  }

  /// Bytes of an array change that no record knows of.
  private func damage(_ store: String) throws {
    _ = try sqlite(store, "UPDATE chunk SET bytes = zeroblob(length(bytes)) WHERE id = 1", in: session.folder)
  }

  private func erase(_ name: String) throws {
    try session.json(["forget", "m", "--class", name, "--reason", "r"])
    try session.json(["erase", "m", "--class", name, "--yes"])
  }

  @Test("a backup is a sound store that knows of itself, and is registered")
  func backup() throws {
    let answer = try session.json(["backup", "b.db", "--clear-by", "2031-01-31"])
    #expect(answer["log_size"] == 4 && answer["log_index"] == 3 && answer["copy"] == 1 && answer["clear_by"] == "2031-01-31")
    #expect(answer["file_bytes"].count == (try bytes(of: session.folder.file("b.db"))).count)
    let listed = try session.json(["copy", "list"])["copies"][0]
    #expect(listed["location"].text?.hasSuffix("/b.db") == true && listed["location"].text?.hasPrefix("/") == true)
    #expect(listed["log_size"] == 4 && listed["kind"] == "backup")
    let verified = try session.json(["verify", "--store", "b.db"])
    #expect(verified["ok"] == true && verified["root"] == answer["root"])
    #expect(try session.json(["copy", "list", "--store", "b.db"])["copies"].items.count == 1)
    // A file that is there is left alone, and nothing is logged for it.
    let before = try bytes(of: session.folder.file("b.db"))
    #expect(try session.failure(["backup", "b.db"]).code == "store.already_exists")
    #expect(try session.failure(["backup", "none/b.db"]).code == "store.unusable")
    #expect(try session.failure(["backup", "c.db", "--clear-by", "later"]).code == "date.malformed")
    #expect(try session.json(["verify"])["log_size"] == 4)
    #expect(try bytes(of: session.folder.file("b.db")) == before)
    try session.expectValid()
  }

  @Test("a backup of a damaged store is refused with 20, and its place is listed as clear again")
  func damagedStore() throws {
    try damage(session.store)
    #expect(try session.failure(["backup", "b.db"], code: 20).code == "copy.damaged")
    #expect(!exists(session.folder.file("b.db")) && !exists(session.folder.file("b.db.lethe-partial")))
    #expect(try session.json(["copy", "list"])["copies"].items.isEmpty)
    #expect(try session.json(["history"])["entries"].all("action").prefix(2) == ["copy-clear", "backup"])
    try session.expectValid()
  }

  @Test("a lost store comes back whole, with an entry that says so and what nobody can know")
  func lost() throws {
    try session.json(["backup", "b.db"])
    let (before, file) = try (session.dump(), bytes(of: session.folder.file("b.db")))
    try lose()
    let folder = try names()
    let planned = try session.json(["restore", "b.db", "--dry-run"])
    #expect(planned["outcome"] == "restored" && planned["dry_run"] == true && planned["log_index"] == .null)
    #expect(try names() == folder)
    let answer = try session.json(["restore", "b.db"])
    #expect(answer["outcome"] == "restored" && answer["log_index"] == 4 && answer["log_size"] == 4)
    #expect(answer["warnings"].items.count == 3 && answer["exclusions_checked"] == false)
    #expect(try names() == (folder + ["lethe.db"]).sorted())
    #expect(try bytes(of: session.folder.file("b.db")) == file, "the backup is left as it was")
    #expect(try session.json(["history"])["entries"].all("action") == ["restore", "backup", "train", "import", "init"])
    try session.expectSound()
    // All that was committed is there.
    let after = Set(try session.dump().split(separator: "\n"))
    #expect(Set(before.split(separator: "\n")).subtracting(after).isEmpty)
    #expect(try session.failure(["restore", "b.db"]).code == "restore.would_lose_entries", "the restoration itself would be lost")
    try session.expectValid()
  }

  @Test("what was erased is not brought back from a backup when the list of it was kept")
  func excluded() throws {
    try session.json(["backup", "old.db"])
    try erase("frog")
    try session.json(["backup", "new.db"])
    let exported = try session.json(["exclusion", "export", "list.json"])
    #expect(exported["exclusions"].count ?? 0 > 60)
    try lose()
    let refused = try session.failure(["restore", "old.db", "--exclusions", "list.json"], code: 23)
    #expect(refused.code == "restore.excluded" && refused.message.contains("m@1") && refused.message.contains("96 examples"))
    #expect(
      try session.failure(["restore", "old.db", "--exclusions", "list.json", "--dry-run"], code: 23).code == "restore.excluded")
    #expect(!exists(session.store))
    let answer = try session.json(["restore", "new.db", "--exclusions", "list.json"])
    #expect(answer["exclusions_checked"] == true && answer["warnings"].items.count == 2)
    #expect(try session.json(["explain", "--class", "frog"])["models"][0]["erased"] == true)
    try session.expectSound()
    try session.expectValid()
  }

  @Test("a list that is newer than the backup shows that the lost store went on")
  func newerList() throws {
    try session.json(["backup", "b.db"])
    try session.json(["forget", "m", "--class", "frog", "--reason", "r"])
    try session.json(["exclusion", "export", "list.json"])
    try lose()
    let answer = try session.json(["restore", "b.db", "--exclusions", "list.json"])
    #expect(answer["warnings"].items.contains { $0.text?.contains("5 entries, 1 more") == true })
    // A list of another history of the same log.
    let list = try String(contentsOfFile: session.folder.file("list.json"), encoding: .utf8)
    let root = try #require(try JSON(list)["root"].text)
    _ = try session.folder.write(
      text: list.replacingOccurrences(of: "\"log_size\":5", with: "\"log_size\":3").replacingOccurrences(of: root, with: root),
      "other.json")
    try lose()
    #expect(try session.failure(["restore", "b.db", "--exclusions", "other.json"]).code == "restore.other_store")
    try session.expectValid()
  }

  @Test("a damaged store with the same log gets its content back, once that is wanted; a sound one is left alone")
  func replaced() throws {
    try session.json(["backup", "b.db"])
    let before = try session.dump()
    #expect(try session.json(["restore", "b.db"])["outcome"] == "nothing")
    #expect(try session.dump() == before)
    try damage(session.store)
    try session.json(["verify"], code: 20)
    #expect(try session.failure(["restore", "b.db"], code: 64).code == "usage")
    let planned = try session.json(["restore", "b.db", "--dry-run"])
    #expect(planned["outcome"] == "replaced" && !planned["damage"].items.isEmpty)
    try session.json(["verify"], code: 20)
    let answer = try session.json(["restore", "b.db", "--yes"])
    #expect(answer["outcome"] == "replaced" && answer["log_index"] == 4 && answer["warnings"].items.isEmpty)
    try session.expectSound()
    let after = Set(try session.dump().split(separator: "\n"))
    #expect(Set(before.split(separator: "\n")).subtracting(after).isEmpty)
    #expect(try session.json(["copy", "list"])["copies"].items.count == 1, "it was listed already")
    try session.expectValid()
  }

  @Test("a store that went on is not put back: 23 if something was forgotten since, else 1 with what would be lost")
  func wentOn() throws {
    try session.json(["backup", "b.db"])
    try session.json(["copy", "add", "x", "--kind", "other"])
    try session.json(["copy", "add", "y", "--kind", "other"])
    try damage(session.store)
    let lose = try session.failure(["restore", "b.db", "--yes"])
    #expect(
      lose.code == "restore.would_lose_entries" && lose.message.contains("2 log entries") && lose.message.contains("copy-add"))
    try session.json(["rollback", "m", "--to", "1", "--reason", "r"], code: 1)

    for change in [
      ["forget", "m", "--class", "cat", "--pairs", "5", "--reason", "r"], ["rollback", "m", "--to", "1", "--reason", "r"],
    ] {
      let other = try Session.trained()
      try other.json(["forget", "m", "--class", "frog", "--pairs", "5", "--reason", "r"])
      try other.json(["backup", "b.db"])
      try other.json(change)
      let before = try other.dump()
      let refused = try other.failure(["restore", "b.db", "--yes"], code: 23)
      #expect(refused.code == "restore.forgotten_since" && refused.message.contains("entry 5 (\(change[0]), m@3)"))
      #expect(try other.dump() == before)
      try other.expectValid()
    }
    try session.expectValid()
  }

  @Test("backups of other stores, of forked logs and of later states are told apart")
  func others() throws {
    try FileManager.default.copyItem(atPath: session.store, toPath: session.folder.file("fork.db"))
    try session.json(["copy", "add", "x", "--kind", "other"])
    try session.json(["copy", "add", "y", "--kind", "other", "--store", "fork.db"])
    #expect(try session.failure(["restore", "fork.db", "--yes"]).message.contains("forked"))
    try session.json(["init", "--store", "new.db"])
    #expect(try session.failure(["restore", "new.db"]).message.contains("another log"))
    try FileManager.default.copyItem(atPath: session.store, toPath: session.folder.file("later.db"))
    try session.json(["copy", "add", "z", "--kind", "other", "--store", "later.db"])
    #expect(try session.failure(["restore", "later.db"]).code == "restore.other_store")
    try session.expectSound()
    try session.expectValid()
  }

  @Test("a file that cannot be read as a store is neither replaced nor taken for a backup")
  func unreadable() throws {
    try session.json(["backup", "b.db"])
    let garbage = [UInt8](repeating: 7, count: 8_192)
    _ = try session.folder.write(garbage, "lethe.db")
    #expect(try session.failure(["restore", "b.db", "--yes"]).code == "restore.unreadable_store")
    #expect(try bytes(of: session.store) == garbage)
    // A log whose last head is gone cannot be compared.
    try lose()
    try session.json(["restore", "b.db"])
    _ = try sqlite(
      session.store, "DROP TRIGGER log_checkpoint_refuses_delete; DELETE FROM log_checkpoint WHERE size = 5", in: session.folder)
    #expect(try session.failure(["restore", "b.db", "--yes"]).code == "restore.unreadable_store")

    try lose()
    #expect(try session.failure(["restore", "none.db"]).code == "store.not_found")
    #expect(try session.failure(["restore", "classes.txt"]).code == "store.not_a_store")
    try damage(session.folder.file("b.db"))
    #expect(try session.failure(["restore", "b.db"], code: 20).code == "copy.damaged")
    #expect(!exists(session.store) && !exists(session.store + ".lethe-partial"))
    try session.expectValid()
  }

  @Test("without the key, or with another one, nothing is restored")
  func keys() throws {
    try session.json(["backup", "b.db"])
    try lose()
    for key in ["nokey", "otherkey"] {
      session.environment["LETHE_KEY"] = session.folder.file(key)
      if key == "otherkey" { try session.json(["init", "--store", "x.db"]) }
      #expect(try ["key.missing", "key.wrong"].contains(session.failure(["restore", "b.db"]).code))
      #expect(!exists(session.store))
    }
    try session.expectValid()
  }

  @Test("a text that was blanked here is not brought back")
  func blanked() throws {
    try session.json(["backup", "b.db"])
    _ = try sqlite(session.store, "UPDATE class SET name = NULL, salt = NULL WHERE name = 'cat'", in: session.folder)
    try damage(session.store)
    let refused = try session.failure(["restore", "b.db", "--yes"], code: 23)
    #expect(refused.code == "restore.forgotten_since" && refused.message.contains("row 1 of class"))
    try session.expectValid()
  }
}

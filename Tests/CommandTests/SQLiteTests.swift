import Foundation
import Testing

/// The store without Lethe: plain `sqlite3` opens it, and it explains itself.
@Suite("With plain sqlite3", .enabled(if: Machine.hasSQLite))
struct SQLiteTests {
  private let session: Session

  init() throws {
    session = try Session.trained()
    try session.json(["forget", "m", "--class", "frog", "--reason", "one", "--actor", "Bob"])
    try session.json(["forget", "m", "--class", "cat", "--class", "ship", "--pairs", "20", "--reason", "two"])
    try session.json(["rollback", "m", "--to", "2", "--reason", "three"])
  }

  private func rows(_ sql: String) throws -> [JSON] {
    let outcome = try run("/usr/bin/sqlite3", ["-json", session.store, sql], in: session.folder)
    try #require(outcome.code == 0, "\(outcome.err)")
    return outcome.out.isEmpty ? [] : try JSON(outcome.out).items
  }

  @Test("the file is whole: no journal is left beside it, and SQLite finds no fault in it")
  func whole() throws {
    for suffix in ["-wal", "-shm", "-journal"] { #expect(!exists(session.store + suffix)) }
    #expect(try rows("PRAGMA integrity_check") == [["integrity_check": "ok"]])
    #expect(try rows("PRAGMA foreign_key_check") == [])
    #expect(try rows("PRAGMA application_id") == [["application_id": 0x4C65_7468]])
  }

  @Test("each view can be selected from, and none is empty")
  func views() throws {
    let names = try rows("SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name").compactMap { $0["name"].text }
    #expect(
      names == [
        "checkpoint_lineage", "copies", "erasures", "forgotten_classes", "history", "holds", "log_keys", "measurements",
        "model_entry_source", "model_head", "model_state_source", "model_step_source", "notices_due", "open_requests", "recipients",
        "requests",
      ])
    try session.json(["hold", "place", "m", "--reason", "r", "--owner", "o", "--review", "2031-01-31"])
    try session.json(["copy", "add", "a drawer", "--kind", "other"])
    try session.json(["request", "open", "case 1", "--ground", "internal", "--channel", "other"])
    // Erasures and recipients are read in the suites that make some.
    for name in names where !["erasures", "notices_due", "recipients"].contains(name) {
      // One of them shows a digest as raw bytes, which JSON cannot hold.
      let outcome = try run("/usr/bin/sqlite3", ["-quote", session.store, "SELECT * FROM \(name)"], in: session.folder)
      #expect(outcome.code == 0 && !outcome.out.isEmpty, "\(name): \(outcome.err)")
    }
  }

  @Test("the views say the same as the commands")
  func agreement() throws {
    let history = try session.json(["history"])["entries"].items
    let gone = try rows("SELECT * FROM forgotten_classes")
    #expect(gone.map { $0["class"] } == ["frog", "cat", "ship"])
    for row in gone {
      let entry = try #require(history.first { $0["event"] == row["event"] })
      for key in ["model", "parent", "child", "time", "actor", "reason", "dataset"] { #expect(row[key] == entry[key]) }
      #expect(entry["classes"].items.contains(row["class"]) && row["in_force"] == 1)
    }
    let listed = try rows("SELECT * FROM history")
    #expect(listed.count == history.count)
    for (row, entry) in zip(listed, history) { for key in row.keys { #expect(row[key] == entry[key]) } }

    let checkpoints = try session.json(["checkpoint", "list", "m"])["checkpoints"].items
    let lineage = try rows("SELECT * FROM checkpoint_lineage")
    #expect(lineage.map { $0["checkpoint"] } == checkpoints.map { $0["name"] })
    for (row, item) in zip(lineage, checkpoints) {
      for key in ["parent", "kind", "digest", "time"] { #expect(row[key] == item[key]) }
      #expect(row["erased"] == item["erased_at"])
      let shown = try session.json(["checkpoint", "show", #require(item["name"].text)])["checkpoint"]
      let names = shown["forgotten"].all("class").compactMap(\.text)
      #expect(item["forgotten_count"] == .number(Double(names.count)))
      #expect(Set((row["forgotten"].text ?? "").components(separatedBy: ", ").filter { !$0.isEmpty }) == Set(names))
    }
    #expect(try rows("SELECT head FROM model_head") == [["head": "m@4"]])

    let shown = try session.json(["checkpoint", "show", "m@2"])["measurements"].items.flatMap { split in
      split["measurements"].items.map { [split["part"], split["role"], split["event"], $0["class"], $0["value"], $0["n"]] }
    }
    let figures = try rows("SELECT * FROM measurements WHERE checkpoint = 'm@2'")
      .map { row in ["part", "role", "event", "class", "value", "n"].map { row[$0] } }
    #expect(figures.count == shown.count)
    for figure in figures { #expect(shown.contains(figure)) }

    try session.json(["rollback", "m", "--to", "1", "--reinstate", "--reason", "four"])
    #expect(try rows("SELECT in_force FROM forgotten_classes").map { $0["in_force"] } == [0, 0, 0])
    try session.expectValid()
  }

  @Test("rows are never changed or removed, and what is put in besides the log is found")
  func appendOnly() throws {
    let tables = try rows("SELECT DISTINCT tbl_name AS name FROM sqlite_schema WHERE type = 'trigger'").compactMap {
      $0["name"].text
    }
    #expect(tables.count > 15)
    for table in tables {
      for sql in ["DELETE FROM \(table)", "UPDATE \(table) SET rowid = rowid"] {
        let outcome = try run("/usr/bin/sqlite3", [session.store, sql], in: session.folder)
        let count = try rows("SELECT count(*) AS n FROM \(table)")[0]["n"]
        if count != 0 { #expect(outcome.code != 0, "\(sql)") }
      }
    }
    try session.expectSound()
    _ = try sqlite(session.store, "INSERT INTO model (name, entry) VALUES ('ghost', 2)", in: session.folder)
    #expect(try session.json(["verify"], code: 20)["ok"] == false)
    try session.expectValid()
  }
}

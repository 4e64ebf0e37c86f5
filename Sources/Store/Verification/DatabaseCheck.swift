import GRDB
import Schema

/// Whether the file is a sound SQLite database with exactly the schema of its version.
struct DatabaseCheck {
  let snapshot: Snapshot

  func run(_ result: inout Verification) throws {
    let db = snapshot.db
    // Structure, indexes, NOT NULL and STRICT types: https://www.sqlite.org/pragma.html#pragma_integrity_check
    for message in try String.fetchAll(db, sql: "PRAGMA integrity_check(20)") where message != "ok" {
      result.add("database.damaged", "file", message)
    }
    guard result.ok else { return }
    for row in try Row.fetchAll(db, sql: "PRAGMA foreign_key_check") {
      result.add(
        "database.dangling_reference", "table \(row[0] as String? ?? "?")", "row \(row[1] as Int64? ?? 0) names a missing row")
    }
    let (found, expected) = (
      try schema(of: db),
      try DatabaseQueue().write { db in
        for migration in Schema.migrations { try db.execute(sql: migration.sql) }
        return try schema(of: db)
      }
    )
    for name in Set(found.keys).union(expected.keys).sorted() where found[name] != expected[name] {
      let what = found[name] == nil ? "is missing" : expected[name] == nil ? "does not belong here" : "was changed"
      result.add("schema.changed", name, "this table, view, index or trigger \(what)")
    }
  }

  private func schema(of db: Database) throws -> [String: String] {
    // SQLite makes its statistics table when somebody runs ANALYZE; it decides nothing.
    let sql =
      "SELECT name, type || ' ' || tbl_name || ' ' || ifnull(sql, '') AS text FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%'"
    return Dictionary(try Row.fetchAll(db, sql: sql).map { ($0["name"] ?? "", $0["text"] ?? "") }) { first, _ in first }
  }
}

import GRDB
import Schema

/// Whether the file is a sound SQLite database with exactly the schema of its version.
struct DatabaseCheck {
  let snapshot: Snapshot

  /// - Returns: whether the tables can be read for what they are; if not, nothing else in the file means anything.
  func run(_ result: inout Verification) throws -> Bool {
    // The schema comes first: a hostile one could make every later query run for ever.
    guard try checkSchema(&result) else { return false }
    // Structure, indexes, NOT NULL and STRICT types: https://www.sqlite.org/pragma.html#pragma_integrity_check
    for message in try String.fetchAll(snapshot.db, sql: "PRAGMA integrity_check(20)") where message != "ok" {
      result.add("database.damaged", "file", message)
    }
    guard result.ok else { return false }
    for row in try Row.fetchAll(snapshot.db, sql: "PRAGMA foreign_key_check") {
      let (table, id): (String?, Int64?) = (try row.value("table"), try row.value("rowid"))
      result.add(
        "database.dangling_reference", "table \(table ?? "?")", "row \(id.map(String.init) ?? "") names a missing row")
    }
    return true
  }

  private func checkSchema(_ result: inout Verification) throws -> Bool {
    let found = try schema(of: snapshot.db)
    let expected = try DatabaseQueue().write { db in
      for migration in Schema.migrations { try db.execute(sql: migration.sql) }
      return try schema(of: db)
    }
    for key in Set(found.keys).union(expected.keys).sorted() where found[key] != expected[key] {
      let what = found[key] == nil ? "is missing" : expected[key] == nil ? "does not belong here" : "was changed"
      result.add("schema.changed", key, "this table, view, index or trigger \(what)")
    }
    return found == expected
  }

  /// The SQL of everything that the schema has, by type and name: a trigger may have a table's name. The columns' types belong to it:
  /// SQLite reads a name that is a blob, other tools then don't show the table.
  private func schema(of db: Database) throws -> [String: [String]] {
    // SQLite makes its statistics tables when somebody runs ANALYZE; they decide nothing.
    let sql = """
      SELECT type, name, tbl_name, sql, typeof(type) || typeof(name) || typeof(tbl_name) || typeof(sql) AS types FROM sqlite_schema
      WHERE NOT (type = 'table' AND name IN ('sqlite_stat1', 'sqlite_stat4'))
      """
    let parts = try Row.fetchAll(db, sql: sql).map { row in
      let column = { (name: String) throws -> String in try row.value(name) ?? "" }
      return (
        key: "\(try column("type")) \(try column("name"))",
        text: "\(try column("tbl_name")) \(try column("types")) \(try column("sql"))"
      )
    }
    return Dictionary(parts.map { ($0.key, [$0.text]) }, uniquingKeysWith: +)
  }
}

import GRDB
import Schema

/// Whether the file is a sound SQLite database with exactly the schema of its version.
struct DatabaseCheck {
  let snapshot: Snapshot

  /// - Returns: whether the tables can be read for what they are, and reading them ends; if not, nothing else in the file means
  ///   anything.
  func run(_ result: inout Verification) throws -> Bool {
    // The schema comes first: a hostile one could make every later query run for ever.
    guard try checkSchema(&result) else { return false }
    guard checkStructure(&result) else { return false }
    snapshot.attempt("references", &result) { result in
      for row in try Row.fetchAll(snapshot.db, sql: "PRAGMA foreign_key_check") {
        let (table, id): (String?, Int64?) = (try row.value("table"), try row.value("rowid"))
        result.add(.danglingReference, "table \(table ?? "?")", "row \(id.map(String.init) ?? "") names a missing row")
      }
    }
    return true
  }

  /// Structure, indexes, NOT NULL and STRICT types: https://www.sqlite.org/pragma.html#pragma_integrity_check
  /// - Returns: whether reading ends. A damaged page ends it with an error, but pages that are reached twice could form a circle.
  private func checkStructure(_ result: inout Verification) -> Bool {
    let before = result.findings.count
    snapshot.attempt("file", &result) { result in
      for message in try String.fetchAll(snapshot.db, sql: "PRAGMA integrity_check(20)") where message != "ok" {
        result.add(.databaseDamaged, "file", message)
      }
    }
    guard result.findings.count > before else { return true }
    // Whether it ends is asked of each table alone, so that twenty messages about one don't hide what another has.
    var ends = true
    for table in (try? Self.tables) ?? [] {
      snapshot.attempt("table \(table)", &result) { result in
        let messages = try String.fetchAll(snapshot.db, sql: "PRAGMA integrity_check('\(table)')")
        ends = ends && messages.count < 100 && !messages.contains { $0.contains("2nd reference to page") }
      }
    }
    return ends
  }

  /// - Returns: whether the tables are the schema's. Other triggers, views and indexes than it has are findings, but no row is read
  ///   through them that integrity_check would not compare.
  private func checkSchema(_ result: inout Verification) throws -> Bool {
    let found = try Self.schema(of: snapshot.db)
    let expected = try Self.expected.get()
    for key in Set(found.keys).union(expected.keys).sorted() where found[key] != expected[key] {
      let what = found[key] == nil ? "is missing" : expected[key] == nil ? "does not belong here" : "was changed"
      result.add(.schemaChanged, key, "this table, view, index or trigger \(what)")
    }
    return expected.allSatisfy { !$0.key.hasPrefix("table ") || found[$0.key] == $0.value }
  }

  private static let expected = Result {
    try DatabaseQueue().write { db in
      for migration in Schema.migrations { try db.execute(sql: migration.sql) }
      return try schema(of: db)
    }
  }

  /// The names of the schema's tables.
  private static var tables: [String] {
    get throws { try expected.get().keys.filter { $0.hasPrefix("table ") }.map { String($0.dropFirst(6)) }.sorted() }
  }

  /// The SQL of everything that the schema has, by type and name: a trigger may have a table's name. The columns' types belong to it:
  /// SQLite reads a name that is a blob, other tools then don't show the table.
  private static func schema(of db: Database) throws -> [String: [String]] {
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

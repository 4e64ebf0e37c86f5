import Testing

@testable import Store

@Suite("Append-only tables")
struct AppendOnlyTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  static let tables = RecordTable.all.map(\.name) + ["log_entry", "log_node", "log_checkpoint"]

  @Test("every record and log table refuses updates and removals", arguments: tables)
  func refuses(table: String) throws {
    let path = try FilledStore.copy(to: folder, erased: true)
    let before = try SQLite.dump(path)
    #expect(try SQLite.integer("SELECT count(*) FROM \(table)", on: path) > 0)
    let column = try SQLite.lines("SELECT name FROM pragma_table_info('\(table)')", on: path)[0]
    for sql in ["UPDATE \(table) SET \(column) = \(column)", "DELETE FROM \(table)"] {
      #expect(try SQLite.run(sql, on: path).status != 0, "\(sql)")
    }
    #expect(try SQLite.dump(path) == before)
  }

  @Test(
    "a name may be blanked together with its salt, and nothing else",
    arguments: [("class", "name"), ("example", "external_id"), ("copy_location", "location")])
  func blanking(table: String, text: String) throws {
    let path = try FilledStore.copy(to: folder, erased: true)
    for change in ["\(text) = NULL", "salt = NULL", "\(text) = NULL, salt = NULL, entry = entry + 1", "\(text) = 'x', salt = NULL"]
    {
      #expect(try SQLite.run("UPDATE \(table) SET \(change)", on: path).status != 0, "\(change)")
    }
    #expect(try SQLite.run("UPDATE \(table) SET \(text) = NULL, salt = NULL", on: path).status == 0)
    #expect(codes(path) == [])
  }

  @Test("every table whose rows name a log entry is a record table, with the columns that the schema has")
  func everyTable() throws {
    let path = try FilledStore.copy(to: folder, erased: true)
    let withEntry = try SQLite.lines(
      """
      SELECT m.name FROM sqlite_schema m WHERE m.type = 'table' AND m.name NOT IN ('sealed_field', 'log_node')
        AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) WHERE name = 'entry')
      """, on: path)
    #expect(Set(withEntry).subtracting(LineCheck.tables) == Set(RecordTable.all.map(\.name)))
    for table in RecordTable.all {
      let columns = try SQLite.lines("SELECT name FROM pragma_table_info('\(table.name)') ORDER BY cid", on: path)
      #expect(columns == ["id"] + table.columns + ["entry"])
    }
  }
}

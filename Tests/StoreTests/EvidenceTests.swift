import Testing

@testable import Store

/// Whoever changes the file with other tools is found out, whatever row and column it was.
@Suite("Evidence of rows")
struct EvidenceTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  /// Findings after a change; the triggers are in place again.
  private func found(after sql: String) throws -> Set<String> {
    let path = try FilledStore.copy(to: folder, erased: true)
    try SQLite.tamper(sql, on: path)
    return Set(codes(path))
  }

  @Test("the filled store verifies, and has rows in every table")
  func sound() throws {
    let path = try FilledStore.copy(to: folder, erased: true)
    #expect(codes(path) == [])
    for table in try SQLite.lines("SELECT name FROM sqlite_schema WHERE type = 'table'", on: path) {
      #expect(try SQLite.integer("SELECT count(*) FROM \(table)", on: path) > 0, "\(table)")
    }
  }

  @Test("a changed value is found, in every column of every record table", arguments: RecordTable.all.map(\.name))
  func changedValue(table: String) throws {
    let path = try FilledStore.copy(to: folder, erased: true)
    for line in try SQLite.lines("SELECT name, type FROM pragma_table_info('\(table)')", on: path) {
      let parts = line.split(separator: "|").map(String.init)
      let (column, type) = (parts[0], parts[1])
      let value =
        switch type {
        case "INTEGER": "coalesce(\(column), 0) + 1000"
        case "REAL": "\(column) + 0.001"
        case "TEXT": "coalesce(\(column), '') || 'x'"
        default: "CASE WHEN \(column) = zeroblob(32) THEN NULL ELSE zeroblob(32) END"
        }
      let sql = "UPDATE \(table) SET \(column) = \(value) WHERE id = (SELECT max(id) FROM \(table))"
      let found = try found(after: sql)
      #expect(!found.isDisjoint(with: ["rows.changed", "rows.text_changed", "database.damaged"]), "\(sql): \(found)")
    }
  }

  @Test("small changes are found too: a null, a sign, a type, an end that readers don't show")
  func subtle() throws {
    let changes = [
      "UPDATE dataset SET license = ''", "UPDATE dataset SET encoder = NULL", "UPDATE dataset SET encoder = encoder || char(0)",
      "UPDATE dataset SET encoder = encoder || char(0) || 'more'", "UPDATE dataset SET encoder = CAST(x'ff' AS TEXT)",
      "UPDATE dataset SET name = upper(name)", "UPDATE measurement SET class = NULL WHERE id = 2",
      "UPDATE checkpoint SET kind = 'retrained' WHERE id = 1", "UPDATE split SET part = 'validation' WHERE id = 3",
      "UPDATE checkpoint SET seed = -seed", "UPDATE applied_event SET how = 'left out of training' WHERE id = 1",
      "UPDATE measurement SET entry = 3 WHERE id = 1", "UPDATE head_move SET from_checkpoint = NULL WHERE id = 2",
      "UPDATE measurement SET high = high + 1e-15 WHERE id = 1",
    ]
    for sql in changes {
      let found = try found(after: sql)
      #expect(!found.isDisjoint(with: ["rows.changed", "database.damaged"]), "\(sql): \(found)")
    }
  }

  @Test("a removed, an added and two exchanged rows are found", arguments: RecordTable.all)
  func rows(table: RecordTable) throws {
    let (name, columns) = (table.name, table.columns.joined(separator: ", "))
    for end in ["min", "max"] {
      #expect(try !found(after: "DELETE FROM \(name) WHERE id = (SELECT \(end)(id) FROM \(name))").isEmpty, "\(name)")
    }
    #expect(try !found(after: "DELETE FROM \(name)").isEmpty, "\(name)")
    // Unique columns get values that nobody has.
    let values = table.columns.map { column in
      switch column {
      case "name": "name || 'x'"
      case "ordinal", "number", "split", "event", "checkpoint", "code_table", "hold", "copy": "\(column) + 1000"
      case "request" where name != "request_work": "\(column) + 1000"
      case "class" where name == "erased_class": "\(column) + 1000"
      case "erasure" where name == "erasure_certificate": "\(column) + 1000"
      case "verifier_key": "verifier_key || 'x'"
      case "digest" where name == "tensor" || name == "exclusion" || name == "report": "zeroblob(32)"
      default: column
      }
    }
    // A key has an entry of its own.
    let entry = name == "log_key" ? "entry - 1" : "entry"
    let added =
      "INSERT INTO \(name) (id, \(columns), entry) SELECT id + 500, \(values.joined(separator: ", ")), \(entry) FROM \(name)"
    if name != "store" {
      let found = try found(after: added + " ORDER BY id DESC LIMIT 1")
      #expect(!found.isDisjoint(with: ["rows.changed", "database.damaged"]), "\(name): \(found)")
    }
    let path = try FilledStore.copy(to: folder, erased: true)
    if try SQLite.integer("SELECT count(*) FROM \(name)", on: path) > 1 {
      let found = try found(
        after: """
          UPDATE \(name) SET id = -1 WHERE id = 1; UPDATE \(name) SET id = 1 WHERE id = 2; UPDATE \(name) SET id = 2 WHERE id = -1
          """)
      #expect(found.contains("rows.changed"), "\(name): \(found)")
    }
  }

  @Test("a name may be blanked with its salt; anything else done to it is found")
  func blanking() throws {
    for (table, text) in [("class", "name"), ("example", "external_id"), ("copy_location", "location")] {
      #expect(try found(after: "UPDATE \(table) SET \(text) = NULL, salt = NULL WHERE id = 2") == [])
      #expect(try found(after: "UPDATE \(table) SET \(text) = NULL, salt = NULL") == [])
      for change in [
        "\(text) = 'other'", "\(text) = NULL", "salt = NULL", "salt = zeroblob(32)", "salt = substr(salt, 1, 31)",
        "\(text) = \(text) || char(0)", "salt = NULL, \(text) = ''",
      ] {
        #expect(try found(after: "UPDATE \(table) SET \(change) WHERE id = 2") == ["rows.text_changed"], "\(change)")
      }
    }
  }

  @Test("answers go on after names were blanked")
  func blanked() throws {
    let path = try FilledStore.copy(to: folder, erased: true)
    try SQLite.tamper(
      """
      UPDATE class SET name = NULL, salt = NULL; UPDATE example SET external_id = NULL, salt = NULL;
      UPDATE sealed_field SET value = NULL, salt = NULL; UPDATE copy_location SET location = NULL, salt = NULL
      """, on: path)
    let store = try Store.open(at: path)
    #expect(store.verify().findings == [])
    #expect(try store.read { try $0.event(1) }.classes.map(\.name) == ["class 0"])
    #expect(try store.read { try $0.event(1) }.actor == nil)
    #expect(try store.read { try $0.datasets() }.first?.classes.map(\.shownName) == ["class 0", "class 1", "class 2"])
  }

  @Test("a changed schema is found")
  func schema() throws {
    for sql in [
      "DROP TRIGGER model_refuses_update", "DROP VIEW history; CREATE VIEW history AS SELECT 1", "DROP VIEW model_head",
      "DROP INDEX head_move_by_model", "CREATE TABLE extra (x)", "CREATE INDEX extra ON model (entry)",
      "ALTER TABLE model ADD COLUMN note TEXT",
      "CREATE TRIGGER model BEFORE INSERT ON model BEGIN SELECT RAISE(IGNORE); END",
      "CREATE TRIGGER sqlitexstat1 BEFORE INSERT ON model BEGIN SELECT RAISE(IGNORE); END",
    ] {
      let path = try FilledStore.copy(to: folder, erased: true)
      try SQLite.run(sql, on: path)
      #expect(Set(codes(path)) == ["schema.changed"], "\(sql)")
    }
    let path = try FilledStore.copy(to: folder, erased: true)
    try SQLite.run("ANALYZE", on: path)
    #expect(codes(path) == [])
  }
}

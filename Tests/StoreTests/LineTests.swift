import Foundation
import GRDB
import Ledger
import Schema
import Testing

@testable import Store

/// The tables that repeat, model by model, what the log and the records hold: kept by triggers, filled by the migration, compared by verify.
@Suite("Lines of models")
struct LineTests {
  private static let seeds: Range<UInt64> = LongTests.areWanted ? 0..<50 : 0..<4
  private let folder: Folder

  init() throws { folder = try Folder() }

  /// Makes a store what version 9 would have written.
  private func putBack(_ path: String) throws {
    let made = try #require(Schema.migrations.first { $0.name == "010-lines" }).sql
    let names = made.split(separator: "\n").compactMap { line -> (kind: Substring, name: Substring)? in
      let words = line.split(separator: " ")
      guard words.count > 2, words[0] == "CREATE", words[1] != "INDEX" else { return nil }
      return (words[1], words[2])
    }
    let older = Schema.migrations[2].sql.split(separator: ";").filter {
      $0.contains("INDEX log_entry_by_model") || $0.contains("INDEX reinstatement_by_entry")
    }
    #expect(names.count > 10 && older.count == 2)
    var script: [String] = []
    // Triggers first: a table takes its own along.
    for kind in ["TRIGGER", "VIEW", "TABLE"] {
      for (made, name) in names where made == kind { script.append("DROP \(kind) \(name);") }
    }
    script.append("DROP INDEX reinstatement_by_entry;")
    for index in older { script.append("\(index);") }
    script.append("PRAGMA user_version = 9; VACUUM;")
    #expect(try SQLite.run(script.joined(separator: "\n"), on: path).status == 0)
  }

  private func lines(_ path: String) throws -> [String] {
    try LineCheck.tables.flatMap { table in
      // Digests may hold anything, a line's end too.
      let columns = try SQLite.lines("SELECT 'quote(' || name || ')' FROM pragma_table_info('\(table)')", on: path)
      return try SQLite.lines("SELECT '\(table)', \(columns.joined(separator: ", ")) FROM \(table)", on: path)
    }
  }

  @Test("a store of version 9 comes over with the lines that a store has which was written since", arguments: seeds)
  func migration(seed: UInt64) throws {
    let random = try RandomStore(seed: seed &+ 500)
    try random.store.close()
    let path = random.folder.path()
    let before = try lines(path)
    #expect(before.count > 60 && Set(before.map { $0.split(separator: "|")[0] }).count == 3)
    try putBack(path)
    #expect(
      try SQLite.integer("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'model\\_%' ESCAPE '\\' AND type <> 'index'", on: path)
        == 3)
    let store = try Store.open(at: path)
    #expect(try lines(path) == before)
    #expect(
      store.verify().findings.filter { ![.modelHeadMissing, .splitDigestMismatch, .timeBackwards, .textChanged].contains($0.code) }
        == [])
    try store.read { snapshot in
      let plain = try PlainAnswers(snapshot)
      #expect(try snapshot.history().map(PlainAnswers.describe) == plain.history(HistoryFilter()))
      for model in random.models {
        let filter = HistoryFilter(model: model)
        #expect(try snapshot.history(filter).map(PlainAnswers.describe) == plain.history(filter))
        #expect(try snapshot.forgottenClasses(model: model).map { "\($0)" } == plain.forgottenClasses { $0.model == model })
      }
    }
  }

  @Test("so does one with erased arrays, redacted texts and whatever else there is")
  func migrationOfAll() throws {
    let path = try FilledStore.copy(to: folder, erased: true)
    try Store.open(at: path).close()
    let before = try lines(path)
    try putBack(path)
    try Store.open(at: path).close()
    #expect(try lines(path) == before)
    #expect(codes(path) == [])
  }

  @Test("the view and the lines tell of the same classes", arguments: seeds)
  func view(seed: UInt64) throws {
    let random = try RandomStore(seed: seed &+ 700)
    try random.store.read { snapshot in
      for model in random.models {
        let shown = try snapshot.rows(
          "SELECT event, class, child, time, actor, reason, in_force FROM forgotten_classes WHERE model = ?", [model])
        let found = try snapshot.forgottenClasses(model: model)
        #expect(shown.count == found.count)
        for (row, line) in zip(shown, found) {
          #expect(row["event"] == line.event && row["class"] == line.className && row["child"] == line.child)
          #expect(
            row["time"] == line.time && row["actor"] == line.actor && row["reason"] == line.reason
              && row["in_force"] == line.inForce)
        }
      }
    }
  }

  @Test("a changed, removed and added line is found, in every column", arguments: LineCheck.tables)
  func tampering(table: String) throws {
    let path = try FilledStore.copy(to: folder, erased: true)
    try Store.open(at: path).close()
    let columns = try SQLite.lines("SELECT name, type FROM pragma_table_info('\(table)')", on: path)
    let names = columns.map { String($0.split(separator: "|")[0]) }
    let added = names.enumerated().map { $0 == 1 ? "\($1) + 1000" : $1 }.joined(separator: ", ")
    var changes = [
      "DELETE FROM \(table)", "INSERT INTO \(table) SELECT \(added) FROM \(table) LIMIT 1",
      "DELETE FROM \(table) WHERE (\(names[0]), \(names[1])) = (SELECT \(names[0]), \(names[1]) FROM \(table) LIMIT 1)",
    ]
    for line in columns {
      let (name, type) = (line.split(separator: "|")[0], line.split(separator: "|")[1])
      let value =
        switch type {
        case "INTEGER": "coalesce(\(name), 0) + 1000"
        case "REAL": "coalesce(\(name), 0) + 0.001"
        case "TEXT": "coalesce(\(name), '') || 'x'"
        default: "zeroblob(32)"
        }
      changes.append("UPDATE \(table) SET \(name) = \(value)")
    }
    for change in changes {
      let copy = try FilledStore.copy(to: folder, erased: true)
      try SQLite.tamper(change, on: copy)
      #expect(Set(codes(copy)) == ["lines.changed"], "\(change)")
    }
  }

  @Test(
    "history refuses a list of classes that is none or names one that is not there, and a missing line, and tells nothing in part",
    arguments: ["classes || 'x'", "classes || ' 1000000'", "'1,2'", "'-1'", "'1234567890123456789012345'"].map {
      "UPDATE model_entry SET classes = \($0) WHERE classes IS NOT NULL"
    } + ["DELETE FROM model_entry WHERE log_index = (SELECT max(log_index) FROM model_entry WHERE classes IS NOT NULL)"])
  func classLists(change: String) throws {
    let random = try RandomStore(seed: 901)
    try random.store.close()
    let path = random.folder.path()
    try SQLite.tamper(change, on: path)
    #expect(codes(path).contains("lines.changed"))
    let store = try Store.open(at: path, for: .reading)
    /// Whether any of the questions is refused; others may be about lines that are sound.
    func isRefused(_ filters: [HistoryFilter]) throws -> Bool {
      try filters.contains { filter in
        do {
          _ = try store.read { try $0.history(filter) }
          return false
        } catch let StoreError.recordCorrupt(table, _, _) {
          #expect(table == "model_entry")
          return true
        }
      }
    }
    #expect(try isRefused([HistoryFilter()]))
    let names = RandomStore.names + (0..<4).map { "class \($0)" }
    #expect(try isRefused(names.map { HistoryFilter(className: $0) }))
    #expect(try isRefused(names.map { HistoryFilter(className: $0, since: "2025") }))
    try store.close()
  }

  @Test("lines are never changed by accident")
  func appendOnly() throws {
    let path = try FilledStore.copy(to: folder)
    try Store.open(at: path).close()
    for table in LineCheck.tables {
      #expect(try SQLite.run("DELETE FROM \(table)", on: path).status != 0)
      let column = table == "model_entry" ? "time" : "entry"
      #expect(try SQLite.run("UPDATE \(table) SET \(column) = 7", on: path).status != 0)
    }
    #expect(codes(path) == [])
  }
}

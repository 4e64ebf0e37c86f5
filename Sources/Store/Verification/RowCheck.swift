import Foundation
import GRDB
import Ledger

/// Hashes the rows of every record table again and compares them, entry by entry, with what the leaves say was written.
struct RowCheck {
  let snapshot: Snapshot
  let log: VerifiedLog

  func run(_ result: inout Verification) throws {
    for table in RecordTable.all {
      try checkRows(of: table, &result)
      if !table.erasable.isEmpty { try checkTexts(of: table, &result) }
    }
  }

  private func checkRows(of table: RecordTable, _ result: inout Verification) throws {
    var due = log.rows.map { $0[table.name] }
    var (entry, evidence): (Int64, RowEvidence?) = (-1, nil)
    func finish(_ result: inout Verification) {
      guard let evidence, let index = Int(exactly: entry) else { return }
      let found = VerifiedLog.RowClaim(count: evidence.count, digest: evidence.digest().description)
      if !due.indices.contains(index) || due[index] != found {
        result.add("rows.changed", "table \(table.name)", "the rows of log entry \(entry) are not those that it wrote")
      }
      if due.indices.contains(index) { due[index] = nil }
    }
    let cursor = try Row.fetchCursor(snapshot.db, sql: table.evidenceSQL)
    while let row = try cursor.next() {
      let values = Array(row.databaseValues)
      guard let id = Int64.fromDatabaseValue(values[0]), let owner = Int64.fromDatabaseValue(values[1]) else {
        result.add("rows.changed", "table \(table.name)", "a row has no id or no entry")
        continue
      }
      if owner != entry {
        finish(&result)
        (entry, evidence) = (owner, RowEvidence(table: table))
      }
      let cells = stride(from: 2, to: values.count - 1, by: 2).lazy.map {
        (value: values[$0], isText: values[$0 + 1] == true.databaseValue)
      }
      evidence?.add(id: id, cells: cells)
    }
    finish(&result)
    for (entry, claim) in due.enumerated() where claim != nil {
      result.add("rows.removed", "table \(table.name)", "the rows that log entry \(entry) wrote are missing")
    }
  }

  /// A text that may be blanked must be the one committed to, or gone together with its salt.
  private func checkTexts(of table: RecordTable, _ result: inout Verification) throws {
    guard let text = table.columns.first(where: { table.erasable.contains($0) && $0 != "salt" }) else { return }
    let cursor = try Row.fetchCursor(
      snapshot.db, sql: "SELECT id, CAST(\(text) AS BLOB) AS text, salt, commitment FROM \(table.name)")
    while let row = try cursor.next() {
      if !Commitment(digest: try row.digest("commitment")).isKept(by: try row.value("text"), salt: try row.value("salt")) {
        let id: Int64 = try row.value("id")
        result.add("rows.text_changed", "table \(table.name), row \(id)", "its \(text) is not the one committed to")
      }
    }
  }
}

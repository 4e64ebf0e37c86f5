import Foundation
import GRDB
import Ledger

/// Hashes the rows of every record table again and compares them, entry by entry, with what the leaves say was written.
struct RowCheck {
  let snapshot: Snapshot
  let log: VerifiedLog
  let salts: SaltCheck

  func run(_ result: inout Verification) {
    if !log.isComplete { result.passOver("rows of the entries that cannot be read", "what they should be is not known") }
    for table in RecordTable.all {
      let subject = "table \(table.name)"
      if !snapshot.attempt(subject, &result, { try checkRows(of: table, &$0) }) {
        result.passOver(subject, "its rows cannot all be read")
      }
      if !table.erasable.isEmpty { snapshot.attempt("\(subject), texts", &result) { try checkTexts(of: table, &$0) } }
    }
    snapshot.attempt("salts", &result) { try salts.finish(snapshot, &$0) }
  }

  private func checkRows(of table: RecordTable, _ result: inout Verification) throws {
    var due = log.rows.compactMapValues { $0[table.name] }
    var (entry, evidence): (Int64, RowEvidence?) = (-1, nil)
    func finish(_ result: inout Verification) {
      guard let evidence else { return }
      let found = VerifiedLog.RowClaim(count: evidence.count, digest: evidence.digest().description)
      let isKnown = log.isComplete || log.rows[entry] != nil
      if isKnown, due.removeValue(forKey: entry) != found {
        result.add(.rowsChanged, "table \(table.name)", "the rows of log entry \(entry) are not those that it wrote")
      }
    }
    let cursor = try Row.fetchCursor(snapshot.db, sql: table.evidenceSQL)
    while let row = try cursor.next() {
      let values = Array(row.databaseValues)
      guard let id = Int64.fromDatabaseValue(values[0]), let owner = Int64.fromDatabaseValue(values[1]) else {
        result.add(.rowsChanged, "table \(table.name)", "a row has no id or no entry")
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
    for entry in due.keys.sorted() {
      result.add(.rowsRemoved, "table \(table.name)", "the rows that log entry \(entry) wrote are missing")
    }
  }

  /// A text that may be blanked must be the one committed to, or gone together with its salt.
  private func checkTexts(of table: RecordTable, _ result: inout Verification) throws {
    guard let text = table.columns.first(where: { table.erasable.contains($0) && $0 != "salt" }) else { return }
    let cursor = try Row.fetchCursor(
      snapshot.db, sql: "SELECT id, CAST(\(text) AS BLOB) AS text, salt, commitment FROM \(table.name)")
    var blanked = 0
    while let row = try cursor.next() {
      let bytes: Data? = try row.value("text")
      blanked += bytes == nil ? 1 : 0
      let salt: Data? = try row.value("salt")
      salts.add(salt)
      if !Commitment(digest: try row.digest("commitment")).isKept(by: bytes, salt: salt) {
        let id: Int64 = try row.value("id")
        result.add(.textChanged, "table \(table.name), row \(id)", "its \(text) is not the one committed to")
      }
    }
    if blanked > 0 { result.passOver("table \(table.name)", "\(text) and salt of \(blanked) rows were blanked") }
  }
}

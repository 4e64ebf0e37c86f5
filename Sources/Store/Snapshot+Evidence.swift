import GRDB
import Ledger

/// A record table by its name, for whoever needs to know that rows of it are sound without reading all of the store.
package enum EvidencedTable: String, Sendable, CaseIterable {
  case checkpoint, dataset, `class`, split, tensor
  case appliedEvent = "applied_event"
}

extension Snapshot {
  /// Makes sure that an entry is in the signed tree, and that the rows which it wrote are those that it says.
  ///
  /// Whoever signs what rows say must not sign what somebody wrote into them since. O(rows that the entry wrote).
  ///
  /// - Parameter tables: only rows of these; all tables that the entry wrote to if nil.
  /// - Returns: what the entry says.
  /// - Throws: `StoreError.unknown` without such an entry; `StoreError.recordCorrupt` if it is not as it was signed.
  @discardableResult
  package func soundEntry(_ index: Int64, tables: Set<EvidencedTable>? = nil) throws -> EntryFacts {
    let proof = try proof(of: index)
    guard let facts = EntryFacts(leaf: proof.extra ?? []) else {
      throw StoreError.recordCorrupt(table: "log_entry", id: index, reason: "its leaf is not of the form lethe/entry/v1")
    }
    for table in RecordTable.all where tables?.contains(where: { $0.rawValue == table.name }) ?? true {
      let (claimed, found) = (facts.rows[table.name], try evidence(of: table, entry: index))
      guard found.count == claimed?.count ?? 0, claimed == nil || claimed?.digest == found.digest else {
        throw StoreError.recordCorrupt(
          table: table.name, id: index, reason: "the rows of log entry \(index) are not those that it wrote")
      }
    }
    return facts
  }

  /// Makes sure of some rows of a table that entries wrote before.
  /// - Throws: `StoreError.recordCorrupt`.
  package func requireSound(_ table: EvidencedTable, _ ids: some Sequence<Int64>) throws {
    let sql = "SELECT entry FROM \(table.rawValue) WHERE id = ?"
    for entry in Set(try ids.map({ try integer(sql, [$0]) })) { try soundEntry(entry, tables: [table]) }
  }

  private func evidence(of table: RecordTable, entry: Int64) throws -> (count: Int64, digest: Digest) {
    var evidence = RowEvidence(table: table)
    let cursor = try Row.fetchCursor(db.cachedStatement(sql: table.entrySQL), arguments: [entry])
    while let row = try cursor.next() {
      let values = Array(row.databaseValues)
      guard let id = Int64.fromDatabaseValue(values[0]) else {
        throw StoreError.recordCorrupt(table: table.name, id: 0, reason: "it has no id")
      }
      evidence.add(
        id: id,
        cells: stride(from: 2, to: values.count - 1, by: 2).lazy.map {
          (value: values[$0], isText: values[$0 + 1] == true.databaseValue)
        })
    }
    return (evidence.count, evidence.digest())
  }
}

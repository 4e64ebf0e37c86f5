import GRDB
import Tensors

/// A derived tensor with the rows that it has zeroed.
private struct Derived {
  var record: TensorRecord
  var rows: [UInt32]
  var rowCount: Int
}

extension Transaction {
  /// Gives derived tensors that stay a base that stays, where theirs does not.
  ///
  /// Of the tensors that were derived from the same dead one, the one with the fewest rows zeroed is stored in full; those that have
  /// zeroed the same rows and more are derived from it from now on, by the lists that they have: zeroing a zero changes nothing. So
  /// after erasing, a long line of forgettings still costs one table and its lists, and no list could bring a row back.
  func standAlone(_ live: Set<Int64>, _ needles: inout NeedlePicker) throws {
    let bases = try rows("SELECT DISTINCT base FROM derived_tensor ORDER BY base").map { try $0.value("base") as Int64 }
    for base in bases where !live.contains(base) {
      let derived = try rows("SELECT tensor FROM derived_tensor WHERE base = ? ORDER BY tensor", [base])
        .map { try $0.value("tensor") as Int64 }.filter(live.contains)
        .map { id in
          let (zeroed, count) = try zeroedRows(of: id)
          return Derived(record: try tensor(id), rows: zeroed, rowCount: count)
        }.sorted { $0.rows.count < $1.rows.count }
      guard let first = derived.first else { continue }
      try pickNeedles(from: try tensor(base), removed: first, others: derived.dropFirst(), &needles)
      var full: [Derived] = []
      for item in derived {
        if let home = full.first(where: { $0.rowCount == item.rowCount && Set($0.rows).isSubset(of: item.rows) }) {
          try db.cachedStatement(sql: "UPDATE derived_tensor SET base = ? WHERE tensor = ?")
            .execute(arguments: [home.record.id, item.record.id])
        } else {
          try storeInFull(item.record)
          full.append(item)
        }
      }
    }
  }

  private func storeInFull(_ derived: TensorRecord) throws {
    let writer = tensorWriter(derived.description)
    try forEachPlainChunk(of: derived) { plain in try plain.withUnsafeBytes { try writer.append($0) } }
    try db.cachedStatement(sql: "DELETE FROM derived_tensor WHERE tensor = ?").execute(arguments: [derived.id])
    _ = try writer.finish(rewriting: derived)
  }

  /// Needles from rows of the base that nothing keeps.
  private func pickNeedles(
    from base: TensorRecord, removed first: Derived, others: ArraySlice<Derived>, _ needles: inout NeedlePicker
  ) throws {
    let gone = others.filter { $0.rowCount == first.rowCount }.reduce(Set(first.rows)) { $0.intersection($1.rows) }
    var blanker = RowBlanker(rows: gone.sorted(), width: base.description.byteCount / max(first.rowCount, 1))
    var position = 0
    try forEachPlainChunk(of: base) { chunk in
      var plain = chunk
      blanker.blank(&plain, at: position) { row in row.withUnsafeBytes { needles.offer($0) } }
      position += plain.count
    }
  }
}

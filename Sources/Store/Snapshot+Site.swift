import GRDB

/// An entry of the log without its texts.
package struct PlainEntry: Sendable {
  package var index: Int64
  package var time: String
  package var action: String
  package var model: String?
  /// Canonical JSON.
  package var leaf: String
}

extension Snapshot {
  /// Entries of a range, ascending, as everybody may see them.
  package func history(entries range: Range<Int>) throws -> [PlainEntry] {
    let sql = "SELECT log_index, time, action, model, leaf FROM log_entry WHERE log_index >= ? AND log_index < ? ORDER BY log_index"
    return try rows(sql, [range.lowerBound, range.upperBound]).map { row in
      PlainEntry(
        index: try row.value(at: 0), time: try row.value(at: 1) ?? "", action: try row.value(at: 2) ?? "",
        model: try row.value(at: 3),
        leaf: try row.value(at: 4))
    }
  }

  /// Which entry recorded each checkpoint of a model.
  package func checkpointEntries(model: Int64) throws -> [Int64: Int64] {
    Dictionary(
      uniqueKeysWithValues: try rows("SELECT id, entry FROM checkpoint WHERE model = ?", [model]).map {
        (try $0.value("id"), try $0.value("entry"))
      })
  }

  /// The checkpoints of a model whose arrays were erased.
  package func erasedCheckpoints(model: Int64) throws -> Set<Int64> {
    let sql = "SELECT x.checkpoint FROM erased_checkpoint x JOIN checkpoint c ON c.id = x.checkpoint WHERE c.model = ?"
    return Set(try rows(sql, [model]).map { try $0.value("checkpoint") })
  }
}

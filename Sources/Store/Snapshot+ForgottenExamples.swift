import GRDB

extension Snapshot {
  /// Rows of an imported part that an act of forgetting took out one by one; empty for one that took classes out.
  package func forgottenRows(event: Int64, of split: Int64) throws -> Set<Int> {
    try forgottenRows("SELECT ordinal FROM forgotten_example WHERE event = ? AND split = ?", [event, split])
  }

  /// Rows of an imported part that are forgotten one by one in a checkpoint.
  package func forgottenRows(checkpoint: Int64, of split: Int64) throws -> Set<Int> {
    let sql = """
      SELECT x.ordinal FROM applied_event a JOIN forgotten_example x ON x.event = a.event AND x.split = ?2 WHERE a.checkpoint = ?1
      """
    return try forgottenRows(sql, [checkpoint, split])
  }

  /// Rows of a part that are the examples which an act of forgetting took out: its own, and in the parts of other data sets those that
  /// bear the same ids of the user.
  package func forgottenRows(event: Int64, in split: Int64) throws -> Set<Int> {
    let sql = """
      SELECT y.ordinal FROM forgotten_example x JOIN example o ON o.split = x.split AND o.ordinal = x.ordinal
      JOIN example y ON y.external_id = o.external_id AND y.split = ?2
      WHERE x.event = ?1 AND x.split <> ?2
      """
    return try forgottenRows(event: event, of: split).union(forgottenRows(sql, [event, split]))
  }

  /// Acts of forgetting single examples that are in force for a model and do not hold in a checkpoint which was trained on some of them:
  /// how many it still knows, by event.
  package func examplesForgottenSince(_ checkpoint: CheckpointRecord) throws -> [(event: Int64, count: Int)] {
    let applied = Set(try appliedEvents(checkpoint: checkpoint.id).map(\.event))
    guard let train = try dataset(checkpoint.dataset).split(.train) else { return [] }
    return try events(model: checkpoint.model).filter { $0.exampleCount > 0 && $0.inForce && !applied.contains($0.id) }.compactMap {
      let rows = try forgottenRows(event: $0.id, in: train.id)
      return rows.isEmpty ? nil : ($0.id, rows.count)
    }
  }

  private func forgottenRows(_ sql: String, _ arguments: StatementArguments) throws -> Set<Int> {
    var found: Set<Int> = []
    try forEach(sql, arguments) { found.insert(try $0.value(at: 0)) }
    return found
  }
}

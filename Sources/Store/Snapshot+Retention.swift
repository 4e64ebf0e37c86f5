import GRDB

/// How long a model's checkpoints are kept.
package struct RetentionRuleRecord: Sendable, Identifiable {
  package var id: Int64
  package var model: Int64
  package var modelName: String
  /// This many newest checkpoints; nil: the number keeps none.
  package var keepLast: Int?
  /// And those of so many last days; nil: age keeps none.
  package var keepDays: Int?
  package var logIndex: Int64
  package var time: String
  package var actor: String?
  package var reason: String?

  /// Everything is kept.
  package var isForever: Bool { keepLast == nil && keepDays == nil }
}

extension Snapshot {
  /// The rule in force of each model that has one: its last.
  package func retentionRules() throws -> [RetentionRuleRecord] {
    let sql = """
      SELECT r.*, m.name, ifnull(e.time, '') AS time FROM retention_rule r JOIN model m ON m.id = r.model
      LEFT JOIN log_entry e ON e.log_index = r.entry
      WHERE r.id = (SELECT max(id) FROM retention_rule WHERE model = r.model) ORDER BY m.name
      """
    return try rows(sql).map { row in
      let entry: Int64 = try row.value("entry")
      return try RetentionRuleRecord(
        id: row.value("id"), model: row.value("model"), modelName: row.value("name"), keepLast: row.value("keep_last"),
        keepDays: row.value("keep_days"), logIndex: entry, time: row.value("time"), actor: sealed("actor", entry: entry),
        reason: sealed("reason", entry: entry))
    }
  }
}

extension Transaction {
  /// Records how long a model's checkpoints are kept from now on; nil and nil: for ever.
  package func insertRetentionRule(model: Int64, keepLast: Int?, keepDays: Int?) throws {
    _ = try insert(.retentionRule, [model, keepLast, keepDays])
  }
}

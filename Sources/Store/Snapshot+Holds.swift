import GRDB
import Ledger

/// A legal hold: what it names may not be erased while it is in force. Exactly one of the four is named.
package struct HoldRecord: Sendable, Identifiable {
  /// How a hold ended.
  package struct Lift: Sendable {
    package var logIndex: Int64
    package var time: String
    package var actor: String?
    package var reason: String?
  }

  package var id: Int64
  package var model: Int64?
  package var checkpoint: Int64?
  package var classID: Int64?
  package var dataset: Int64?
  package var modelName: String?
  package var checkpointName: String?
  package var className: String?
  /// The data set that is named, or the one of the class that is.
  package var datasetName: String?
  /// The date by which somebody looks at it again: `2026-12-31`.
  package var review: String
  /// That date is over, in UTC.
  package var isOverdue: Bool
  package var logIndex: Int64
  package var time: String
  package var actor: String?
  /// Who answers for it; nil once blanked.
  package var owner: String?
  package var reason: String?
  /// Nil while it is in force.
  package var lift: Lift?

  /// What it names, for people: `model pets`, `checkpoint pets@1`, `class faces/Bag`, `dataset faces`.
  package var subject: String {
    if let modelName { return "model \(modelName)" }
    if let checkpointName { return "checkpoint \(checkpointName)" }
    if let className { return "class \(datasetName ?? "?")/\(className)" }
    return "dataset \(datasetName ?? "?")"
  }
}

extension Snapshot {
  private static let holdSQL = """
    SELECT h.*, h.review < date('now') AS overdue, ifnull(e.time, '') AS time, l.entry AS lift_entry, ifnull(le.time, '') AS lift_time,
      m.name AS model_name, cm.name || '@' || c.number AS checkpoint_name, k.name AS class_name, k.ordinal,
      coalesce(d.name, kd.name) AS dataset_name
    FROM hold h LEFT JOIN log_entry e ON e.log_index = h.entry
    LEFT JOIN hold_lift l ON l.hold = h.id LEFT JOIN log_entry le ON le.log_index = l.entry
    LEFT JOIN model m ON m.id = h.model LEFT JOIN checkpoint c ON c.id = h.checkpoint LEFT JOIN model cm ON cm.id = c.model
    LEFT JOIN class k ON k.id = h.class LEFT JOIN dataset kd ON kd.id = k.dataset LEFT JOIN dataset d ON d.id = h.dataset
    """

  /// The holds in force, the one to be looked at first on top.
  package func holdsInForce() throws -> [HoldRecord] {
    try rows(Self.holdSQL + " WHERE l.id IS NULL ORDER BY h.review, h.id").map(hold)
  }

  /// Every hold, those that were lifted last.
  package func holds() throws -> [HoldRecord] {
    try rows(Self.holdSQL + " ORDER BY l.id IS NOT NULL, h.review, h.id").map(hold)
  }

  /// One hold, in force or not.
  /// - Throws: `StoreError.unknown`.
  package func hold(_ id: Int64) throws -> HoldRecord {
    guard let row = try row(Self.holdSQL + " WHERE h.id = ?", [id]) else {
      let known = try rows("SELECT id FROM hold ORDER BY id DESC LIMIT 5").map { String(try $0.value("id") as Int64) }
      throw StoreError.unknown(kind: "hold", name: String(id), known: known)
    }
    return try hold(row)
  }

  private func hold(_ row: Row) throws -> HoldRecord {
    let entry: Int64 = try row.value("entry")
    let label: Int? = try row.value("ordinal")
    let lift = try (row.value("lift_entry") as Int64?).map { entry in
      HoldRecord.Lift(
        logIndex: entry, time: try row.value("lift_time"), actor: try sealed("actor", entry: entry),
        reason: try sealed("reason", entry: entry))
    }
    return try HoldRecord(
      id: row.value("id"), model: row.value("model"), checkpoint: row.value("checkpoint"), classID: row.value("class"),
      dataset: row.value("dataset"), modelName: row.value("model_name"), checkpointName: row.value("checkpoint_name"),
      className: label.map { try row.value("class_name") ?? "class \($0)" }, datasetName: row.value("dataset_name"),
      review: row.value("review"), isOverdue: row.value("overdue"), logIndex: entry, time: row.value("time"),
      actor: sealed("actor", entry: entry), owner: sealed("owner", entry: entry), reason: sealed("reason", entry: entry), lift: lift
    )
  }
}

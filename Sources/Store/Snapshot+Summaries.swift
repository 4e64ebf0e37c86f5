import GRDB
import Ledger

/// A class that is forgotten in a checkpoint.
package struct ForgottenInCheckpoint: Sendable, Equatable {
  package var className: String
  package var event: Int64
  package var how: Application
}

/// One state of a model with all that is forgotten in it.
package struct CheckpointSummary: Sendable {
  package var id: Int64
  package var name: String
  package var kind: CheckpointKind
  package var parentName: String?
  package var digest: Digest
  package var datasetName: String
  package var time: String
  package var isHead: Bool
  /// In the order of the events, and of the labels within one.
  package var forgotten: [ForgottenInCheckpoint]
  /// Over all classes of the test part, as measured last; nil if it never was.
  package var testAccuracy: Double?
  /// When its arrays were erased; nil if they are here. RFC 3339, UTC.
  package var erasedAt: String?
}

extension Snapshot {
  /// One checkpoint. O(classes forgotten in it).
  /// - Parameter lineage: its own, if it is at hand: then the classes that its acts forgot, which lie far apart, are taken from there.
  package func summary(of checkpoint: Int64, lineage: [CheckpointStep] = []) throws -> CheckpointSummary {
    var found: CheckpointSummary?
    try forEach(Self.summarySQL, [checkpoint]) { row in
      let model: String = try row.value(at: 1)
      found = try CheckpointSummary(
        id: checkpoint, name: "\(model)@\(row.value(at: 2) as Int)", kind: kind(row.value(at: 4), of: checkpoint),
        parentName: (row.value(at: 3) as Int?).map { "\(model)@\($0)" }, digest: row.digest(at: 5), datasetName: row.value(at: 6),
        time: row.value(at: 7), isHead: row.value(at: 8) ?? false, forgotten: [], testAccuracy: row.value(at: 9),
        erasedAt: row.value(at: 10))
    }
    guard var summary = found else {
      throw StoreError.recordCorrupt(table: "checkpoint", id: checkpoint, reason: "it is missing")
    }
    var (applied, names) = ([(event: Int64, how: Application)](), [Int64: [String]]())
    for step in lineage {
      for (event, changes) in Dictionary(grouping: step.changes, by: \.event) { names[event] = changes.map(\.className) }
    }
    var unnamed: [Int64] = []
    try forEach(Self.appliedSQL, [checkpoint]) { row in
      let event: Int64 = try row.value(at: 0)
      guard let how = Application(rawValue: try row.value(at: 1)) else {
        throw StoreError.recordCorrupt(table: "applied_event", id: event, reason: "unknown kind")
      }
      applied.append((event, how))
      if names[event] == nil { unnamed.append(event) }
    }
    if !unnamed.isEmpty {
      try forEach(Self.eventNamesSQL, [Self.list(unnamed)]) { try names[$0.value(at: 0), default: []].append($0.value(at: 1)) }
    }
    summary.forgotten = applied.flatMap { event, how in
      (names[event] ?? []).map { ForgottenInCheckpoint(className: $0, event: event, how: how) }
    }
    return summary
  }

  func kind(_ text: String, of checkpoint: Int64) throws -> CheckpointKind {
    guard let kind = CheckpointKind(rawValue: text) else {
      throw StoreError.recordCorrupt(table: "checkpoint", id: checkpoint, reason: "unknown kind")
    }
    return kind
  }

  static let summarySQL = """
    SELECT c.id, m.name, c.number, p.number, c.kind, c.digest, d.name, ifnull(e.time, ''),
      c.id = (SELECT to_checkpoint FROM head_move h WHERE h.model = c.model ORDER BY h.id DESC LIMIT 1),
      -- SQLite takes the value from the row that has the greatest id: https://www.sqlite.org/lang_select.html#bareagg
      (SELECT value FROM (SELECT max(x.id), x.value AS value FROM measurement x INDEXED BY measurement_overall
        WHERE x.checkpoint = c.id AND x.metric = 'accuracy' AND x.class IS NULL AND x.split =
          (SELECT min(t.id) FROM split t WHERE t.dataset = c.dataset AND t.part = 'test' AND t.role = 'all' AND t.event IS NULL)) last),
      \(erasedAtSQL("c.id"))
    FROM checkpoint c JOIN model m ON m.id = c.model JOIN dataset d ON d.id = c.dataset
    LEFT JOIN checkpoint p ON p.id = c.parent LEFT JOIN log_entry e ON e.log_index = c.entry
    WHERE c.id = ?
    """

  /// When the arrays of a checkpoint were erased; NULL if they are here.
  static func erasedAtSQL(_ checkpoint: String) -> String {
    """
    (SELECT ifnull((SELECT time FROM log_entry WHERE log_index = x.entry), '') FROM erased_checkpoint x
        WHERE x.checkpoint = \(checkpoint))
    """
  }

  static let appliedSQL = "SELECT event, how FROM applied_event WHERE checkpoint = ? ORDER BY event"

  /// Names of the classes that the events of a JSON list forgot.
  static let eventNamesSQL = """
    SELECT f.event, ifnull(k.name, 'class ' || k.ordinal)
    FROM json_each(?) j CROSS JOIN forgotten_class f ON f.event = j.value JOIN class k ON k.id = f.class ORDER BY k.ordinal
    """
}

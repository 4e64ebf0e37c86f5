import GRDB
import Ledger

/// A class that is forgotten in a checkpoint.
package struct ForgottenInCheckpoint: Sendable, Equatable {
  package var className: String
  package var event: Int64
  package var how: Application
}

/// One state of a model, briefly: what lists and lineages show of it.
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
}

extension Snapshot {
  /// A checkpoint and its ancestors, back to the first training. O(ancestors + classes forgotten in them).
  package func lineage(of checkpoint: Int64) throws -> [CheckpointSummary] {
    try summaries(Self.lineageSQL, [checkpoint])
  }

  /// All states of a model, oldest first.
  package func summaries(model: Int64) throws -> [CheckpointSummary] {
    try summaries(Self.statesSQL, [model])
  }

  /// One checkpoint.
  package func summary(of checkpoint: Int64) throws -> CheckpointSummary {
    guard let summary = try summaries("SELECT ? AS id, 0 AS place", [checkpoint]).first else {
      throw StoreError.recordCorrupt(table: "checkpoint", id: checkpoint, reason: "it is missing")
    }
    return summary
  }

  /// A checkpoint is made after its parent, so ids descend; without that a damaged file could lead round in a circle.
  static let lineageSQL = """
    WITH RECURSIVE line (id, place) AS (
      SELECT ?, 0
      UNION ALL
      SELECT c.parent, l.place + 1 FROM line l JOIN checkpoint c ON c.id = l.id WHERE c.parent < c.id)
    SELECT id, place FROM line
    """

  static let statesSQL = "SELECT id, number AS place FROM checkpoint WHERE model = ? ORDER BY number"

  /// What is shown of the checkpoints that `list` selects as `id` and `place`; the events that hold in one as one text, since a lineage of
  /// a hundred has thousands.
  static func summarySQL(_ list: String) -> String {
    """
    SELECT c.id, m.name, c.number, p.number, c.kind, c.digest, d.name, ifnull(e.time, ''),
      c.id = (SELECT to_checkpoint FROM head_move h WHERE h.model = c.model ORDER BY h.id DESC LIMIT 1),
      (SELECT x.value FROM measurement x INDEXED BY measurement_overall WHERE x.checkpoint = c.id AND x.metric = 'accuracy' AND x.class IS NULL
        AND x.split = (SELECT min(s.id) FROM split s WHERE s.dataset = c.dataset AND s.part = 'test' AND s.role = 'all' AND s.event IS NULL)
        ORDER BY x.id DESC LIMIT 1),
      (SELECT group_concat(a.event) FROM applied_event a WHERE a.checkpoint = c.id)
    FROM (\(list)) l CROSS JOIN checkpoint c ON c.id = l.id JOIN model m ON m.id = c.model JOIN dataset d ON d.id = c.dataset
    LEFT JOIN checkpoint p ON p.id = c.parent LEFT JOIN log_entry e ON e.log_index = c.entry
    ORDER BY l.place
    """
  }

  /// Events that hold in the checkpoints that `list` selects, but not because pairs are masked: few.
  static func leftOutSQL(_ list: String) -> String {
    "SELECT a.checkpoint, a.event, a.how FROM (\(list)) l CROSS JOIN applied_event a ON a.checkpoint = l.id AND a.how <> 'masked'"
  }

  /// Names of the classes that the events of a JSON list forgot.
  static let eventNamesSQL = """
    SELECT f.event, ifnull(k.name, 'class ' || k.ordinal)
    FROM json_each(?) j CROSS JOIN forgotten_class f ON f.event = j.value JOIN class k ON k.id = f.class ORDER BY k.ordinal
    """

  private func summaries(_ list: String, _ arguments: StatementArguments) throws -> [CheckpointSummary] {
    var (summaries, events) = ([CheckpointSummary](), [[Int64]]())
    try forEach(Self.summarySQL(list), arguments) { row in
      let (id, model): (Int64, String) = (try row.value(at: 0), try row.value(at: 1))
      guard let kind = CheckpointKind(rawValue: try row.value(at: 4)) else {
        throw StoreError.recordCorrupt(table: "checkpoint", id: id, reason: "unknown kind")
      }
      summaries.append(
        try CheckpointSummary(
          id: id, name: "\(model)@\(row.value(at: 2) as Int)", kind: kind,
          parentName: (row.value(at: 3) as Int?).map { "\(model)@\($0)" }, digest: row.digest(at: 5), datasetName: row.value(at: 6),
          time: row.value(at: 7), isHead: row.value(at: 8) ?? false, forgotten: [], testAccuracy: row.value(at: 9)))
      let text: String? = try row.value(at: 10)
      events.append((text ?? "").utf8.split(separator: UInt8(ascii: ",")).compactMap { Int64(Substring($0)) }.sorted())
    }
    let names = try namesOfClasses(forgottenBy: events.reduce(into: Set()) { $0.formUnion($1) })
    let leftOut = try leftOut(list, arguments)
    for (place, held) in events.enumerated() {
      let others = leftOut[summaries[place].id]
      summaries[place].forgotten = held.flatMap { event in
        let how = others?[event] ?? .masked
        return (names[event] ?? []).map { ForgottenInCheckpoint(className: $0, event: event, how: how) }
      }
    }
    return summaries
  }

  private func namesOfClasses(forgottenBy events: Set<Int64>) throws -> [Int64: [String]] {
    var names: [Int64: [String]] = [:]
    if events.isEmpty { return names }
    try forEach(Self.eventNamesSQL, ["[\(events.map { String($0) }.joined(separator: ","))]"]) { row in
      try names[row.value(at: 0), default: []].append(row.value(at: 1))
    }
    return names
  }

  private func leftOut(_ list: String, _ arguments: StatementArguments) throws -> [Int64: [Int64: Application]] {
    var found: [Int64: [Int64: Application]] = [:]
    try forEach(Self.leftOutSQL(list), arguments) { row in
      let (checkpoint, event): (Int64, Int64) = (try row.value(at: 0), try row.value(at: 1))
      guard let how = Application(rawValue: try row.value(at: 2)) else {
        throw StoreError.recordCorrupt(table: "applied_event", id: event, reason: "unknown kind")
      }
      found[checkpoint, default: [:]][event] = how
    }
    return found
  }
}

import GRDB
import Ledger

/// A class that is forgotten in a checkpoint and not in its parent, or the other way round.
package struct ClassChange: Sendable, Equatable {
  /// How it differs; the raw values are those of the column `model_step.change`.
  package enum Kind: String, Sendable, CaseIterable {
    /// By the act of forgetting that made the checkpoint.
    case forgot
    /// By an act that was done before, whose pairs were masked again.
    case masked
    case leftOut = "left out of training"
    /// Forgotten in the parent only.
    case knownAgain = "known again"
  }

  package var className: String
  package var event: Int64
  package var kind: Kind
}

/// One state of a model as a step from its parent: what lists and lineages show of it.
package struct CheckpointStep: Sendable {
  package var id: Int64
  package var name: String
  package var kind: CheckpointKind
  package var parentName: String?
  package var digest: Digest
  package var datasetName: String
  package var time: String
  package var isHead: Bool
  /// In what it differs from its parent, in the order of the events, and of the labels within one. A first training differs in all that it
  /// was trained without.
  package var changes: [ClassChange]
  /// How many classes are forgotten in it.
  package var forgottenCount: Int
  /// Over all classes of the test part, as measured last; nil if it never was.
  package var testAccuracy: Double?
  /// When its arrays were erased; nil if they are here. RFC 3339, UTC.
  package var erasedAt: String?
}

extension Snapshot {
  /// A checkpoint and its ancestors, back to the first training. O(ancestors + classes in which they differ).
  package func lineage(of checkpoint: CheckpointRecord) throws -> [CheckpointStep] {
    try steps(Self.lineageSQL, of: checkpoint.modelName, ["model": checkpoint.model, "number": checkpoint.number])
  }

  /// All states of a model, oldest first.
  package func steps(model: Int64, named name: String) throws -> [CheckpointStep] {
    try steps(Self.statesSQL, of: name, ["model": model])
  }

  /// A checkpoint is made after its parent, so numbers descend; without that a damaged file could lead round in a circle.
  static let lineageSQL = """
    WITH RECURSIVE line (number, place) AS (
      SELECT :number, 0
      UNION ALL
      SELECT s.parent_number, l.place + 1 FROM line l CROSS JOIN model_state s ON s.model = :model AND s.number = l.number
      WHERE s.parent_number < l.number)
    SELECT number, place FROM line
    """

  static let statesSQL = "SELECT number, number AS place FROM model_state WHERE model = :model ORDER BY number"

  /// What is shown of the states of `:model` that `list` selects as `number` and `place`.
  static func stepsSQL(_ list: String) -> String {
    """
    SELECT s.checkpoint, s.number, s.parent_number, s.kind, s.digest, d.name, ifnull(s.time, ''), s.forgotten,
      s.checkpoint = (SELECT to_checkpoint FROM head_move h WHERE h.model = :model ORDER BY h.id DESC LIMIT 1), s.test_accuracy,
      \(erasedAtSQL("s.checkpoint"))
    FROM (\(list)) l CROSS JOIN model_state s ON s.model = :model AND s.number = l.number JOIN dataset d ON d.id = s.dataset
    ORDER BY l.place
    """
  }

  /// In what those states differ from their parents.
  static func changesSQL(_ list: String) -> String {
    """
    SELECT s.number, s.event, s.change, ifnull(k.name, 'class ' || k.ordinal)
    FROM (\(list)) l CROSS JOIN model_step s ON s.model = :model AND s.number = l.number CROSS JOIN class k ON k.id = s.class
    ORDER BY s.number, s.event, k.ordinal
    """
  }

  private func steps(_ list: String, of model: String, _ arguments: StatementArguments) throws -> [CheckpointStep] {
    var (steps, places) = ([CheckpointStep](), [Int: Int]())
    try forEach(Self.stepsSQL(list), arguments) { row in
      let (id, number): (Int64, Int) = (try row.value(at: 0), try row.value(at: 1))
      places[number] = steps.count
      steps.append(
        try CheckpointStep(
          id: id, name: "\(model)@\(number)", kind: kind(row.value(at: 3), of: id),
          parentName: (row.value(at: 2) as Int?).map { "\(model)@\($0)" }, digest: row.digest(at: 4), datasetName: row.value(at: 5),
          time: row.value(at: 6), isHead: row.value(at: 8) ?? false, changes: [], forgottenCount: row.value(at: 7),
          testAccuracy: row.value(at: 9), erasedAt: row.value(at: 10)))
    }
    try forEach(Self.changesSQL(list), arguments) { row in
      let (number, event): (Int, Int64) = (try row.value(at: 0), try row.value(at: 1))
      guard let kind = ClassChange.Kind(rawValue: try row.value(at: 2)) else {
        throw StoreError.recordCorrupt(table: "model_step", id: event, reason: "unknown kind")
      }
      if let place = places[number] {
        steps[place].changes.append(ClassChange(className: try row.value(at: 3), event: event, kind: kind))
      }
    }
    return steps
  }
}

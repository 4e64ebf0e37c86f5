import GRDB
import Ledger

/// What a model's head knows of a class, and where the class could still be had from.
public struct ClassStanding: Sendable {
  /// The name of the model.
  public var model: String
  /// `pets@3`.
  public var head: String
  /// Whether the head was trained on the class and has not forgotten it.
  public var knows: Bool
  /// The act of forgetting that holds, or the last one if all were taken back; nil if the head knows the class.
  public var event: EventRecord?
  /// Checkpoints that were trained on the class and have not forgotten it, by number.
  public var knowing: [String]
}

extension Snapshot {
  /// Names of all classes of all data sets, each once; those that were redacted have none.
  public func classNames() throws -> [String] {
    try String.fetchAll(db, sql: "SELECT name FROM class WHERE name IS NOT NULL GROUP BY name ORDER BY min(id)")
  }

  /// Names of the data sets that have a class of this name, in the order of import.
  public func datasets(havingClass name: String) throws -> [String] {
    let sql = "SELECT d.name FROM class k JOIN dataset d ON d.id = k.dataset WHERE k.name = ? ORDER BY d.id"
    return try String.fetchAll(db.cachedStatement(sql: sql), arguments: [name])
  }

  /// Every model that was trained on a data set, in the order in which they were made: does it know the class?
  ///
  /// Forgetting goes by the name of the class, whichever data set a checkpoint was trained on. O(checkpoints of those models).
  public func standings(ofClass name: String, dataset: Int64) throws -> [ClassStanding] {
    let arguments = Self.shownAs(name)
    var events: [Int64: (id: Int64, inForce: Bool)] = [:]
    try forEach(Self.eventsOfClassSQL, arguments) { row in
      let (model, event): (Int64, (Int64, Bool)) = (try row.value(at: 0), (try row.value(at: 1), try row.value(at: 2)))
      // They come in order: the last one in force, else the last one.
      if event.1 || events[model]?.inForce != true { events[model] = event }
    }
    var knowing: [Int64: [(id: Int64, number: Int)]] = [:]
    try forEach(Self.knowingSQL, ["class": name]) { row in
      try knowing[row.value(at: 0), default: []].append((row.value(at: 1), row.value(at: 2)))
    }
    return try rows(Self.trainedModelsSQL, [dataset]).map { row in
      let (model, name): (Int64, String) = (try row.value(at: 0), try row.value(at: 1))
      guard let head: Int64 = try row.value(at: 2), let number: Int = try row.value(at: 3) else {
        throw StoreError.recordCorrupt(table: "model", id: model, reason: "it has no head")
      }
      let states = knowing[model] ?? []
      let knows = states.contains { $0.id == head }
      return ClassStanding(
        model: name, head: "\(name)@\(number)", knows: knows, event: knows ? nil : try events[model].map { try event($0.id) },
        knowing: states.map { "\(name)@\($0.number)" })
    }
  }

  /// Events that forgot a class of the name, by model.
  static let eventsOfClassSQL = """
    SELECT u.model, u.id, NOT EXISTS (SELECT 1 FROM reinstatement r WHERE r.event = u.id)
    FROM class k JOIN forgotten_class f ON f.class = k.id JOIN unlearning_event u ON u.id = f.event
    WHERE \(isShownAs) ORDER BY u.id
    """

  /// Checkpoints that an event about the class holds in.
  private static let forgettingSQL = """
    SELECT a.checkpoint FROM class k JOIN forgotten_class f ON f.class = k.id JOIN applied_event a ON a.event = f.event
    WHERE \(isShownAs)
    """

  /// Checkpoints of all models that know the class: see `checkpoints(knowing:)`, which asks the same one by one. `erased` is when the
  /// class's examples were first erased: a training since then has not seen them.
  static let knowingSQL = """
    WITH known AS MATERIALIZED (
      SELECT k.id, k.dataset,
        (SELECT min(x.entry) FROM erased_class x CROSS JOIN erased_rows r ON r.erasure = x.erasure CROSS JOIN split s ON s.id = r.split
          WHERE x.class = k.id AND s.dataset = k.dataset AND s.part = 'train') AS erased
      FROM class k WHERE k.name = :class)
    SELECT c.model, c.id, c.number FROM known CROSS JOIN checkpoint c ON c.dataset = known.dataset
    WHERE c.id NOT IN (
        SELECT a.checkpoint FROM known g CROSS JOIN forgotten_class f ON f.class = g.id JOIN applied_event a ON a.event = f.event)
      AND c.id NOT IN (SELECT x.checkpoint FROM erased_checkpoint x)
      AND (known.erased IS NULL OR known.erased >= (SELECT t.entry FROM checkpoint t WHERE t.id = coalesce(c.base, c.id)))
    ORDER BY c.model, c.number
    """

  /// Models with a checkpoint that was trained on the data set: jumps from model to model in the index, reading one row of each.
  static let trainedModelsSQL = """
    WITH RECURSIVE trained (model) AS (
      SELECT min(model) FROM checkpoint WHERE dataset = ?1
      UNION ALL
      SELECT (SELECT min(c.model) FROM checkpoint c WHERE c.dataset = ?1 AND c.model > t.model) FROM trained t
      WHERE t.model IS NOT NULL)
    SELECT m.id, m.name, c.id, c.number FROM trained t CROSS JOIN model m ON m.id = t.model
    LEFT JOIN checkpoint c ON c.id = (SELECT h.to_checkpoint FROM head_move h WHERE h.model = m.id ORDER BY h.id DESC LIMIT 1)
    ORDER BY m.id
    """

  /// Names of all checkpoints that were trained on a data set, in the order in which they were made: those that know an example, and those
  /// in which it, or a class of its class's name, is forgotten.
  package func checkpoints(
    trainedOn dataset: Int64, byClass name: String, split: Int64, ordinal: Int
  ) throws -> (knowing: [String], forgetting: [String]) {
    let arguments = Self.shownAs(name) + ["dataset": dataset, "split": split, "ordinal": ordinal]
    var (knowing, forgetting) = ([String](), [String]())
    try forEach(Self.trainedCheckpointsSQL, arguments) { row in
      let name: String = "\(try row.value(at: 0) as String)@\(try row.value(at: 1) as Int)"
      if try row.value(at: 2) { forgetting.append(name) } else { knowing.append(name) }
    }
    return (knowing, forgetting)
  }

  static let trainedCheckpointsSQL = """
    SELECT m.name, c.number, c.id IN (\(forgettingSQL)) OR EXISTS (SELECT 1 FROM forgotten_example x
        JOIN applied_event a ON a.event = x.event AND a.checkpoint = c.id WHERE x.split = :split AND x.ordinal = :ordinal)
    FROM checkpoint c JOIN model m ON m.id = c.model
    WHERE c.dataset = :dataset ORDER BY c.id
    """
}

/// A line of the view `forgotten_classes`.
package struct ForgottenClassLine: Sendable, Equatable {
  package var model: String
  package var className: String?
  package var event: Int64
  package var child: String
  package var time: String?
  package var actor: String?
  package var reason: String?
  package var inForce: Bool
}

extension Snapshot {
  static let forgottenOfModelSQL = "SELECT * FROM forgotten_classes WHERE model = ?"
  static let forgottenOfClassSQL = "SELECT * FROM forgotten_classes WHERE class = ?"

  /// The view `forgotten_classes`, for one model.
  package func forgottenClasses(model: String) throws -> [ForgottenClassLine] {
    try forgottenClasses(Self.forgottenOfModelSQL, model)
  }

  /// The view `forgotten_classes`, for one class.
  package func forgottenClasses(className: String) throws -> [ForgottenClassLine] {
    try forgottenClasses(Self.forgottenOfClassSQL, className)
  }

  private func forgottenClasses(_ sql: String, _ name: String) throws -> [ForgottenClassLine] {
    var lines: [ForgottenClassLine] = []
    try forEach(sql, [name]) { row in
      lines.append(
        try ForgottenClassLine(
          model: row.value(at: 0), className: row.value(at: 1), event: row.value(at: 3), child: row.value(at: 6),
          time: row.value(at: 7), actor: row.value(at: 8), reason: row.value(at: 9), inForce: row.value(at: 10)))
    }
    return lines
  }
}

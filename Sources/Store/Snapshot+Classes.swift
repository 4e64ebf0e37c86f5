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
  public var event: ForgettingBrief?
  /// Checkpoints that were trained on the class and have not forgotten it, by number.
  public var knowing: [String]
}

/// An act of forgetting, briefly.
public struct ForgettingBrief: Sendable {
  /// Its number.
  public var id: Int64
  /// The checkpoint that it made, as model@number.
  public var childName: String
  /// RFC 3339, UTC.
  public var time: String
  /// Who did it; nil once redacted.
  public var actor: String?
  /// Why; nil if nothing was said or it was redacted.
  public var reason: String?
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
    let (models, knowing) = try states(knowing: name, dataset: dataset)
    var (standings, acts) = ([ClassStanding](), [Int: Int64]())
    try forEach(Self.headsSQL, [Self.list(models)]) { row in
      let (model, name): (Int64, String) = (try row.value(at: 0), try row.value(at: 1))
      guard let head: Int64 = try row.value(at: 2), let number: Int = try row.value(at: 3) else {
        throw StoreError.recordCorrupt(table: "model", id: model, reason: "it has no head")
      }
      let (states, prefix) = (knowing[model] ?? [], name + "@")
      let knows = states.contains { $0.id == head }
      if !knows { acts[standings.count] = events[model]?.id }
      standings.append(
        ClassStanding(
          model: name, head: prefix + String(number), knows: knows, event: nil, knowing: states.map { prefix + String($0.number) }))
    }
    let briefs = try briefs(acts.values)
    for (place, act) in acts { standings[place].event = briefs[act] }
    return standings
  }

  /// Acts of forgetting, by their numbers, in one query.
  private func briefs(_ events: some Collection<Int64>) throws -> [Int64: ForgettingBrief] {
    var briefs: [Int64: ForgettingBrief] = [:]
    if events.isEmpty { return briefs }
    try forEach(Self.briefSQL, [Self.list(events)]) { row in
      let id: Int64 = try row.value(at: 0)
      briefs[id] = try ForgettingBrief(
        id: id, childName: "\(row.value(at: 1) as String)@\(row.value(at: 2) as Int)", time: row.value(at: 3),
        actor: row.value(at: 4), reason: row.value(at: 5))
    }
    return briefs
  }

  /// What is told of the acts of forgetting of a JSON list.
  static let briefSQL = """
    SELECT u.id, m.name, c.number, ifnull(e.time, ''),
      (SELECT value FROM sealed_field s WHERE s.entry = u.entry AND s.name = 'actor'),
      (SELECT value FROM sealed_field s WHERE s.entry = u.entry AND s.name = 'reason')
    FROM json_each(?) j CROSS JOIN unlearning_event u ON u.id = j.value JOIN model m ON m.id = u.model
    JOIN checkpoint c ON c.id = u.child LEFT JOIN log_entry e ON e.log_index = u.entry
    """

  /// Events that forgot a class of the name, by model.
  static let eventsOfClassSQL = """
    SELECT u.model, u.id, NOT EXISTS (SELECT 1 FROM reinstatement r WHERE r.event = u.id)
    FROM class k JOIN forgotten_class f ON f.class = k.id JOIN unlearning_event u ON u.id = f.event
    WHERE \(isShownAs) ORDER BY u.id
    """

  /// Models that were trained on a data set that has a class, and the checkpoints of all models that know the class, by model and in the
  /// order of their numbers: see `checkpoints(knowing:)`, which asks the same one by one.
  private func states(
    knowing name: String, dataset: Int64
  ) throws -> (models: [Int64], knowing: [Int64: [(id: Int64, number: Int64)]]) {
    // Sorting what is nearly in order is quicker here than in SQLite, as is a set.
    let without = try RowNumbers(integers(Self.notKnowingSQL, ["class": name]))
    var (models, knowing) = ([Int64](), [Int64: [(id: Int64, number: Int64)]]())
    for other in try Set(integers(Self.datasetsSQL, [name]) + [dataset]) {
      var run = (model: Int64.min, states: [(id: Int64, number: Int64)]())
      // Those of a model come one after the other.
      try forEachIntegers(Self.trainedSQL, [other]) { id, model, number in
        if model != run.model {
          knowing[run.model, default: []] += run.states
          run = (model, [])
          if other == dataset { models.append(model) }
        }
        if !without.contains(id) { run.states.append((id, number)) }
      }
      knowing[run.model, default: []] += run.states
    }
    return (models, knowing.mapValues { $0.sorted { $0.number < $1.number } })
  }

  /// Numbers of the data sets that have a class of a name.
  private static let datasetsSQL = "SELECT dataset FROM class WHERE name = ?"

  /// Checkpoints that were trained on a data set, by model, read from an index alone.
  static let trainedSQL = "SELECT id, model, number FROM checkpoint WHERE dataset = ? ORDER BY model, number"

  /// Checkpoints that were trained on a data set with the class and do not know it: an act about the class of this very name holds in them,
  /// or they are erased, or were trained here after the class's examples had first been erased.
  static let notKnowingSQL = """
    SELECT a.checkpoint FROM class k CROSS JOIN forgotten_class f ON f.class = k.id CROSS JOIN applied_event a ON a.event = f.event
    WHERE k.name = :class
    UNION ALL
    SELECT x.checkpoint FROM erased_checkpoint x
    UNION ALL
    SELECT c.id FROM (
        SELECT k.dataset, min(x.entry) AS entry
        FROM class k CROSS JOIN erased_class x ON x.class = k.id CROSS JOIN erased_rows r ON r.erasure = x.erasure
        CROSS JOIN split s ON s.id = r.split
        WHERE k.name = :class AND s.dataset = k.dataset AND s.part = 'train' GROUP BY k.dataset) erased
      CROSS JOIN checkpoint c ON c.dataset = erased.dataset CROSS JOIN checkpoint t ON t.id = coalesce(c.base, c.id)
    WHERE t.entry > erased.entry AND t.kind <> 'imported'
    """

  /// Models of a JSON list in its order, with their names and heads.
  static let headsSQL = """
    SELECT m.id, m.name, c.id, c.number FROM json_each(?) j CROSS JOIN model m ON m.id = j.value
    LEFT JOIN checkpoint c ON c.id = (SELECT h.to_checkpoint FROM head_move h WHERE h.model = m.id ORDER BY h.id DESC LIMIT 1)
    """

  /// Names of all checkpoints that were trained on a data set, in the order in which they were made: those that know an example, those
  /// in which it, or a class of its class's name, is forgotten, and those whose arrays are erased.
  package func checkpoints(
    trainedOn dataset: Int64, byClass name: String, split: Int64, ordinal: Int
  ) throws -> (knowing: [String], forgetting: [String], erased: [String]) {
    let arguments = Self.shownAs(name) + ["split": split, "ordinal": ordinal]
    let without = try RowNumbers(integers(Self.forgettingExampleSQL, arguments))
    let gone = try RowNumbers(integers("SELECT checkpoint FROM erased_checkpoint"))
    var (states, models) = ([(id: Int64, place: Int, number: Int64)](), [Int64]())
    // Those of a model come one after the other.
    try forEachIntegers(Self.trainedSQL, [dataset]) { id, model, number in
      if model != models.last { models.append(model) }
      states.append((id, models.count - 1, number))
    }
    var names: [Int64: String] = [:]
    try forEach(Self.namesSQL, [Self.list(models)]) { names[try $0.value(at: 0)] = try $0.value(at: 1) }
    let prefixes = try models.map { model in
      guard let name = names[model] else { throw StoreError.recordCorrupt(table: "model", id: model, reason: "it is missing") }
      return name + "@"
    }
    states.sort { $0.id < $1.id }
    var (knowing, forgetting, erased) = ([String](), [String](), [String]())
    for state in states {
      let name = prefixes[state.place] + String(state.number)
      if gone.contains(state.id) {
        erased.append(name)
      } else if without.contains(state.id) {
        forgetting.append(name)
      } else {
        knowing.append(name)
      }
    }
    return (knowing, forgetting, erased)
  }

  /// Checkpoints that an act about a class that is shown under a name, or about an example, holds in.
  static let forgettingExampleSQL = """
    SELECT a.checkpoint FROM class k CROSS JOIN forgotten_class f ON f.class = k.id CROSS JOIN applied_event a ON a.event = f.event
    WHERE \(isShownAs)
    UNION ALL
    SELECT a.checkpoint FROM forgotten_example x CROSS JOIN applied_event a ON a.event = x.event
    WHERE x.split = :split AND x.ordinal = :ordinal
    """

  /// Names of the models of a JSON list.
  static let namesSQL = "SELECT m.id, m.name FROM json_each(?) j CROSS JOIN model m ON m.id = j.value"
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
  /// The view asks the log and the checkpoints, where what is about one model lies far apart; this asks its steps.
  static let forgottenOfModelSQL = """
    SELECT m.name, k.name, s.event, s.number, t.time,
      (SELECT value FROM sealed_field f WHERE f.entry = s.entry AND f.name = 'actor'),
      (SELECT value FROM sealed_field f WHERE f.entry = s.entry AND f.name = 'reason'),
      NOT EXISTS (SELECT 1 FROM reinstatement r WHERE r.event = s.event)
    FROM model m CROSS JOIN model_step s ON s.model = m.id AND s.change = 'forgot' CROSS JOIN class k ON k.id = s.class
    CROSS JOIN model_state t ON t.model = m.id AND t.number = s.number
    WHERE m.name = ? ORDER BY s.event, k.ordinal
    """

  static let forgottenOfClassSQL = """
    SELECT model, class, event, child, time, actor, reason, in_force FROM forgotten_classes WHERE class = ?
    """

  /// The view `forgotten_classes`, for one model.
  package func forgottenClasses(model: String) throws -> [ForgottenClassLine] {
    try forgottenClasses(Self.forgottenOfModelSQL, model) { "\(model)@\(try $0.value(at: 3) as Int)" }
  }

  /// The view `forgotten_classes`, for one class.
  package func forgottenClasses(className: String) throws -> [ForgottenClassLine] {
    try forgottenClasses(Self.forgottenOfClassSQL, className) { try $0.value(at: 3) }
  }

  private func forgottenClasses(_ sql: String, _ name: String, child: (Row) throws -> String) throws -> [ForgottenClassLine] {
    var lines: [ForgottenClassLine] = []
    try forEach(sql, [name]) { row in
      lines.append(
        try ForgottenClassLine(
          model: row.value(at: 0), className: row.value(at: 1), event: row.value(at: 2), child: child(row), time: row.value(at: 4),
          actor: row.value(at: 5), reason: row.value(at: 6), inForce: row.value(at: 7)))
    }
    return lines
  }
}

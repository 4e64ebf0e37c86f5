import GRDB
import Ledger

/// One entry of the log as people ask for it: what was done to what, by whom and why.
public struct HistoryRecord: Sendable {
  /// The log entry that says so.
  public var logIndex: Int64
  /// RFC 3339, UTC.
  public var time: String
  /// As ``NewEntry/Action`` spells it.
  public var action: String
  /// The model that it was done to.
  public var model: String?
  /// The data set that it concerns.
  public var dataset: String?
  /// Checkpoints that it went from and to.
  public var parent: String?
  /// The checkpoint that came of it.
  public var child: String?
  /// Names of the classes that it forgot or reinstated.
  public var classes: [String] = []
  /// How many single examples it forgot, instead of classes.
  public var examples: Int
  /// The act of forgetting that it recorded.
  public var event: Int64?
  /// Nil once it was redacted, as are the two below.
  public var actor: String?
  /// Why.
  public var reason: String?
  /// Who approved it, where somebody did.
  public var approvedBy: String?
}

extension Snapshot {
  /// Whether a class `k` is shown under the name `:class`: it has that name, or it was blanked and its label is `:label`.
  static let isShownAs = "(k.name = :class OR (k.name IS NULL AND k.ordinal = :label))"

  /// The arguments of `isShownAs`: blanked classes are shown as `class 3`.
  static func shownAs(_ name: String) -> StatementArguments {
    let label = name.hasPrefix("class ") ? Int(name.dropFirst(6)) : nil
    return ["class": name, "label": label.flatMap { "class \($0)" == name ? $0 : nil }]
  }

  /// What was done, newest first.
  public func history(_ filter: HistoryFilter = HistoryFilter()) throws -> [HistoryRecord] {
    let statement = filter.statement
    var (records, places, numbers) = ([HistoryRecord](), [Int64: Int](), [Int64: Int64]())
    records.reserveCapacity(min(filter.limit ?? 0, 1_000))
    try forEach(statement.sql, statement.arguments) { row in
      let index: Int64 = try row.value(at: 0)
      guard places.updateValue(records.count, forKey: index) == nil else {
        throw StoreError.recordCorrupt(table: "log_entry", id: index, reason: "it recorded two acts of forgetting")
      }
      let event: Int64? = try row.value(at: 7)
      if let event { numbers[event] = try row.value(at: 9) }
      records.append(
        try HistoryRecord(
          logIndex: index, time: row.value(at: 1) ?? "", action: row.value(at: 2) ?? "", model: row.value(at: 3),
          dataset: row.value(at: 4), parent: row.value(at: 5), child: row.value(at: 6), examples: row.value(at: 8), event: event))
    }
    // A look-up for each text and entry would cost as much as the entries themselves.
    try forEach(Self.sealedSQL, [Self.list(records.map(\.logIndex))]) { row in
      guard let place = places[try row.value(at: 0)] else { return }
      let text: String? = try row.value(at: 2)
      switch try row.value(at: 1) as String {
      case "actor": records[place].actor = text
      case "reason": records[place].reason = text
      case "approved_by": records[place].approvedBy = text
      default: break
      }
    }
    try addClasses(to: &records, places, model: filter.model, numbers)
    return records
  }

  /// Names of the classes that the entries forgot or reinstated.
  /// - Parameters:
  ///   - model: what all entries are about, if they are.
  ///   - numbers: of the states that acts of forgetting made, where they are known.
  private func addClasses(
    to records: inout [HistoryRecord], _ places: [Int64: Int], model: String?, _ numbers: [Int64: Int64]
  ) throws {
    var forgetting: [Int64: Int] = [:]
    for (place, record) in records.enumerated() where record.examples == 0 {
      if let event = record.event { forgetting[event] = place }
    }
    // What lies side by side is read in one go; an act that is not there, as it should be, is looked for by itself.
    if let model, let first = numbers.values.min(), let last = numbers.values.max() {
      var found: Set<Int64> = []
      try forEach(Self.stepNamesSQL, ["model": model, "first": first, "last": last]) { row in
        let event: Int64 = try row.value(at: 0)
        guard let place = forgetting[event], try numbers[event] == row.value(at: 1) else { return }
        records[place].classes.append(try row.value(at: 2))
        found.insert(event)
      }
      for event in found { forgetting[event] = nil }
    }
    if !forgetting.isEmpty {
      try forEach(Self.eventNamesSQL, [Self.list(forgetting.keys)]) { row in
        if let place = forgetting[try row.value(at: 0)] { records[place].classes.append(try row.value(at: 1)) }
      }
    }
    let others = records.filter { $0.event == nil }.map(\.logIndex)
    if others.isEmpty { return }
    try forEach(Self.reinstatedSQL, [Self.list(others)]) { row in
      if let place = places[try row.value(at: 0)] { records[place].classes.append(try row.value(at: 1)) }
    }
  }

  /// Numbers as a JSON list.
  static func list(_ numbers: some Collection<Int64>) -> String { "[\(numbers.lazy.map { String($0) }.joined(separator: ","))]" }

  /// Texts about persons that the log entries of a JSON list sealed.
  static let sealedSQL = """
    SELECT s.entry, s.name, s.value FROM json_each(?) j CROSS JOIN sealed_field s ON s.entry = j.value
    """

  /// Names of the classes that acts of forgetting took from a model, of which a range of states came about.
  static let stepNamesSQL = """
    SELECT s.event, s.number, ifnull(k.name, 'class ' || k.ordinal)
    FROM model_step s JOIN class k ON k.id = s.class
    WHERE s.model = (SELECT id FROM model WHERE name = :model) AND s.number BETWEEN :first AND :last ORDER BY k.ordinal
    """

  /// Names of the classes that the log entries of a JSON list reinstated.
  static let reinstatedSQL = """
    SELECT r.entry, ifnull(k.name, 'class ' || k.ordinal)
    FROM json_each(?) j CROSS JOIN reinstatement r ON r.entry = j.value
    JOIN forgotten_class f ON f.event = r.event JOIN class k ON k.id = f.class ORDER BY r.id, k.ordinal
    """
}

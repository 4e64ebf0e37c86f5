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
    let page = filter.page
    var (records, places) = ([HistoryRecord](), [Int64: Int]())
    try forEach(Self.historySQL(page.sql), page.arguments) { row in
      let index: Int64 = try row.value(at: 0)
      guard places.updateValue(records.count, forKey: index) == nil else {
        throw StoreError.recordCorrupt(table: "log_entry", id: index, reason: "it recorded two acts of forgetting")
      }
      records.append(
        try HistoryRecord(
          logIndex: index, time: row.value(at: 1) ?? "", action: row.value(at: 2) ?? "", model: row.value(at: 3),
          dataset: row.value(at: 4), parent: row.value(at: 5), child: row.value(at: 6), examples: row.value(at: 8),
          event: row.value(at: 7)))
    }
    // A look-up for each text and entry would cost as much as the entries themselves.
    let list = "[\(records.map { String($0.logIndex) }.joined(separator: ","))]"
    try forEach(Self.sealedSQL, [list]) { row in
      guard let place = places[try row.value(at: 0)] else { return }
      let text: String? = try row.value(at: 2)
      switch try row.value(at: 1) as String {
      case "actor": records[place].actor = text
      case "reason": records[place].reason = text
      case "approved_by": records[place].approvedBy = text
      default: break
      }
    }
    for (sql, reinstated) in [(Self.forgottenSQL, false), (Self.reinstatedSQL, true)] {
      try forEach(sql, [list]) { row in
        guard let place = places[try row.value(at: 0)], !reinstated || records[place].event == nil else { return }
        records[place].classes.append(try row.value(at: 1))
      }
    }
    return records
  }

  static func historySQL(_ page: String) -> String {
    // The columns of log_entry would parse the leaf for each of them; this parses it once, and then a short list six times.
    """
    WITH entries AS MATERIALIZED (
      SELECT p.log_index,
        json_extract(e.leaf, '$.time', '$.action', '$.model', '$.dataset', '$.parent', '$.child') AS facts
      FROM (\(page)) p CROSS JOIN log_entry e ON e.log_index = p.log_index)
    SELECT e.log_index, facts ->> 0, facts ->> 1, facts ->> 2, ifnull(facts ->> 3, d.name), facts ->> 4, facts ->> 5, u.id,
      (SELECT count(*) FROM forgotten_example x WHERE x.event = u.id)
    FROM entries e LEFT JOIN unlearning_event u ON u.entry = e.log_index LEFT JOIN dataset d ON d.id = u.dataset
    ORDER BY e.log_index DESC
    """
  }

  /// Texts about persons that the log entries of a JSON list sealed.
  static let sealedSQL = """
    SELECT s.entry, s.name, s.value FROM json_each(?) j CROSS JOIN sealed_field s ON s.entry = j.value
    """

  /// Names of the classes that the log entries of a JSON list forgot.
  static let forgottenSQL = """
    SELECT u.entry, ifnull(k.name, 'class ' || k.ordinal)
    FROM json_each(?) j CROSS JOIN unlearning_event u ON u.entry = j.value
    JOIN forgotten_class f ON f.event = u.id JOIN class k ON k.id = f.class ORDER BY u.id, k.ordinal
    """

  /// Names of the classes that the log entries of a JSON list reinstated.
  static let reinstatedSQL = """
    SELECT r.entry, ifnull(k.name, 'class ' || k.ordinal)
    FROM json_each(?) j CROSS JOIN reinstatement r ON r.entry = j.value
    JOIN forgotten_class f ON f.event = r.event JOIN class k ON k.id = f.class ORDER BY r.id, k.ordinal
    """
}

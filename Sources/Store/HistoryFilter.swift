import GRDB

/// What to look for in the history.
public struct HistoryFilter: Sendable {
  /// Only what was done to this model.
  public var model: String?
  /// Only what concerned a class of this name.
  public var className: String?
  /// RFC 3339 times, or beginnings of such; they compare as text.
  public var since: String?
  /// Up to this time; a day counts in full.
  public var until: String?
  /// As ``NewEntry/Action`` spells it, such as `forget`.
  public var action: String?
  /// Who did it, exactly as the log has it.
  public var actor: String?
  /// The request that it is about, or was done for.
  public var request: Int64?
  /// At most so many, the newest.
  public var limit: Int?

  /// Everything, unless a member says otherwise.
  public init(
    model: String? = nil, className: String? = nil, since: String? = nil, until: String? = nil, action: String? = nil,
    limit: Int? = nil
  ) {
    (self.model, self.className, self.since, self.until) = (model, className, since, until)
    (self.action, self.limit) = (action, limit)
  }

  /// The query for the indexes of the entries looked for, newest first, and its named arguments.
  ///
  /// One index leads to the entries, chosen by what narrows most: the class, the model, the period, the action. With a class or a period
  /// the cost grows with the entries that it has, since they must be sorted; else with `limit`.
  var page: (sql: String, arguments: StatementArguments) {
    var (conditions, arguments) = ([String](), StatementArguments(["limit": limit ?? -1]))
    func add(_ condition: String, _ name: String, _ value: String?) {
      guard let value else { return }
      conditions.append(condition)
      arguments += [name: value]
    }
    add("e.model = :model", "model", model)
    add("e.action = :action", "action", action)
    add("e.time >= :since", "since", since)
    // All of the last day, month or year is in the period: nothing that begins with `until` comes after this.
    add("e.time < :until", "until", until.map { $0 + "\u{10FFFF}" })
    // Names have no index, which would be one more place to blank: this goes through the entries.
    add(
      "EXISTS (SELECT 1 FROM sealed_field s WHERE s.entry = e.log_index AND s.name = 'actor' AND s.value = :actor)", "actor", actor)
    if let request {
      conditions.append("e.log_index IN (\(Self.entriesOfRequest))")
      arguments += ["request": request]
    }
    var source = "log_entry e"
    if let className {
      source = "(\(Self.entriesOfClass)) found JOIN log_entry e ON e.log_index = found.entry"
      arguments += Snapshot.shownAs(className)
    } else if model == nil, since != nil || until != nil {
      source += " INDEXED BY log_entry_by_time"
    }
    let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
    return ("SELECT e.log_index FROM \(source)\(filter) ORDER BY e.log_index DESC LIMIT :limit", arguments)
  }

  private static let entriesOfRequest = """
    SELECT entry FROM request WHERE id = :request UNION ALL SELECT entry FROM request_extension WHERE request = :request
    UNION ALL SELECT entry FROM request_answer WHERE request = :request UNION ALL SELECT entry FROM request_work WHERE request = :request
    """

  /// Log entries that forgot a class of the name, or took that back.
  private static let entriesOfClass = """
    SELECT u.entry FROM class k JOIN forgotten_class f ON f.class = k.id JOIN unlearning_event u ON u.id = f.event
    WHERE \(Snapshot.isShownAs)
    UNION
    SELECT r.entry FROM class k JOIN forgotten_class f ON f.class = k.id JOIN reinstatement r ON r.event = f.event
    WHERE \(Snapshot.isShownAs)
    """
}

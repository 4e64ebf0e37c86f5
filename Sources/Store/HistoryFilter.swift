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

  /// The query for the entries looked for, newest first, and its named arguments: index, time, action, model, data set, parent, child, act of
  /// forgetting, its examples, the classes that it forgot, reinstated or erased, and whether an entry that names a model has no line.
  ///
  /// One index leads to the entries, chosen by what narrows most: the class, the model, the period, the action. With a class or a period
  /// the cost grows with the entries that it has, since they must be sorted; else with `limit`.
  var statement: (sql: String, arguments: StatementArguments) {
    var (conditions, arguments) = ([String](), StatementArguments(["limit": limit ?? -1]))
    let entry = className == nil ? "e.log_index" : "found.entry"
    func add(_ condition: String, _ name: String, _ value: String?) {
      guard let value else { return }
      // Of a class's entries a line that is missing is told, not passed over.
      conditions.append(className == nil ? condition : "(e.log_index IS NULL OR \(condition))")
      arguments += [name: value]
    }
    add("e.model = :model", "model", model)
    add("e.action = :action", "action", action)
    add("e.time >= :since", "since", since)
    // All of the last day, month or year is in the period: nothing that begins with `until` comes after this.
    add("e.time < :until", "until", until.map { $0 + "\u{10FFFF}" })
    // Names have no index, which would be one more place to blank: this goes through the entries.
    add(
      "EXISTS (SELECT 1 FROM sealed_field s WHERE s.entry = \(entry) AND s.name = 'actor' AND s.value = :actor)", "actor", actor)
    if let request {
      conditions.append("\(entry) IN (\(Self.entriesOfRequest))")
      arguments += ["request": request]
    }
    let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
    if let className {
      arguments += Snapshot.shownAs(className)
      // Without a condition the lines of a page are all that is looked up.
      let found = Self.entriesOfClass + (conditions.isEmpty ? " ORDER BY entry DESC LIMIT :limit" : "")
      return (
        """
        SELECT found.entry, \(Self.lineColumns), e.log_index IS NULL
        FROM (\(found)) found LEFT JOIN model m ON m.id = found.model
        LEFT JOIN model_entry e ON e.model = m.name AND e.log_index = found.entry\(filter)
        ORDER BY found.entry DESC LIMIT :limit
        """, arguments
      )
    }
    // Entries of one model have lines of their own, side by side.
    if model != nil {
      let page = "SELECT e.log_index, \(Self.lineColumns), 0 FROM model_entry e\(filter) ORDER BY e.log_index DESC LIMIT :limit"
      return (page, arguments)
    }
    let index = since != nil || until != nil ? " INDEXED BY log_entry_by_time" : ""
    let page = "SELECT e.log_index FROM log_entry e\(index)\(filter) ORDER BY e.log_index DESC LIMIT :limit"
    return (Self.lines(of: page), arguments)
  }

  private static let lineColumns = "e.time, e.action, e.model, e.dataset, e.parent, e.child, e.event, e.examples, e.classes"

  /// The lines of the entries whose indexes `page` selects, from their leaves.
  private static func lines(of page: String) -> String {
    // The columns of log_entry would parse the leaf for each of them; this parses it once, and then a short list six times.
    """
    WITH entries AS MATERIALIZED (
      SELECT p.log_index,
        json_extract(e.leaf, '$.time', '$.action', '$.model', '$.dataset', '$.parent', '$.child') AS facts
      FROM (\(page)) p CROSS JOIN log_entry e ON e.log_index = p.log_index)
    SELECT e.log_index, facts ->> 0, facts ->> 1, facts ->> 2, ifnull(facts ->> 3, m.dataset), facts ->> 4, facts ->> 5, m.event,
      ifnull(m.examples, 0), m.classes, facts ->> 2 IS NOT NULL AND m.log_index IS NULL
    FROM entries e LEFT JOIN model_entry m ON m.model = facts ->> 2 AND m.log_index = e.log_index
    ORDER BY e.log_index DESC
    """
  }

  private static let entriesOfRequest = """
    SELECT entry FROM request WHERE id = :request UNION ALL SELECT entry FROM request_extension WHERE request = :request
    UNION ALL SELECT entry FROM request_answer WHERE request = :request UNION ALL SELECT entry FROM request_work WHERE request = :request
    """

  /// Log entries that forgot a class of the name, took that back, erased it or certified that, and the models that they are about.
  private static let entriesOfClass = """
    SELECT u.entry AS entry, u.model AS model
    FROM class k JOIN forgotten_class f ON f.class = k.id JOIN unlearning_event u ON u.id = f.event
    WHERE \(Snapshot.isShownAs)
    UNION
    SELECT r.entry, u.model FROM class k JOIN forgotten_class f ON f.class = k.id
    JOIN reinstatement r ON r.event = f.event JOIN unlearning_event u ON u.id = f.event
    WHERE \(Snapshot.isShownAs)
    UNION
    SELECT a.entry, a.model FROM class k JOIN erased_class x ON x.class = k.id JOIN erasure a ON a.id = x.erasure
    WHERE \(Snapshot.isShownAs)
    UNION
    SELECT c.entry, a.model FROM class k JOIN erased_class x ON x.class = k.id JOIN erasure a ON a.id = x.erasure
    JOIN erasure_certificate c ON c.erasure = a.id
    WHERE \(Snapshot.isShownAs)
    """
}

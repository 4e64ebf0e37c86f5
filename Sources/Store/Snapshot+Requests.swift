import GRDB

extension Snapshot {
  private static let requestSQL = """
    SELECT q.*, ifnull(e.time, '') AS time, x.due AS extended, x.entry AS extension_entry, ifnull(xe.time, '') AS extension_time,
      a.outcome, a.basis, a.entry AS answer_entry, ifnull(ae.time, '') AS answer_time
    FROM request q LEFT JOIN log_entry e ON e.log_index = q.entry
    LEFT JOIN request_extension x ON x.request = q.id LEFT JOIN log_entry xe ON xe.log_index = x.entry
    LEFT JOIN request_answer a ON a.request = q.id LEFT JOIN log_entry ae ON ae.log_index = a.entry
    """

  /// Requests that wait for an answer, the one that is due first on top; with `all` those that were answered follow, the newest first.
  package func requests(all: Bool = false) throws -> [RequestRecord] {
    let order =
      " ORDER BY a.id IS NOT NULL, CASE WHEN a.id IS NULL THEN coalesce(x.due, q.due) END, CASE WHEN a.id IS NOT NULL THEN -a.id END, q.id"
    return try rows(Self.requestSQL + (all ? "" : " WHERE a.id IS NULL") + order).map(request)
  }

  /// One request.
  /// - Throws: `StoreError.unknown`.
  package func request(_ id: Int64) throws -> RequestRecord {
    guard let row = try row(Self.requestSQL + " WHERE q.id = ?", [id]) else {
      let known = try rows("SELECT id FROM request ORDER BY id DESC LIMIT 5").map { String(try $0.value("id") as Int64) }
      throw StoreError.unknown(kind: "request", name: String(id), known: known)
    }
    return try request(row)
  }

  /// The requests for which an act of forgetting was done.
  package func requests(event: Int64) throws -> [Int64] {
    try rows("SELECT request FROM request_work WHERE event = ? ORDER BY request", [event]).map { try $0.value("request") }
  }

  /// The rules in force.
  package func requestPolicy() throws -> RequestPolicy {
    let sql = "SELECT p.*, e.time FROM request_policy p LEFT JOIN log_entry e ON e.log_index = p.entry ORDER BY p.id DESC LIMIT 1"
    var policy = RequestPolicy()
    guard let row = try row(sql) else { return policy }
    (policy.twoPeople, policy.procedure) = (try row.value("two_people"), try row.value("procedure"))
    (policy.logIndex, policy.time) = (try row.value("entry"), try row.value("time"))
    return policy
  }

  private func request(_ row: Row) throws -> RequestRecord {
    let (id, entry): (Int64, Int64) = (try row.value("id"), try row.value("entry"))
    guard let ground = RequestGround(rawValue: try row.value("ground")),
      let channel = RequestChannel(rawValue: try row.value("channel"))
    else { throw StoreError.recordCorrupt(table: "request", id: id, reason: "unknown ground or channel") }
    var request = try RequestRecord(
      id: id, ground: ground, channel: channel, identityChecked: row.value("identity_checked"), received: row.value("received"),
      firstDue: row.value("due"), procedure: row.value("procedure"), subject: sealed("subject", entry: entry),
      reason: sealed("reason", entry: entry), actor: sealed("actor", entry: entry), logIndex: entry, time: row.value("time"))
    if let entry: Int64 = try row.value("extension_entry") {
      request.given = try .init(
        due: row.value("extended"), reason: sealed("reason", entry: entry), logIndex: entry, time: row.value("extension_time"))
    }
    if let entry: Int64 = try row.value("answer_entry") {
      guard let outcome = RequestOutcome(rawValue: try row.value("outcome")) else {
        throw StoreError.recordCorrupt(table: "request_answer", id: id, reason: "unknown outcome")
      }
      request.answer = try .init(
        outcome: outcome, basis: row.value("basis"), reason: sealed("reason", entry: entry), actor: sealed("actor", entry: entry),
        approvedBy: sealed("approved_by", entry: entry), logIndex: entry, time: row.value("answer_time"))
    }
    request.works = try works(request: id)
    return request
  }

  private func works(request: Int64) throws -> [RequestRecord.Work] {
    let sql = """
      SELECT w.event, w.erasure, w.entry, ifnull(e.time, '') AS time, ifnull(e.action, '') AS action, e.model
      FROM request_work w LEFT JOIN log_entry e ON e.log_index = w.entry WHERE w.request = ? ORDER BY w.id
      """
    return try rows(sql, [request]).map { row in
      let entry: Int64 = try row.value("entry")
      return try RequestRecord.Work(
        event: row.value("event"), erasure: row.value("erasure"), action: row.value("action"), model: row.value("model"),
        actor: sealed("actor", entry: entry), approvedBy: sealed("approved_by", entry: entry), logIndex: entry,
        time: row.value("time"))
    }
  }
}

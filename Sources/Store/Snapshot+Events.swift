import GRDB
import Ledger

extension Snapshot {
  private static let eventSQL = """
    SELECT u.*, m.name AS model_name, p.number AS parent_number, c.number AS child_number, d.name AS dataset_name, ifnull(e.time, '') AS time,
      NOT EXISTS (SELECT 1 FROM reinstatement r WHERE r.event = u.id) AS in_force
    FROM unlearning_event u JOIN model m ON m.id = u.model JOIN checkpoint p ON p.id = u.parent
    JOIN checkpoint c ON c.id = u.child JOIN dataset d ON d.id = u.dataset JOIN log_entry e ON e.log_index = u.entry
    """

  /// All acts of forgetting, oldest first; of one model if `model` is given.
  package func events(model: Int64? = nil) throws -> [EventRecord] {
    if let model {
      return try rows(Self.eventSQL + " WHERE u.model = ? ORDER BY u.id", [model]).map(event)
    }
    return try rows(Self.eventSQL + " ORDER BY u.id").map(event)
  }

  /// One act of forgetting.
  /// - Throws: `StoreError.unknown`.
  package func event(_ id: Int64) throws -> EventRecord {
    guard let row = try row(Self.eventSQL + " WHERE u.id = ?", [id]) else {
      let known = try Int64.fetchAll(db, sql: "SELECT id FROM unlearning_event ORDER BY id DESC LIMIT 5").map(String.init)
      throw StoreError.unknown(kind: "event", name: String(id), known: known)
    }
    return try event(row)
  }

  /// Which acts of forgetting hold in a checkpoint, and how.
  package func appliedEvents(checkpoint: Int64) throws -> [(event: Int64, how: Application)] {
    try rows("SELECT event, how FROM applied_event WHERE checkpoint = ? ORDER BY event", [checkpoint]).map { row in
      guard let how = Application(rawValue: row["how"]) else {
        throw StoreError.recordCorrupt(table: "applied_event", id: row["event"], reason: "unknown kind")
      }
      return (row["event"], how)
    }
  }

  /// A text that names a person or gives a reason, if it was given and is still there.
  package func sealed(_ name: String, entry: Int64) throws -> String? {
    try row("SELECT value FROM sealed_field WHERE entry = ? AND name = ?", [entry, name])?["value"]
  }

  private func event(_ row: Row) throws -> EventRecord {
    let (id, entry): (Int64, Int64) = (row["id"], row["entry"])
    let model: String = row["model_name"]
    let classes = try rows(
      """
      SELECT f.class, f.amount, f.active_pairs, k.ordinal, k.name FROM forgotten_class f JOIN class k ON k.id = f.class
      WHERE f.event = ? ORDER BY k.ordinal
      """, [id])
    return EventRecord(
      id: id, model: row["model"], modelName: model, parent: row["parent"], parentName: "\(model)@\(row["parent_number"] as Int)",
      child: row["child"], childName: "\(model)@\(row["child_number"] as Int)", dataset: row["dataset"],
      datasetName: row["dataset_name"], method: row["method"], parameters: row["parameters"], seed: row["seed"],
      maskedPairs: row["masked_pairs"], activePairs: row["active_pairs"], forwardPasses: row["forward_passes"],
      storedBytes: row["stored_bytes"],
      classes: classes.map {
        ForgottenClassRecord(
          classID: $0["class"], ordinal: $0["ordinal"], name: $0["name"] ?? "class \($0["ordinal"] as Int)", amount: $0["amount"],
          activePairs: $0["active_pairs"])
      },
      logIndex: entry, time: row["time"], actor: try sealed("actor", entry: entry), reason: try sealed("reason", entry: entry),
      approvedBy: try sealed("approved_by", entry: entry), inForce: row["in_force"])
  }
}

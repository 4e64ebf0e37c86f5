import GRDB
import Ledger

extension Snapshot {
  private static let eventSQL = """
    SELECT u.*, m.name AS model_name, p.number AS parent_number, c.number AS child_number, d.name AS dataset_name, ifnull(e.time, '') AS time,
      NOT EXISTS (SELECT 1 FROM reinstatement r WHERE r.event = u.id) AS in_force
    FROM unlearning_event u JOIN model m ON m.id = u.model JOIN checkpoint p ON p.id = u.parent
    JOIN checkpoint c ON c.id = u.child JOIN dataset d ON d.id = u.dataset LEFT JOIN log_entry e ON e.log_index = u.entry
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
      guard let how = Application(rawValue: try row.value("how")) else {
        throw StoreError.recordCorrupt(table: "applied_event", id: try row.value("event"), reason: "unknown kind")
      }
      return (try row.value("event"), how)
    }
  }

  /// Labels in `dataset` of the classes that are forgotten in a checkpoint.
  package func forgottenOrdinals(checkpoint: Int64, of dataset: DatasetRecord) throws -> Set<Int> {
    try appliedEvents(checkpoint: checkpoint).reduce(into: []) { labels, applied in
      labels.formUnion(try event(applied.event).ordinals(in: dataset))
    }
  }

  /// A text that names a person or gives a reason, if it was given and is still there.
  package func sealed(_ name: String, entry: Int64) throws -> String? {
    try row("SELECT value FROM sealed_field WHERE entry = ? AND name = ?", [entry, name])?.value("value")
  }

  /// Names of the classes that the log entry reinstated; none if it did something else.
  package func reinstated(entry: Int64) throws -> [String] {
    let sql = "SELECT event FROM reinstatement WHERE entry = ? ORDER BY id"
    return try rows(sql, [entry]).flatMap { row in
      try event(row.value("event") as Int64).classes.map(\.name)
    }
  }

  private func event(_ row: Row) throws -> EventRecord {
    let (id, entry): (Int64, Int64) = (try row.value("id"), try row.value("entry"))
    let model: String = try row.value("model_name")
    let classes = try rows(
      """
      SELECT f.class, f.amount, f.active_pairs, k.ordinal, k.name FROM forgotten_class f JOIN class k ON k.id = f.class
      WHERE f.event = ? ORDER BY k.ordinal
      """, [id])
    return try EventRecord(
      id: id, model: row.value("model"), modelName: model, parent: row.value("parent"),
      parentName: "\(model)@\(row.value("parent_number") as Int)",
      child: row.value("child"), childName: "\(model)@\(row.value("child_number") as Int)", dataset: row.value("dataset"),
      datasetName: row.value("dataset_name"), method: row.value("method"), parameters: row.value("parameters"),
      seed: row.value("seed"),
      maskedPairs: row.value("masked_pairs"), activePairs: row.value("active_pairs"), forwardPasses: row.value("forward_passes"),
      storedBytes: row.value("stored_bytes"),
      classes: classes.map {
        try ForgottenClassRecord(
          classID: $0.value("class"), ordinal: $0.value("ordinal"), name: $0.value("name") ?? "class \($0.value("ordinal") as Int)",
          amount: $0.value("amount"),
          activePairs: $0.value("active_pairs"))
      },
      logIndex: entry, time: row.value("time"), actor: sealed("actor", entry: entry), reason: sealed("reason", entry: entry),
      approvedBy: sealed("approved_by", entry: entry), inForce: row.value("in_force"))
  }
}

extension EventRecord {
  /// The labels in `dataset` of the classes that this event forgot: its own, or in another data set those of the same name.
  package func ordinals(in dataset: DatasetRecord) -> [Int] {
    if dataset.id == self.dataset { return classes.map(\.ordinal) }
    let names = Set(classes.map(\.name))
    return dataset.classes.filter { names.contains($0.shownName) }.map(\.ordinal)
  }
}

import GRDB
import Ledger

extension Snapshot {
  static let eventSQL = """
    SELECT u.*, m.name AS model_name, p.number AS parent_number, c.number AS child_number, d.name AS dataset_name, ifnull(e.time, '') AS time,
      (SELECT count(*) FROM forgotten_example x WHERE x.event = u.id) AS example_count,
      NOT EXISTS (SELECT 1 FROM reinstatement r WHERE r.event = u.id) AS in_force,
      (SELECT value FROM sealed_field s WHERE s.entry = u.entry AND s.name = 'actor') AS actor,
      (SELECT value FROM sealed_field s WHERE s.entry = u.entry AND s.name = 'reason') AS reason,
      (SELECT value FROM sealed_field s WHERE s.entry = u.entry AND s.name = 'approved_by') AS approved_by
    FROM unlearning_event u JOIN model m ON m.id = u.model JOIN checkpoint p ON p.id = u.parent
    JOIN checkpoint c ON c.id = u.child JOIN dataset d ON d.id = u.dataset LEFT JOIN log_entry e ON e.log_index = u.entry
    """

  private static let eventClassSQL = """
    SELECT f.event, f.class, k.ordinal, ifnull(k.name, 'class ' || k.ordinal), f.amount, f.active_pairs
    FROM unlearning_event u JOIN forgotten_class f ON f.event = u.id JOIN class k ON k.id = f.class
    """

  /// All acts of forgetting, oldest first; of one model if `model` is given.
  public func events(model: Int64? = nil) throws -> [EventRecord] {
    if let model { return try events(where: "WHERE u.model = ?", [model]) }
    return try events(where: "", [])
  }

  /// One act of forgetting.
  /// - Throws: `StoreError.unknown`.
  public func event(_ id: Int64) throws -> EventRecord {
    guard let event = try events(where: "WHERE u.id = ?", [id]).first else {
      let known = try Int64.fetchAll(db, sql: "SELECT id FROM unlearning_event ORDER BY id DESC LIMIT 5").map(String.init)
      throw StoreError.unknown(kind: "event", name: String(id), known: known)
    }
    return event
  }

  /// Two queries, however many events there are.
  private func events(where condition: String, _ arguments: StatementArguments) throws -> [EventRecord] {
    var classes: [Int64: [ForgottenClassRecord]] = [:]
    try forEach("\(Self.eventClassSQL) \(condition) ORDER BY k.ordinal", arguments) { row in
      try classes[row.value(at: 0), default: []].append(
        ForgottenClassRecord(
          classID: row.value(at: 1), ordinal: row.value(at: 2), name: row.value(at: 3), amount: row.value(at: 4),
          activePairs: row.value(at: 5)))
    }
    return try rows("\(Self.eventSQL) \(condition) ORDER BY u.id", arguments).map { row in
      try event(row, classes: classes[row.value("id")] ?? [])
    }
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

  /// Labels in `dataset` of the classes that are forgotten in a checkpoint: classes of another data set count by their names.
  package func forgottenOrdinals(checkpoint: Int64, of dataset: DatasetRecord) throws -> Set<Int> {
    let sql = """
      SELECT u.dataset, k.ordinal, ifnull(k.name, 'class ' || k.ordinal) FROM applied_event a
      JOIN unlearning_event u ON u.id = a.event JOIN forgotten_class f ON f.event = u.id JOIN class k ON k.id = f.class
      WHERE a.checkpoint = ?
      """
    var (ordinals, names) = (Set<Int>(), Set<String>())
    try forEach(sql, [checkpoint]) { row in
      if try row.value(at: 0) == dataset.id { ordinals.insert(try row.value(at: 1)) } else { names.insert(try row.value(at: 2)) }
    }
    if !names.isEmpty { ordinals.formUnion(dataset.classes.filter { names.contains($0.shownName) }.map(\.ordinal)) }
    return ordinals
  }

  /// A text that names a person or gives a reason, if it was given and is still there.
  package func sealed(_ name: String, entry: Int64) throws -> String? {
    try row("SELECT value FROM sealed_field WHERE entry = ? AND name = ?", [entry, name])?.value("value")
  }

  private func event(_ row: Row, classes: [ForgottenClassRecord]) throws -> EventRecord {
    let model: String = try row.value("model_name")
    return try EventRecord(
      id: row.value("id"), model: row.value("model"), modelName: model, parent: row.value("parent"),
      parentName: "\(model)@\(row.value("parent_number") as Int)",
      child: row.value("child"), childName: "\(model)@\(row.value("child_number") as Int)", dataset: row.value("dataset"),
      datasetName: row.value("dataset_name"), method: row.value("method"), parameters: row.value("parameters"),
      seed: row.value("seed"),
      maskedPairs: row.value("masked_pairs"), activePairs: row.value("active_pairs"), forwardPasses: row.value("forward_passes"),
      storedBytes: row.value("stored_bytes"), classes: classes, exampleCount: row.value("example_count"),
      logIndex: row.value("entry"), time: row.value("time"),
      actor: row.value("actor"), reason: row.value("reason"), approvedBy: row.value("approved_by"),
      inForce: row.value("in_force"))
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

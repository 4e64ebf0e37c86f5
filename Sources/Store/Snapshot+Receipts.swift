import GRDB
import Ledger

/// Rows of a part that an erasure took out, and the arrays that stand for the part since.
package struct BlankedRows: Sendable {
  package var split: SplitRecord
  package var dataset: String
  package var count: Int
  /// Digest of the list of rows, as for a derived split.
  package var members: Digest
  package var embeddings: Digest
  package var labels: Digest
}

/// A class of which only the label and the commitment to its name are wanted.
package struct CommittedClass: Sendable {
  package var dataset: Int64
  package var ordinal: Int
  package var commitment: Digest
}

/// What a receipt needs to know of one entry, beside what the questions of people ask for.
extension Snapshot {
  /// The figures that an entry recorded, in the order of measuring.
  package func measurements(entry: Int64) throws -> [MeasurementRecord] {
    let sql = """
      SELECT checkpoint, split, metric, class, value, n, low, high FROM measurement INDEXED BY measurement_by_entry
      WHERE entry = ? ORDER BY id
      """
    return try rows(sql, [entry]).map { row in
      try MeasurementRecord(
        checkpoint: row.value(at: 0), split: row.value(at: 1), metric: row.value(at: 2), classID: row.value(at: 3),
        value: row.value(at: 4), n: row.value(at: 5), low: row.value(at: 6), high: row.value(at: 7))
    }
  }

  /// The act of forgetting that an entry recorded, if it did.
  package func event(entry: Int64) throws -> EventRecord? {
    try row("SELECT id FROM unlearning_event WHERE entry = ?", [entry]).map { try event($0.value("id") as Int64) }
  }

  /// The checkpoint that an entry recorded, if it did.
  package func checkpoint(entry: Int64) throws -> CheckpointRecord? {
    try row("SELECT id FROM checkpoint WHERE entry = ?", [entry]).map { try checkpoint($0.value("id") as Int64) }
  }

  /// Where an entry moved a model's head to, if it did.
  package func headMove(entry: Int64) throws -> CheckpointRecord? {
    try row("SELECT to_checkpoint FROM head_move WHERE entry = ?", [entry]).map {
      try checkpoint($0.value("to_checkpoint") as Int64)
    }
  }

  /// The acts of forgetting that an entry revoked.
  package func reinstatedEvents(entry: Int64) throws -> [Int64] {
    try rows("SELECT event FROM reinstatement WHERE entry = ? ORDER BY event", [entry]).map { try $0.value("event") }
  }

  /// The erasure that an entry recorded or certified, if it did.
  package func erasure(entry: Int64) throws -> ErasureRecord? {
    let sql = "SELECT id FROM erasure WHERE entry = ?1 UNION SELECT erasure FROM erasure_certificate WHERE entry = ?1"
    return try row(sql, [entry]).map { try erasure($0.value("id") as Int64) }
  }

  /// A class by its id.
  package func committedClass(_ id: Int64) throws -> CommittedClass {
    guard let row = try row("SELECT dataset, ordinal, commitment FROM class WHERE id = ?", [id]) else {
      throw StoreError.recordCorrupt(table: "class", id: id, reason: "it is missing")
    }
    return try CommittedClass(dataset: row.value("dataset"), ordinal: row.value("ordinal"), commitment: row.digest("commitment"))
  }

  /// Ids of the classes that an erasure was about.
  package func erasedClasses(erasure: Int64) throws -> [Int64] {
    try rows("SELECT class FROM erased_class WHERE erasure = ? ORDER BY id", [erasure]).map { try $0.value("class") }
  }

  /// The checkpoints whose arrays an erasure removed.
  package func erasedCheckpoints(erasure: Int64) throws -> [CheckpointRecord] {
    try rows("SELECT checkpoint FROM erased_checkpoint WHERE erasure = ? ORDER BY id", [erasure]).map {
      try checkpoint($0.value("checkpoint") as Int64)
    }
  }

  /// Ids of the arrays whose bytes an erasure removed.
  package func erasedTensorIDs(erasure: Int64) throws -> [Int64] {
    try rows("SELECT tensor FROM erased_tensor WHERE erasure = ? ORDER BY id", [erasure]).map { try $0.value("tensor") }
  }

  /// The parts that an erasure took rows out of, with ids of the arrays that stand for each since.
  package func blankedRows(erasure: Int64) throws -> [(rows: BlankedRows, tensors: [Int64])] {
    let sql = "SELECT split, count, members, embeddings, labels FROM erased_rows WHERE erasure = ? ORDER BY id"
    return try rows(sql, [erasure]).map { row in
      let split = try split(row.value("split") as Int64)
      let ids: [Int64] = [try row.value("embeddings"), try row.value("labels")]
      let rows = try BlankedRows(
        split: split, dataset: dataset(split.dataset).name, count: row.value("count"), members: row.digest("members"),
        embeddings: tensor(ids[0]).digest, labels: tensor(ids[1]).digest)
      return (rows, ids)
    }
  }
}

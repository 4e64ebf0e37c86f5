import GRDB
import Ledger

/// One act of erasing.
package struct ErasureRecord: Sendable, Identifiable {
  /// What it was about.
  package enum Kind: String, Sendable, Codable {
    case `class`, example, retention
  }

  package var id: Int64
  package var kind: Kind
  package var model: Int64
  package var modelName: String
  /// Stored bytes of the chunks that went.
  package var removedBytes: Int64
  package var logIndex: Int64
  package var time: String
  package var actor: String?
  package var reason: String?
  /// Classes that it was about, as `dataset/class`.
  package var classes: [String]
  package var checkpoints: [String]
  package var rows: [ErasedRows]
  /// What a scan of the files saw; nil while the erasure is pending.
  package var certificate: CertificateRecord?
}

/// The examples that an erasure took out of a part.
package struct ErasedRows: Sendable {
  package var split: Int64
  package var dataset: String
  package var part: String
  package var count: Int
  /// Digest of the list of rows, as for a derived split.
  package var members: Digest
}

/// What a scan of the files saw after an erasure.
package struct CertificateRecord: Sendable, Identifiable {
  package var id: Int64
  package var technique: String
  /// NIST SP 800-88: `Clear`.
  package var level: String
  package var scannedBytes: Int64
  /// Canonical JSON: `[{"bytes":N,"file":".db"},…]`.
  package var scannedFiles: String
  package var needles: Int
  package var hits: Int
  package var tool: String
  package var logIndex: Int64
  package var time: String
}

extension Snapshot {
  /// All acts of erasing, oldest first; of one model if `model` is given.
  package func erasures(model: Int64? = nil) throws -> [ErasureRecord] {
    try rows("SELECT id FROM erasure WHERE ?1 IS NULL OR model = ?1 ORDER BY id", [model]).map {
      try erasure($0.value("id") as Int64)
    }
  }

  /// One act of erasing.
  /// - Throws: `StoreError.unknown`.
  package func erasure(_ id: Int64) throws -> ErasureRecord {
    let sql = """
      SELECT x.*, m.name, ifnull(e.time, '') AS time FROM erasure x JOIN model m ON m.id = x.model
      LEFT JOIN log_entry e ON e.log_index = x.entry WHERE x.id = ?
      """
    guard let row = try row(sql, [id]), let kind = ErasureRecord.Kind(rawValue: try row.value("kind")) else {
      throw StoreError.unknown(kind: "erasure", name: String(id), known: [])
    }
    let entry: Int64 = try row.value("entry")
    return try ErasureRecord(
      id: id, kind: kind, model: row.value("model"), modelName: row.value("name"), removedBytes: row.value("removed_bytes"),
      logIndex: entry, time: row.value("time"), actor: sealed("actor", entry: entry), reason: sealed("reason", entry: entry),
      classes: rows(
        """
        SELECT d.name AS dataset, k.name, k.ordinal FROM erased_class x JOIN class k ON k.id = x.class JOIN dataset d ON d.id = k.dataset
        WHERE x.erasure = ? ORDER BY x.id
        """, [id]
      ).map { "\(try $0.value("dataset") as String)/\(try $0.value("name") ?? "class \($0.value("ordinal") as Int)")" },
      checkpoints: rows("SELECT checkpoint FROM erased_checkpoint WHERE erasure = ? ORDER BY id", [id]).map {
        try checkpoint($0.value("checkpoint") as Int64).name
      },
      rows: rows(
        """
        SELECT x.split, x.count, x.members, s.part, d.name FROM erased_rows x JOIN split s ON s.id = x.split
        JOIN dataset d ON d.id = s.dataset WHERE x.erasure = ? ORDER BY x.id
        """, [id]
      ).map {
        try ErasedRows(
          split: $0.value("split"), dataset: $0.value("name"), part: $0.value("part"), count: $0.value("count"),
          members: $0.digest("members"))
      }, certificate: certificate(erasure: id))
  }

  private func certificate(erasure: Int64) throws -> CertificateRecord? {
    let sql = """
      SELECT c.*, ifnull(e.time, '') AS time FROM erasure_certificate c LEFT JOIN log_entry e ON e.log_index = c.entry
      WHERE c.erasure = ?
      """
    return try row(sql, [erasure]).map { row in
      try CertificateRecord(
        id: row.value("id"), technique: row.value("technique"), level: row.value("level"), scannedBytes: row.value("scanned_bytes"),
        scannedFiles: row.value("scanned_files"), needles: row.value("needles"), hits: row.value("hits"), tool: row.value("tool"),
        logIndex: row.value("entry"), time: row.value("time"))
    }
  }

  /// Digests of the arrays whose bytes an erasure removed.
  package func erasedTensors(erasure: Int64) throws -> [Digest] {
    try rows("SELECT t.digest FROM erased_tensor x JOIN tensor t ON t.id = x.tensor WHERE x.erasure = ? ORDER BY x.id", [erasure])
      .map {
        try $0.digest("digest")
      }
  }

  /// The erasure that removed a checkpoint's arrays, if one did.
  package func erasure(ofCheckpoint checkpoint: Int64) throws -> (id: Int64, time: String)? {
    let sql = """
      SELECT x.erasure, ifnull(e.time, '') AS time FROM erased_checkpoint x LEFT JOIN log_entry e ON e.log_index = x.entry
      WHERE x.checkpoint = ?
      """
    return try row(sql, [checkpoint]).map { (try $0.value("erasure"), try $0.value("time")) }
  }

  /// The first erasure that took examples out of a part after an entry, if one did.
  package func erasure(ofExamplesIn split: Int64, after entry: Int64) throws -> (id: Int64, time: String)? {
    let sql = """
      SELECT x.erasure, ifnull(e.time, '') AS time FROM erased_rows x LEFT JOIN log_entry e ON e.log_index = x.entry
      WHERE x.split = ? AND x.entry > ? ORDER BY x.id LIMIT 1
      """
    return try row(sql, [split, entry]).map { (try $0.value("erasure"), try $0.value("time")) }
  }

  /// Says of an erased tensor that its bytes are gone, and since when.
  /// - Throws: `StoreError.erased`.
  func refuseErased(_ tensor: TensorRecord) throws {
    guard tensor.isErased else { return }
    let sql = """
      SELECT x.erasure, ifnull(e.time, '') AS time FROM erased_tensor x LEFT JOIN log_entry e ON e.log_index = x.entry
      WHERE x.tensor = ? ORDER BY x.id DESC LIMIT 1
      """
    let row = try row(sql, [tensor.id])
    throw StoreError.erased(
      what: "tensor \(tensor.digest)", erasure: try row?.value("erasure") ?? 0, time: try row?.value("time") ?? "")
  }

  /// The digest over a tensor's chunk list that holds now.
  func chunkListDigest(of tensor: Int64) throws -> Digest? {
    let sql = """
      SELECT coalesce((SELECT chunk_list_digest FROM rewritten_tensor WHERE tensor = t.id ORDER BY id DESC LIMIT 1), t.chunk_list_digest)
        AS digest FROM tensor t WHERE t.id = ?
      """
    guard let row = try row(sql, [tensor]), !row.hasNull(atIndex: 0) else { return nil }
    return try row.digest("digest")
  }
}

import GRDB
import Ledger
import Tensors

extension Snapshot {
  /// The log entry of rows that this very transaction wrote does not exist yet, hence LEFT JOIN: their time reads as "".
  private static let checkpointSQL = """
    SELECT c.*, m.name AS model_name, p.number AS parent_number, ifnull(e.time, '') AS time
    FROM checkpoint c JOIN model m ON m.id = c.model LEFT JOIN checkpoint p ON p.id = c.parent
    LEFT JOIN log_entry e ON e.log_index = c.entry
    """

  /// Names of all models, in the order in which they were made.
  public func modelNames() throws -> [String] {
    try String.fetchAll(db, sql: "SELECT name FROM model ORDER BY id")
  }

  /// The id of a model, or nil if there is none of that name.
  package func modelID(_ name: String) throws -> Int64? {
    try row("SELECT id FROM model WHERE name = ?", [name])?.value("id")
  }

  /// All checkpoints of a model, oldest first.
  /// - Throws: `StoreError.unknown`.
  public func checkpoints(model name: String) throws -> [CheckpointRecord] {
    guard let id = try modelID(name) else {
      throw StoreError.unknown(kind: "model", name: name, known: try modelNames())
    }
    return try rows(Self.checkpointSQL + " WHERE c.model = ? ORDER BY c.number", [id]).map(checkpoint)
  }

  /// All checkpoints of all models, in the order in which they were made.
  package func checkpoints() throws -> [CheckpointRecord] {
    try rows(Self.checkpointSQL + " ORDER BY c.id").map(checkpoint)
  }

  /// The checkpoint of an id.
  public func checkpoint(_ id: Int64) throws -> CheckpointRecord {
    guard let row = try row(Self.checkpointSQL + " WHERE c.id = ?", [id]) else {
      throw StoreError.recordCorrupt(table: "checkpoint", id: id, reason: "it is missing")
    }
    return try checkpoint(row)
  }

  /// The checkpoint that a user means: `pets` (its head), `pets@3`, or a digest's unique prefix of at least 6 hex digits, with or
  /// without `sha256:`.
  /// - Throws: `StoreError.unknown`, `StoreError.ambiguous`.
  public func checkpoint(named text: String) throws -> CheckpointRecord {
    if let at = text.lastIndex(of: "@") { return try checkpoint(model: text[..<at], number: text[text.index(after: at)...]) }
    if let model = try modelID(text) { return try head(model: model) }
    let prefix = text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : text
    if (6...64).contains(prefix.utf8.count), prefix.allSatisfy({ $0.isASCII && $0.isHexDigit }) {
      // The digests that begin so are a range of the index: from the prefix filled up with zeros to the one filled up with ones.
      let bounds = try ["0", "f"].map {
        try Digest(hex: prefix.lowercased() + String(repeating: $0, count: 64 - prefix.utf8.count))
      }
      let sql = Self.checkpointSQL + " WHERE c.digest BETWEEN ? AND ? ORDER BY c.id"
      let found = try rows(sql, [bounds[0].data, bounds[1].data]).map(checkpoint)
      if Set(found.map(\.digest)).count > 1 { throw StoreError.ambiguous(prefix: text, matches: found.map(\.name)) }
      if let last = found.last { return last }
    }
    throw StoreError.unknown(kind: "model", name: text, known: try modelNames())
  }

  /// Every checkpoint of a digest, of whichever model, oldest first.
  package func checkpoints(digest: Digest) throws -> [CheckpointRecord] {
    try rows(Self.checkpointSQL + " WHERE c.digest = ? ORDER BY c.id", [digest.data]).map(checkpoint)
  }

  private func checkpoint(model name: Substring, number: Substring) throws -> CheckpointRecord {
    if let model = try modelID(String(name)), let number = Int(number) {
      let found = try row(Self.checkpointSQL + " WHERE c.model = ? AND c.number = ?", [model, number])
      if let found { return try checkpoint(found) }
    }
    let known = try checkpoints(model: String(name)).suffix(5).map(\.name)
    throw StoreError.unknown(kind: "checkpoint", name: "\(name)@\(number)", known: known)
  }

  /// Where a model's head is now.
  package func head(model: Int64) throws -> CheckpointRecord {
    let sql = "SELECT to_checkpoint FROM head_move WHERE model = ? ORDER BY id DESC LIMIT 1"
    guard let row = try row(sql, [model]) else {
      throw StoreError.recordCorrupt(table: "model", id: model, reason: "it has no head")
    }
    return try checkpoint(row.value("to_checkpoint") as Int64)
  }

  /// The named tensors that are a checkpoint.
  package func tensors(checkpoint: Int64) throws -> [String: TensorRecord] {
    let sql = "SELECT name, tensor FROM checkpoint_tensor WHERE checkpoint = ? ORDER BY name"
    let pairs = try rows(sql, [checkpoint]).map { (try $0.value("name") as String, try tensor($0.value("tensor") as Int64)) }
    return Dictionary(pairs) { first, _ in first }
  }

  /// The stored codes of a split under a training's keys; those of erased examples are blanked.
  package func codeTable(checkpoint: Int64, split: Int64) throws -> TensorRecord? {
    let sql = """
      SELECT coalesce((SELECT tensor FROM erased_codes x WHERE x.code_table = t.id ORDER BY x.id DESC LIMIT 1), t.tensor) AS tensor
      FROM code_table t WHERE t.checkpoint = ? AND t.split = ?
      """
    return try row(sql, [checkpoint, split]).map { try tensor($0.value("tensor") as Int64) }
  }

  /// A tensor's record.
  package func tensor(_ id: Int64) throws -> TensorRecord {
    let sql = """
      SELECT t.*, d.base, ifnull((SELECT max(entry) FROM erased_tensor x WHERE x.tensor = t.id), -1)
        > ifnull((SELECT max(entry) FROM rewritten_tensor r WHERE r.tensor = t.id), -1) AS is_erased
      FROM tensor t LEFT JOIN derived_tensor d ON d.tensor = t.id WHERE t.id = ?
      """
    guard let row = try row(sql, [id]) else {
      throw StoreError.recordCorrupt(table: "tensor", id: id, reason: "it is missing")
    }
    guard let dtype = DType(rawValue: try row.value("dtype")),
      let description = try? TensorDescription(dtype: dtype, shapeText: row.value("shape")),
      try description.byteCount == row.value("byte_count") as Int
    else {
      throw StoreError.recordCorrupt(table: "tensor", id: id, reason: "its dtype, shape and size do not agree")
    }
    return TensorRecord(
      id: id, digest: try row.digest("digest"), description: description, base: try row.value("base"),
      isErased: try row.value("is_erased"))
  }

  /// The digest of a checkpoint: SHA-256 of the canonical JSON `{"configuration":…,"tensors":{name:{"digest","dtype","shape"}}}`.
  ///
  /// It names what the model is and nothing of how it got there, so the same commands with the same seed give the same digest in
  /// any store.
  package static func checkpointDigest(configuration: String, tensors: [String: TensorRecord]) throws -> Digest {
    try checkpointDigest(configuration: configuration, arrays: tensors.mapValues { ($0.digest, $0.description) })
  }

  /// The same of arrays that are not in a store.
  package static func checkpointDigest(
    configuration: String, arrays: [String: (digest: Digest, description: TensorDescription)]
  ) throws -> Digest {
    let entries = arrays.mapValues { array -> JSONValue in
      .object([
        "digest": .string(array.digest.description), "dtype": .string(array.description.dtype.rawValue),
        "shape": .string(array.description.shapeText),
      ])
    }
    let manifest: JSONValue = .object(["configuration": .string(configuration), "tensors": .object(entries)])
    return Digest.of(try CanonicalJSON.encode(manifest))
  }

  private func checkpoint(_ row: Row) throws -> CheckpointRecord {
    guard let kind = CheckpointKind(rawValue: try row.value("kind")) else {
      throw StoreError.recordCorrupt(table: "checkpoint", id: try row.value("id"), reason: "unknown kind")
    }
    let (name, id): (String, Int64) = (try row.value("model_name"), try row.value("id"))
    return try CheckpointRecord(
      id: id, model: row.value("model"), modelName: name, number: row.value("number"), parent: row.value("parent"),
      parentName: (row.value("parent_number") as Int?).map { "\(name)@\($0)" }, base: row.value("base") ?? id, kind: kind,
      digest: row.digest("digest"), dataset: row.value("dataset"), configuration: row.value("configuration"),
      seed: row.value("seed"),
      engineVersion: row.value("engine_version"), time: row.value("time"))
  }
}

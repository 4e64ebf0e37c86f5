import Foundation
import GRDB
import Ledger
import Tensors

/// What an erasure shall take out of the store.
package struct EraseScope: Sendable {
  package var kind: ErasureRecord.Kind
  package var model: Int64
  /// Checkpoints whose arrays go.
  package var checkpoints: [Int64] = []
  /// Classes that it is about.
  package var classes: [Int64] = []
  /// Rows of imported splits that go: embeddings, labels, ids and codes.
  package var rows: [(split: SplitRecord, members: [Int])] = []
  /// Digests of the examples that must not come back; the checkpoints' own are added.
  package var examples: [Digest] = []

  package init(kind: ErasureRecord.Kind, model: Int64) {
    (self.kind, self.model) = (kind, model)
  }
}

extension Transaction {
  /// Removes bytes for good, keeps every record, and records what went.
  ///
  /// In this order, so that nothing that stays ever depends on what went: arrays with erased rows are written again with those rows
  /// blanked; then whatever no checkpoint and no data set needs any more is dead (`LiveTensors`); derived tensors that stay while
  /// their base is dead are put on a base of their own; needles are taken from the dead bytes; the dead chunks are deleted, which
  /// SQLite does by overwriting (`secure_delete`). The bytes are out of the file only after the write-ahead log was truncated:
  /// `Store.certify`.
  /// - Returns: the erasure's id, and how many needles were dropped since their bytes also stand in what stays.
  package func erase(_ scope: EraseScope) throws -> (erasure: Int64, sharedNeedles: Int) {
    let id = try integer("SELECT coalesce(max(id), 0) + 1 FROM erasure")
    var plain = NeedlePicker(capacity: 256, form: .plain)
    for checkpoint in scope.checkpoints { _ = try insert(.erasedCheckpoint, [id, checkpoint]) }
    for (split, members) in scope.rows where !members.isEmpty {
      try blankRows(of: split, members, erasure: id, &plain)
      try blankIDs(split, members)
    }
    let live = try LiveTensors.ids(in: self)
    try standAlone(live, &plain)
    let stored = "SELECT tensor FROM tensor_chunk UNION SELECT tensor FROM derived_tensor"
    let dead = try rows(stored).map { try $0.value("tensor") as Int64 }.filter { !live.contains($0) }
    let (removed, candidates) = try remove(dead)
    let (needles, shared) = try notElsewhere(plain.needles + candidates)

    guard try insert(.erasure, [scope.kind.rawValue, scope.model, removed]) == id else {
      throw StoreError.recordCorrupt(table: "erasure", id: id, reason: "its rows are not numbered one after the other")
    }
    for classID in scope.classes { _ = try insert(.erasedClass, [id, classID]) }
    for tensor in dead { _ = try insert(.erasedTensor, [id, tensor]) }
    for needle in needles {
      _ = try insert(.needle, [id, needle.form.rawValue, Int64(bitPattern: needle.rolling), needle.digest.data])
    }
    try exclude(.example, Set(scope.examples), erasure: id)
    // What was erased for its age alone may come back.
    if scope.kind != .retention {
      try exclude(.checkpoint, Set(scope.checkpoints.map { try checkpoint($0).digest }), erasure: id)
    }
    return (id, shared)
  }

  /// Writes the arrays of a split again with some rows blanked: embeddings, labels, and codes under every training that has any.
  private func blankRows(of split: SplitRecord, _ members: [Int], erasure: Int64, _ needles: inout NeedlePicker) throws {
    guard let embeddings = split.embeddings, let labels = split.labels else {
      throw StoreError.recordCorrupt(table: "split", id: split.id, reason: "an imported split has no tensors")
    }
    let rows32 = members.map(UInt32.init)
    func blanked(_ id: Int64, fill: UInt8) throws -> Int64? {
      let old = try tensor(id)
      return old.isErased ? nil : try blank(old, rows: rows32, of: split.count, fill: fill, &needles).id
    }
    let digest = SplitDigest.derived(from: split.digest, members: members)
    let left = (try blanked(embeddings, fill: 0), try blanked(labels, fill: .max))
    _ = try insert(.erasedRows, [erasure, split.id, members.count, digest.data, left.0, left.1])
    for row in try rows("SELECT id, checkpoint FROM code_table WHERE split = ? ORDER BY id", [split.id]) {
      guard let codes = try codeTable(checkpoint: row.value("checkpoint"), split: split.id),
        let left = try blanked(codes.id, fill: .max)
      else { continue }
      _ = try insert(.erasedCodes, [erasure, try row.value("id") as Int64, left])
    }
  }

  private func blank(
    _ tensor: TensorRecord, rows: [UInt32], of count: Int, fill: UInt8, _ needles: inout NeedlePicker
  ) throws -> TensorRecord {
    var blanker = RowBlanker(rows: rows, width: tensor.description.byteCount / max(count, 1), fill: fill)
    let writer = tensorWriter(tensor.description)
    var (position, digest) = (0, DigestBuilder())
    try forEachPlainChunk(of: tensor) { chunk in
      var plain = chunk
      digest.update(plain)
      blanker.blank(&plain, at: position) { row in row.withUnsafeBytes { needles.offer($0) } }
      try plain.withUnsafeBytes { try writer.append($0) }
      position += plain.count
    }
    guard digest.finalize() == tensor.digest else {
      throw StoreError.tensorCorrupt(digest: tensor.digest, reason: "its bytes have another digest")
    }
    return try writer.finish()
  }

  /// Deletes the bytes of dead tensors and the chunks that nobody has any more.
  /// - Returns: stored bytes of the chunks that went, and needles of them as they were stored.
  private func remove(_ dead: [Int64]) throws -> (bytes: Int64, needles: [Needle]) {
    for tensor in dead {
      try db.cachedStatement(sql: "DELETE FROM derived_tensor WHERE tensor = ?").execute(arguments: [tensor])
      try db.cachedStatement(sql: "DELETE FROM tensor_chunk WHERE tensor = ?").execute(arguments: [tensor])
    }
    var (picker, bytes) = (NeedlePicker(capacity: 1_024, form: .stored), Int64(0))
    let unused = """
      SELECT id FROM chunk WHERE id NOT IN (SELECT chunk FROM tensor_chunk) AND id NOT IN (SELECT zeroed_rows FROM derived_tensor)
      """
    for chunk in try rows(unused).map({ try $0.value("id") as Int64 }) {
      guard let row = try row("SELECT \(StoredChunk.columns) FROM chunk c WHERE c.id = ?", [chunk]) else { continue }
      try StoredChunk(row).withStoredBytes { data in
        data.withUnsafeBytes { picker.offer($0) }
        bytes += Int64(data.count)
      }
      try db.cachedStatement(sql: "DELETE FROM chunk WHERE id = ?").execute(arguments: [chunk])
    }
    return (bytes, picker.needles)
  }

  /// Needles whose bytes stand nowhere in the chunks that stay: an array with some rows blanked keeps the others.
  private func notElsewhere(_ needles: [Needle]) throws -> (kept: [Needle], shared: Int) {
    let search = NeedleSearch(needles)
    var seen = Set<Needle>()
    let cursor = try Row.fetchCursor(db, sql: "SELECT \(StoredChunk.columns) FROM chunk c")
    while let row = try cursor.next() {
      try StoredChunk(row).withStoredBytes { data in
        data.withUnsafeBytes { search.search($0) { seen.insert($1) } }
      }
    }
    let left = Set(needles).subtracting(seen)
    let kept = left.filter { $0.form == .plain } + left.filter { $0.form == .stored }.prefix(256)
    return (kept.sorted { $0.rolling < $1.rolling }, seen.count { $0.form == .plain })
  }

  private func blankIDs(_ split: SplitRecord, _ members: [Int]) throws {
    let statement = try db.cachedStatement(
      sql: "UPDATE example SET external_id = NULL, salt = NULL WHERE split = ? AND ordinal = ? AND external_id IS NOT NULL")
    for member in members { try statement.execute(arguments: [split.id, member]) }
  }
}

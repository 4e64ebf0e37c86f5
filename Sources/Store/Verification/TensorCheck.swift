import Foundation
import GRDB
import Ledger
import Tensors

/// Reads every chunk and every tensor and compares them with their digests, one chunk in memory at a time: a file can claim a tensor
/// of any size by naming one chunk many times.
struct TensorCheck {
  let snapshot: Snapshot
  /// Which chunks and tensors are read; what says how they hang together is checked of all.
  let subset: DataSubset

  func run(_ result: inout Verification, progress: (Double) -> Void) {
    var passed = (chunks: 0, tensors: 0)
    forEach("chunk", &result, progress: { progress(0.5 * $0) }) { id, result in
      guard subset.contains(id) else { return passed.chunks += 1 }
      snapshot.attempt("chunk \(id)", &result) { try checkChunk(id, &$0) }
    }
    forEach("tensor", &result, progress: { progress(0.5 + 0.5 * $0) }) { id, result in
      snapshot.attempt("tensor \(id)", &result) { try checkParts(of: id, &$0) }
      guard subset.contains(id) else { return passed.tensors += 1 }
      snapshot.attempt("tensor \(id)", &result) { try checkBytes(of: id, &$0) }
    }
    if passed.chunks > 0 { result.passOver("bytes of \(passed.chunks) chunks", "they are not of subset \(subset)") }
    if passed.tensors > 0 { result.passOver("bytes of \(passed.tensors) tensors as a whole", "they are not of subset \(subset)") }
    snapshot.attempt("chunks and tensors", &result) { try checkReferences(&$0) }
  }

  private func forEach(
    _ table: String, _ result: inout Verification, progress: (Double) -> Void, _ body: (Int64, inout Verification) -> Void
  ) {
    var last: Int64 = 1
    snapshot.attempt("table \(table)", &result) { _ in last = max(try snapshot.integer("SELECT max(id) FROM \(table)"), 1) }
    IDWalk(snapshot: snapshot, table: table).run(&result) { id, result in
      body(id, &result)
      progress(Double(id) / Double(last))
    }
  }

  private func checkChunk(_ id: Int64, _ result: inout Verification) throws {
    guard let row = try snapshot.row("SELECT * FROM chunk WHERE id = ?", [id]) else { return }
    let chunk = try StoredChunk(row)
    if try chunk.withStoredBytes(Digest.of) != row.digest("stored_digest") {
      result.add(.chunkStoredBytesChanged, "chunk \(id)", "its stored bytes have another digest")
    }
    let plain = try chunk.plain()
    result.checkedBytes += Int64(plain.count)
    if Digest.of(plain) != (try row.digest("digest")) {
      result.add(.chunkCorrupt, "chunk \(id)", "its bytes have another digest")
    }
  }

  /// What a tensor says of itself and of its chunks, without reading their bytes.
  private func checkParts(of id: Int64, _ result: inout Verification) throws {
    let subject = "tensor \(id)"
    let record = try snapshot.tensor(id)
    if record.isErased { return try checkErased(record, &result) }
    if let base = record.base, try snapshot.tensor(base).base != nil {
      result.add(.tensorBaseDerived, subject, "its base is itself derived")
    }
    if record.base == nil, try chunkListDigest(id) != snapshot.chunkListDigest(of: id) {
      result.add(.tensorChunksChanged, subject, "its list of chunks is not the recorded one")
    }
  }

  private func checkBytes(of id: Int64, _ result: inout Verification) throws {
    guard let record = try? snapshot.tensor(id), !record.isErased else { return }
    if try digestOfBytes(record) != record.digest {
      result.add(.tensorCorrupt, "tensor \(id)", "its bytes have another digest")
    }
    result.checkedBytes += Int64(record.description.byteCount)
  }

  /// The digest of the plain bytes, rows of a derived tensor zeroed, chunk by chunk.
  private func digestOfBytes(_ record: TensorRecord) throws -> Digest {
    var builder = DigestBuilder()
    try snapshot.forEachPlainChunk(of: record) { builder.update($0) }
    return builder.finalize()
  }

  /// What was erased has no bytes left anywhere.
  private func checkErased(_ record: TensorRecord, _ result: inout Verification) throws {
    let left = try snapshot.integer(
      """
      SELECT EXISTS (SELECT 1 FROM tensor_chunk WHERE tensor = ?1) OR EXISTS (SELECT 1 FROM derived_tensor WHERE tensor = ?1)
        OR EXISTS (SELECT 1 FROM derived_tensor WHERE base = ?1)
      """, [record.id])
    if left != 0 { result.add(.tensorNotErased, "tensor \(record.id)", "it was erased, and bytes of it are here") }
  }

  private func chunkListDigest(_ tensor: Int64) throws -> Digest {
    var builder = DigestBuilder()
    let sql = "SELECT c.digest FROM tensor_chunk t JOIN chunk c ON c.id = t.chunk WHERE t.tensor = ? ORDER BY t.ordinal"
    for row in try snapshot.rows(sql, [tensor]) { builder.update(try row.digest("digest").bytes) }
    return builder.finalize()
  }

  /// Nothing may lie in the file that no tensor accounts for, and nothing may say the same in another way.
  private func checkReferences(_ result: inout Verification) throws {
    func expectNone(_ code: FindingCode, _ subject: String, _ message: String, _ sql: String) throws {
      let count = try snapshot.integer(sql)
      if count > 0 { result.add(code, subject, "\(count) \(message)") }
    }
    try expectNone(
      .chunkUnreferenced, "chunks", "belong to no tensor",
      """
      SELECT count(*) FROM chunk WHERE id NOT IN (SELECT chunk FROM tensor_chunk)
        AND id NOT IN (SELECT zeroed_rows FROM derived_tensor)
      """)
    try expectNone(
      .tensorDerivedWithChunks, "tensors", "are derived and have chunks of their own",
      "SELECT count(*) FROM derived_tensor WHERE tensor IN (SELECT tensor FROM tensor_chunk)")
    try expectNone(
      .tensorChunksMisnumbered, "tensors", "have chunks that are not numbered 0, 1, 2 …",
      "SELECT count(*) FROM (SELECT 1 FROM tensor_chunk GROUP BY tensor HAVING min(ordinal) <> 0 OR max(ordinal) <> count(*) - 1)")
  }
}

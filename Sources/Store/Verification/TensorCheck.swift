import Foundation
import GRDB
import Ledger
import Tensors

/// Reads every chunk and every tensor and compares them with their digests.
struct TensorCheck {
  let snapshot: Snapshot

  func run(_ result: inout Verification, progress: (Double) -> Void) throws {
    try checkChunks(&result) { progress(0.5 * $0) }
    let ids = try snapshot.rows("SELECT id FROM tensor ORDER BY id").map { $0["id"] as Int64 }
    for (index, id) in ids.enumerated() {
      try checkTensor(id, &result)
      progress(0.5 + 0.5 * Double(index + 1) / Double(ids.count))
    }
    try checkReferences(&result)
  }

  private func checkChunks(_ result: inout Verification, progress: (Double) -> Void) throws {
    let total = try snapshot.integer("SELECT count(*) FROM chunk")
    var done = 0
    let cursor = try Row.fetchCursor(snapshot.db, sql: "SELECT * FROM chunk ORDER BY id")
    while let row = try cursor.next() {
      let subject = "chunk \(row.value("id") as Int64)"
      do {
        let chunk = try StoredTensor.Chunk(row)
        if Digest.of(chunk.bytes) != (try row.digest("stored_digest")) {
          result.add("chunk.stored_bytes_changed", subject, "its stored bytes have another digest")
        }
        let plain = try chunk.plain()
        result.checkedBytes += Int64(plain.count)
        if Digest.of(plain) != (try row.digest("digest")) {
          result.add("chunk.corrupt", subject, "its bytes have another digest")
        }
      } catch let error as StoreError {
        result.add(error.code, subject, error.message)
      }
      done += 1
      progress(Double(done) / Double(max(total, 1)))
    }
  }

  private func checkTensor(_ id: Int64, _ result: inout Verification) throws {
    let subject = "tensor \(id)"
    do {
      let record = try snapshot.tensor(id)
      let stored = try snapshot.fetch(record)
      let target = UnsafeMutableRawBufferPointer.allocate(byteCount: record.description.byteCount, alignment: 16)
      defer { target.deallocate() }
      try stored.decode(into: target)
      result.checkedBytes += Int64(target.count)
      let list = try snapshot.row("SELECT chunk_list_digest FROM tensor WHERE id = ?", [id])
      if record.base == nil, try chunkListDigest(id) != list?.digest("chunk_list_digest") {
        result.add("tensor.chunks_changed", subject, "its list of chunks is not the recorded one")
      }
      if let base = record.base, try snapshot.tensor(base).base != nil {
        result.add("tensor.base_derived", subject, "its base is itself derived")
      }
    } catch let error as StoreError {
      result.add(error.code, subject, error.message)
    }
  }

  private func chunkListDigest(_ tensor: Int64) throws -> Digest {
    var builder = DigestBuilder()
    let sql = "SELECT c.digest FROM tensor_chunk t JOIN chunk c ON c.id = t.chunk WHERE t.tensor = ? ORDER BY t.ordinal"
    for row in try snapshot.rows(sql, [tensor]) { builder.update(try row.digest("digest").bytes) }
    return builder.finalize()
  }

  /// Nothing may lie in the file that no tensor accounts for.
  private func checkReferences(_ result: inout Verification) throws {
    let orphans = try snapshot.integer(
      """
      SELECT count(*) FROM chunk WHERE id NOT IN (SELECT chunk FROM tensor_chunk)
        AND id NOT IN (SELECT zeroed_rows FROM derived_tensor)
      """)
    if orphans > 0 { result.add("chunk.unreferenced", "chunks", "\(orphans) belong to no tensor") }
    let doubles = try snapshot.integer(
      "SELECT count(*) FROM derived_tensor WHERE tensor IN (SELECT tensor FROM tensor_chunk)")
    if doubles > 0 { result.add("tensor.derived_with_chunks", "tensors", "\(doubles) are derived and have chunks of their own") }
  }
}

import Foundation
import GRDB
import Ledger
import Tensors

/// Reads every chunk and every tensor and compares them with their digests, one chunk in memory at a time: a file can claim a tensor
/// of any size by naming one chunk many times.
struct TensorCheck {
  let snapshot: Snapshot

  func run(_ result: inout Verification, progress: (Double) -> Void) throws {
    try checkChunks(&result) { progress(0.5 * $0) }
    let ids = try snapshot.rows("SELECT id FROM tensor ORDER BY id").map { try $0.value("id") as Int64 }
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
      let id: Int64 = try row.value("id")
      do {
        let chunk = try StoredChunk(row)
        if try chunk.withStoredBytes(Digest.of) != row.digest("stored_digest") {
          result.add("chunk.stored_bytes_changed", "chunk \(id)", "its stored bytes have another digest")
        }
        let plain = try chunk.plain()
        result.checkedBytes += Int64(plain.count)
        if Digest.of(plain) != (try row.digest("digest")) {
          result.add("chunk.corrupt", "chunk \(id)", "its bytes have another digest")
        }
      } catch let error as StoreError {
        result.add(error.code, "chunk \(id)", error.message)
      }
      done += 1
      progress(Double(done) / Double(max(total, 1)))
    }
  }

  private func checkTensor(_ id: Int64, _ result: inout Verification) throws {
    let subject = "tensor \(id)"
    do {
      let record = try snapshot.tensor(id)
      if let base = record.base, try snapshot.tensor(base).base != nil {
        result.add("tensor.base_derived", subject, "its base is itself derived")
      }
      if try digestOfBytes(record) != record.digest {
        result.add("tensor.corrupt", subject, "its bytes have another digest")
      }
      result.checkedBytes += Int64(record.description.byteCount)
      let list = try snapshot.row("SELECT chunk_list_digest FROM tensor WHERE id = ?", [id])
      if record.base == nil, try chunkListDigest(id) != list?.digest("chunk_list_digest") {
        result.add("tensor.chunks_changed", subject, "its list of chunks is not the recorded one")
      }
    } catch let error as StoreError {
      result.add(error.code, subject, error.message)
    }
  }

  /// The digest of the plain bytes, rows of a derived tensor zeroed, chunk by chunk.
  private func digestOfBytes(_ record: TensorRecord) throws -> Digest {
    var zeroer = try RowZeroer(record, in: snapshot)
    var (builder, position) = (DigestBuilder(), 0)
    try snapshot.forEachChunk(of: record.base ?? record.id) { chunk in
      guard chunk.plainSize <= record.description.byteCount - position else {
        throw StoreError.tensorCorrupt(
          digest: record.digest, reason: "its chunks hold more than \(record.description.byteCount) bytes")
      }
      var plain = try chunk.plain()
      zeroer.zero(&plain, at: position)
      builder.update(plain)
      position += plain.count
    }
    guard position == record.description.byteCount else {
      throw StoreError.tensorCorrupt(
        digest: record.digest, reason: "its chunks hold \(position) bytes of \(record.description.byteCount)")
    }
    return builder.finalize()
  }

  private func chunkListDigest(_ tensor: Int64) throws -> Digest {
    var builder = DigestBuilder()
    let sql = "SELECT c.digest FROM tensor_chunk t JOIN chunk c ON c.id = t.chunk WHERE t.tensor = ? ORDER BY t.ordinal"
    for row in try snapshot.rows(sql, [tensor]) { builder.update(try row.digest("digest").bytes) }
    return builder.finalize()
  }

  /// Nothing may lie in the file that no tensor accounts for, and nothing may say the same in another way.
  private func checkReferences(_ result: inout Verification) throws {
    func expectNone(_ code: String, _ subject: String, _ message: String, _ sql: String) throws {
      let count = try snapshot.integer(sql)
      if count > 0 { result.add(code, subject, "\(count) \(message)") }
    }
    try expectNone(
      "chunk.unreferenced", "chunks", "belong to no tensor",
      """
      SELECT count(*) FROM chunk WHERE id NOT IN (SELECT chunk FROM tensor_chunk)
        AND id NOT IN (SELECT zeroed_rows FROM derived_tensor)
      """)
    try expectNone(
      "tensor.derived_with_chunks", "tensors", "are derived and have chunks of their own",
      "SELECT count(*) FROM derived_tensor WHERE tensor IN (SELECT tensor FROM tensor_chunk)")
    try expectNone(
      "tensor.chunks_misnumbered", "tensors", "have chunks that are not numbered 0, 1, 2 …",
      "SELECT count(*) FROM (SELECT 1 FROM tensor_chunk GROUP BY tensor HAVING min(ordinal) <> 0 OR max(ordinal) <> count(*) - 1)")
  }
}

/// Zeroes the rows of a derived tensor in one chunk after the other.
private struct RowZeroer {
  private var rows: ArraySlice<UInt32> = []
  private var width = 1

  init(_ record: TensorRecord, in snapshot: Snapshot) throws {
    guard record.base != nil else { return }
    let (rows, rowCount) = try snapshot.zeroedRows(of: record.id)
    self.rows = rows[...]
    let sql = "SELECT c.digest FROM derived_tensor d JOIN chunk c ON c.id = d.zeroed_rows WHERE d.tensor = ?"
    guard try snapshot.row(sql, [record.id])?.digest("digest") == Digest.of(RowList.encode(rows, total: rowCount)) else {
      throw StoreError.rowListCorrupt(reason: "it is not in the shorter form")
    }
    let size = record.description.byteCount
    width = size / max(rowCount, 1)
    guard width * rowCount == size else {
      throw StoreError.tensorCorrupt(digest: record.digest, reason: "\(rowCount) rows do not divide \(size) bytes")
    }
  }

  /// - Precondition: chunks come in ascending order.
  mutating func zero(_ plain: inout [UInt8], at position: Int) {
    let end = position + plain.count
    while let row = rows.first {
      let (start, stop) = (Int(row) * width, (Int(row) + 1) * width)
      guard start < end else { return }
      for index in max(start, position)..<min(stop, end) { plain[index - position] = 0 }
      guard stop <= end else { return }
      rows.removeFirst()
    }
  }
}

import Foundation
import GRDB
import Ledger
import Tensors

extension Snapshot {
  /// Reads a whole tensor, checked against its digest: chunk by chunk straight into place, so that what is held beside the result
  /// is one chunk.
  /// - Throws: `StoreError.chunkCorrupt`, `StoreError.tensorCorrupt`.
  package func load<Element: TensorElement>(_ record: TensorRecord, as type: Element.Type = Element.self) throws -> [Element] {
    guard record.description.dtype == Element.dtype else {
      throw StoreError.tensorCorrupt(digest: record.digest, reason: "it holds \(record.description.dtype), not \(Element.dtype)")
    }
    try checkSize(record)
    return try [Element](unsafeUninitializedCapacity: record.description.count) { buffer, count in
      try decode(record, into: UnsafeMutableRawBufferPointer(buffer))
      count = record.description.count
    }
  }

  /// Reads a whole tensor as plain bytes of whatever type, checked against its digest.
  package func plainBytes(_ record: TensorRecord) throws -> [UInt8] {
    try checkSize(record)
    return try [UInt8](unsafeUninitializedCapacity: record.description.byteCount) { buffer, count in
      try decode(record, into: UnsafeMutableRawBufferPointer(buffer))
      count = record.description.byteCount
    }
  }

  /// Goes through a tensor's plain bytes in order, one chunk in memory at a time.
  ///
  /// Each chunk is shown before the digest of the whole is known: what is made of the bytes must be thrown away on an error.
  /// - Throws: `StoreError.erased`, `StoreError.chunkCorrupt`, `StoreError.tensorCorrupt`.
  package func stream(_ record: TensorRecord, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    try refuseErased(record)
    var builder = DigestBuilder()
    try forEachPlainChunk(of: record) { plain in
      try plain.withUnsafeBytes { bytes in
        builder.update(bytes)
        try body(bytes)
      }
    }
    guard builder.finalize() == record.digest else {
      throw StoreError.tensorCorrupt(digest: record.digest, reason: "its bytes have another digest")
    }
  }

  /// Which rows of its base a derived tensor has zeroed.
  package func zeroedRows(of tensor: Int64) throws -> (rows: [UInt32], rowCount: Int) {
    let sql = """
      SELECT d.row_count, c.digest, \(StoredChunk.columns)
      FROM derived_tensor d JOIN chunk c ON c.id = d.zeroed_rows WHERE d.tensor = ?
      """
    guard let row = try row(sql, [tensor]) else {
      throw StoreError.recordCorrupt(table: "derived_tensor", id: tensor, reason: "it is missing")
    }
    let chunk = try StoredChunk(row)
    let plain = try chunk.plain()
    guard Digest.of(plain) == (try row.digest("digest")) else {
      throw StoreError.chunkCorrupt(id: chunk.id, reason: "its bytes have another digest")
    }
    let total: Int = try row.value("row_count")
    guard total >= 0, total <= Int(UInt32.max) else { throw StoreError.rowListCorrupt(reason: "\(total) rows") }
    return (try RowList.decode(plain, total: total), total)
  }

  /// Whether the chunks hold what the record claims, before anybody takes memory for the claim.
  private func checkSize(_ record: TensorRecord) throws {
    try refuseErased(record)
    let held = try integer(
      "SELECT ifnull(sum(c.plain_size), 0) FROM tensor_chunk t JOIN chunk c ON c.id = t.chunk WHERE t.tensor = ?",
      [record.base ?? record.id])
    guard held == record.description.byteCount else {
      throw StoreError.tensorCorrupt(
        digest: record.digest, reason: "its chunks hold \(held) bytes of \(record.description.byteCount)")
    }
  }

  /// Decodes into `target`, zeroes the rows that are zeroed, and checks the digest of the whole, which is taken on another core
  /// while the next chunks are decoded.
  private func decode(_ record: TensorRecord, into target: UnsafeMutableRawBufferPointer) throws {
    adviseHugePages(target)
    var blanker = try RowBlanker(record, in: self)
    let digest = FollowingDigest(of: UnsafeRawBufferPointer(target))
    // Whatever is thrown, nobody may be reading the target any more.
    defer { digest.stop() }
    var offset = 0
    try forEachChunk(of: record.base ?? record.id) { chunk in
      guard chunk.plainSize <= target.count - offset else {
        throw StoreError.tensorCorrupt(digest: record.digest, reason: "its chunks hold more than \(target.count) bytes")
      }
      let place = UnsafeMutableRawBufferPointer(rebasing: target[offset..<(offset + chunk.plainSize)])
      try chunk.decode(into: place)
      blanker.blank(place, at: offset)
      offset += chunk.plainSize
      digest.advance(to: offset)
    }
    guard offset == target.count, digest.finalize() == record.digest else {
      throw StoreError.tensorCorrupt(digest: record.digest, reason: "its bytes have another digest")
    }
  }
}

/// Asks for memory in pages of 2 MiB: touching it first costs a third of loading an array otherwise. Advice, so failure is no error.
private func adviseHugePages(_ target: UnsafeMutableRawBufferPointer) {
  #if os(Linux)
    let size = 2 << 20
    guard target.count >= 2 * size, let base = target.baseAddress else { return }
    let start = (UInt(bitPattern: base) + UInt(size - 1)) / UInt(size) * UInt(size)
    let end = (UInt(bitPattern: base) + UInt(target.count)) / UInt(size) * UInt(size)
    madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_HUGEPAGE)
  #endif
}

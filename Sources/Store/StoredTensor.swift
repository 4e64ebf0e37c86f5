import Foundation
import GRDB
import Ledger
import Tensors

/// A tensor as it lies in the store, fetched but not yet decoded, so that several can be decoded at once on several threads.
package struct StoredTensor: Sendable {
  struct Chunk: Sendable {
    var id: Int64
    var plainSize: Int
    var filter: ChunkCodec.Filter
    var encoding: ChunkCodec.Encoding
    var bytes: Data
  }

  package let record: TensorRecord
  let chunks: [Chunk]
  let zeroed: (rows: [UInt32], rowCount: Int)?

  /// The tensor's elements in row-major order, checked against its digest.
  /// - Throws: `StoreError.chunkCorrupt`, `StoreError.tensorCorrupt`.
  package func elements<Element: TensorElement>(as type: Element.Type = Element.self) throws -> [Element] {
    guard record.description.dtype == Element.dtype else {
      throw StoreError.tensorCorrupt(digest: record.digest, reason: "it holds \(record.description.dtype), not \(Element.dtype)")
    }
    return try [Element](unsafeUninitializedCapacity: record.description.count) { buffer, count in
      try decode(into: UnsafeMutableRawBufferPointer(buffer))
      count = record.description.count
    }
  }

  /// Decodes into `target`, zeroes the rows that are zeroed, and checks the digest of the whole.
  func decode(into target: UnsafeMutableRawBufferPointer) throws {
    var offset = 0
    for chunk in chunks {
      guard chunk.plainSize <= target.count - offset else {
        throw StoreError.tensorCorrupt(digest: record.digest, reason: "its chunks hold more than \(target.count) bytes")
      }
      let part = UnsafeMutableRawBufferPointer(rebasing: target[offset..<(offset + chunk.plainSize)])
      try chunk.decode(into: part)
      offset += chunk.plainSize
    }
    guard offset == record.description.byteCount else {
      throw StoreError.tensorCorrupt(digest: record.digest, reason: "its chunks hold \(offset) bytes of \(target.count)")
    }
    if let (rows, rowCount) = zeroed {
      let width = target.count / max(rowCount, 1)
      guard width * rowCount == target.count else {
        throw StoreError.tensorCorrupt(digest: record.digest, reason: "\(rowCount) rows do not divide \(target.count) bytes")
      }
      for row in rows {
        UnsafeMutableRawBufferPointer(rebasing: target[(Int(row) * width)..<((Int(row) + 1) * width)])
          .initializeMemory(as: UInt8.self, repeating: 0)
      }
    }
    guard Digest.of(UnsafeRawBufferPointer(target)) == record.digest else {
      throw StoreError.tensorCorrupt(digest: record.digest, reason: "its bytes have another digest")
    }
  }
}

extension StoredTensor.Chunk {
  init(_ row: Row) throws {
    id = try row.value("id")
    guard let filter = ChunkCodec.Filter(rawValue: try row.value("filter")),
      let encoding = ChunkCodec.Encoding(rawValue: try row.value("encoding"))
    else { throw StoreError.chunkCorrupt(id: id, reason: "unknown filter or encoding") }
    let size: Int = try row.value("plain_size")
    guard (0...ChunkCodec.maximumPlainSize).contains(size) else {
      throw StoreError.chunkCorrupt(id: id, reason: "it claims to hold \(size) bytes")
    }
    (plainSize, self.filter, self.encoding, bytes) = (size, filter, encoding, try row.value("bytes"))
  }

  func decode(into target: UnsafeMutableRawBufferPointer) throws {
    do {
      try bytes.withUnsafeBytes { try ChunkCodec.decode($0, filter: filter, encoding: encoding, into: target) }
    } catch let problem as ChunkCodec.ChunkProblem {
      throw StoreError.chunkCorrupt(id: id, reason: problem.reason)
    }
  }

  /// The plain bytes.
  func plain() throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: plainSize) { buffer, count in
      try decode(into: UnsafeMutableRawBufferPointer(buffer))
      count = plainSize
    }
  }
}

extension Snapshot {
  /// Fetches a tensor's stored bytes.
  package func fetch(_ record: TensorRecord) throws -> StoredTensor {
    let chunks = try rows(
      """
      SELECT c.id, c.plain_size, c.filter, c.encoding, c.bytes FROM tensor_chunk t JOIN chunk c ON c.id = t.chunk
      WHERE t.tensor = ? ORDER BY t.ordinal
      """, [record.base ?? record.id]
    ).map(StoredTensor.Chunk.init)
    // Before anybody takes memory for what the record claims.
    let held = chunks.reduce(0) { $0 + $1.plainSize }
    guard held == record.description.byteCount else {
      throw StoreError.tensorCorrupt(
        digest: record.digest, reason: "its chunks hold \(held) bytes of \(record.description.byteCount)")
    }
    return StoredTensor(record: record, chunks: chunks, zeroed: record.base == nil ? nil : try zeroedRows(of: record.id))
  }

  /// Reads a whole tensor, checked against its digest.
  package func load<Element: TensorElement>(_ record: TensorRecord, as type: Element.Type = Element.self) throws -> [Element] {
    try fetch(record).elements()
  }

  /// Reads a whole tensor as plain bytes of whatever type, checked against its digest.
  package func plainBytes(_ record: TensorRecord) throws -> [UInt8] {
    let stored = try fetch(record)
    return try [UInt8](unsafeUninitializedCapacity: record.description.byteCount) { buffer, count in
      try stored.decode(into: UnsafeMutableRawBufferPointer(buffer))
      count = record.description.byteCount
    }
  }

  /// Which rows of its base a derived tensor has zeroed.
  package func zeroedRows(of tensor: Int64) throws -> (rows: [UInt32], rowCount: Int) {
    let sql = """
      SELECT d.row_count, c.id, c.digest, c.plain_size, c.filter, c.encoding, c.bytes
      FROM derived_tensor d JOIN chunk c ON c.id = d.zeroed_rows WHERE d.tensor = ?
      """
    guard let row = try row(sql, [tensor]) else {
      throw StoreError.recordCorrupt(table: "derived_tensor", id: tensor, reason: "it is missing")
    }
    let plain = try StoredTensor.Chunk(row).plain()
    guard Digest.of(plain) == (try row.digest("digest")) else {
      throw StoreError.chunkCorrupt(id: try row.value("id"), reason: "its bytes have another digest")
    }
    let total: Int = try row.value("row_count")
    guard total >= 0, total <= Int(UInt32.max) else { throw StoreError.rowListCorrupt(reason: "\(total) rows") }
    return (try RowList.decode(plain, total: total), total)
  }
}

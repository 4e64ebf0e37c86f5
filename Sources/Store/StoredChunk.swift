import Foundation
import GRDB
import Ledger

/// What a chunk's row says of its bytes, checked before memory is taken for them.
struct StoredChunk {
  let id: Int64
  let plainSize: Int
  private let filter: ChunkCodec.Filter
  private let encoding: ChunkCodec.Encoding
  private let row: Row

  /// The columns that a query must select, of the table `chunk` named `c`.
  static let columns = "c.id, c.plain_size, c.filter, c.encoding, c.bytes"

  /// - Parameter row: may be a cursor's row; then the chunk must not outlive the cursor's step.
  init(_ row: Row) throws {
    self.row = row
    id = try row.value("id")
    plainSize = try row.value("plain_size")
    guard let filter = ChunkCodec.Filter(rawValue: try row.value("filter")),
      let encoding = ChunkCodec.Encoding(rawValue: try row.value("encoding"))
    else { throw StoreError.chunkCorrupt(id: id, reason: "unknown filter or encoding") }
    guard (0...ChunkCodec.maximumPlainSize).contains(plainSize) else {
      throw StoreError.chunkCorrupt(id: id, reason: "it claims to hold \(plainSize) bytes")
    }
    (self.filter, self.encoding) = (filter, encoding)
  }

  /// The bytes as they are stored, without a copy.
  func withStoredBytes<Value>(_ body: (Data) throws -> Value) throws -> Value {
    try row.withUnsafeData(named: "bytes") { data in
      guard let data else { throw StoreError.chunkCorrupt(id: id, reason: "it has no bytes") }
      return try body(data)
    }
  }

  /// Decodes into `target`, which must be `plainSize` long.
  func decode(into target: UnsafeMutableRawBufferPointer) throws {
    do {
      try withStoredBytes { data in
        try data.withUnsafeBytes { try ChunkCodec.decode($0, filter: filter, encoding: encoding, into: target) }
      }
    } catch let problem as ChunkCodec.ChunkProblem {
      throw StoreError.chunkCorrupt(id: id, reason: problem.reason)
    }
  }

  /// The plain bytes; their digest is the caller's to check.
  func plain() throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: plainSize) { buffer, count in
      try decode(into: UnsafeMutableRawBufferPointer(buffer))
      count = plainSize
    }
  }
}

extension Snapshot {
  /// Goes through the chunks of a tensor that is stored in full, in order, one in memory at a time.
  func forEachChunk(of tensor: Int64, _ body: (StoredChunk) throws -> Void) throws {
    let sql = """
      SELECT \(StoredChunk.columns) FROM tensor_chunk t JOIN chunk c ON c.id = t.chunk WHERE t.tensor = ? ORDER BY t.ordinal
      """
    let cursor = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: [tensor])
    while let row = try cursor.next() { try body(StoredChunk(row)) }
  }
}

import Dispatch
import Foundation
import GRDB
import Ledger
import Tensors

/// Writes one tensor's plain bytes as chunks, in bounded memory: append the bytes in order, then finish.
///
/// Holds at most `groupSize` chunks (4 MiB) of plain bytes and their encoded forms; a group is encoded on all cores and
/// then inserted in order. Chunks that the store already has are shared.
package final class TensorWriter {
  private static let groupSize = 16

  private let transaction: Transaction
  private let description: TensorDescription
  private var pending: [UInt8] = []
  private var plainDigest = DigestBuilder()
  private var listDigest = DigestBuilder()
  private var received = 0
  private var chunks: [Int64] = []
  private var newChunks: [(id: Int64, bytes: Int)] = []

  init(transaction: Transaction, description: TensorDescription) {
    self.transaction = transaction
    self.description = description
  }

  /// Takes the next plain bytes: little-endian, row-major.
  package func append(_ bytes: UnsafeRawBufferPointer) throws {
    received += bytes.count
    plainDigest.update(bytes)
    let group = Self.groupSize * ChunkCodec.tensorChunkSize
    var rest = bytes[...]
    while !rest.isEmpty {
      let taken = rest.prefix(group - pending.count)
      pending.append(contentsOf: taken)
      rest = rest.dropFirst(taken.count)
      if pending.count == group { try flush() }
    }
  }

  /// Records the tensor, or finds the same one recorded before; one that was erased is stored again.
  /// - Throws: `StoreError.tensorCorrupt` when fewer or more bytes came than the description says.
  package func finish() throws -> TensorRecord {
    try finish(rewriting: nil)
  }

  /// The same, where `derived` is a derived tensor that shall be stored in full from now on.
  /// - Throws: `StoreError.tensorCorrupt` also when the bytes are not that tensor's.
  func finish(rewriting derived: TensorRecord?) throws -> TensorRecord {
    try flush()
    let digest = plainDigest.finalize()
    guard received == description.byteCount, derived.map({ $0.digest == digest }) ?? true else {
      throw StoreError.tensorCorrupt(digest: digest, reason: "\(received) bytes came for \(description)")
    }
    let known = try transaction.tensor(digest: digest, description: description)
    if let known, !known.isErased, derived == nil {
      try discardNewChunks()
      return known
    }
    let list = listDigest.finalize()
    let id = try known?.id ?? transaction.insertTensor(digest: digest, description: description, chunkList: list)
    if known != nil { try transaction.recordRewriting(of: id, chunkList: list) }
    for (ordinal, chunk) in chunks.enumerated() {
      try transaction.db.cachedStatement(sql: "INSERT INTO tensor_chunk (tensor, ordinal, chunk) VALUES (?, ?, ?)")
        .execute(arguments: [id, ordinal, chunk])
    }
    return try transaction.tensor(id)
  }

  /// When the tensor was known as a derived one, the chunks just written belong to nothing.
  private func discardNewChunks() throws {
    for (id, bytes) in newChunks {
      let used = try transaction.integer(
        """
        SELECT EXISTS (SELECT 1 FROM tensor_chunk WHERE chunk = ?1)
          OR EXISTS (SELECT 1 FROM derived_tensor WHERE zeroed_rows = ?1)
        """, [id])
      if used != 0 { continue }
      try transaction.db.cachedStatement(sql: "DELETE FROM chunk WHERE id = ?").execute(arguments: [id])
      transaction.storedBytes -= bytes
    }
  }

  private func flush() throws {
    guard !pending.isEmpty else { return }
    for encoded in Self.encode(pending, elementSize: description.dtype.size) {
      listDigest.update(encoded.digest.bytes)
      let (id, isNew) = try transaction.insertChunk(encoded)
      chunks.append(id)
      if isNew { newChunks.append((id, encoded.bytes.count)) }
    }
    pending.removeAll(keepingCapacity: true)
  }

  private static func encode(_ plain: [UInt8], elementSize: Int) -> [ChunkCodec.Encoded] {
    let size = ChunkCodec.tensorChunkSize
    let count = (plain.count + size - 1) / size
    return plain.withUnsafeBytes { bytes in
      [ChunkCodec.Encoded](unsafeUninitializedCapacity: count) { buffer, initialized in
        nonisolated(unsafe) let (slots, source) = (buffer, bytes)
        DispatchQueue.concurrentPerform(iterations: count) { index in
          let slice = UnsafeRawBufferPointer(rebasing: source[(index * size)..<min((index + 1) * size, source.count)])
          slots.initializeElement(at: index, to: ChunkCodec.encode(slice, elementSize: elementSize))
        }
        initialized = count
      }
    }
  }
}

extension Transaction {
  /// A writer for a new tensor of the given type and shape.
  package func tensorWriter(_ description: TensorDescription) -> TensorWriter {
    TensorWriter(transaction: self, description: description)
  }

  /// Writes a whole tensor from memory.
  package func insertTensor<Element: TensorElement>(_ elements: [Element], shape: [Int]) throws -> TensorRecord {
    let writer = tensorWriter(try TensorDescription(dtype: Element.dtype, shape: shape))
    try elements.withUnsafeBytes { try writer.append($0) }
    return try writer.finish()
  }

  /// Writes a tensor as `base` with the given rows zeroed, at the cost of the list of rows.
  ///
  /// A base that is itself derived is replaced by its own base and the union of both lists, so a chain never grows. `plain` is the
  /// result, from which the digest is taken.
  /// - Parameter rowCount: how many rows the base is divided into; `rows` ascend strictly below it.
  package func deriveTensor(
    from base: TensorRecord, rowCount: Int, zeroing rows: [UInt32], plain: UnsafeRawBufferPointer
  ) throws -> TensorRecord {
    let digest = Digest.of(plain)
    let known = try tensor(digest: digest, description: base.description)
    if let known, !known.isErased { return known }
    var all = rows
    if base.base != nil {
      let (before, count) = try zeroedRows(of: base.id)
      guard count == rowCount else {
        throw StoreError.tensorCorrupt(digest: base.digest, reason: "it is derived by \(count) rows, not by \(rowCount)")
      }
      all = RowList.union(before, rows)
    }
    let list = RowList.encode(all, total: rowCount)
    let chunk = try insertChunk(list.withUnsafeBytes { ChunkCodec.encode($0, elementSize: 1) }).id
    let id = try known?.id ?? insertTensor(digest: digest, description: base.description, chunkList: nil)
    if known != nil { try recordRewriting(of: id, chunkList: nil) }
    try db.execute(
      sql: "INSERT INTO derived_tensor (tensor, base, row_count, zeroed_rows) VALUES (?, ?, ?, ?)",
      arguments: [id, base.base ?? base.id, rowCount, chunk])
    return try tensor(id)
  }

  fileprivate func tensor(digest: Digest, description: TensorDescription) throws -> TensorRecord? {
    let sql = "SELECT id FROM tensor WHERE digest = ? AND dtype = ? AND shape = ?"
    return try row(sql, [digest.data, description.dtype.rawValue, description.shapeText]).map {
      try tensor($0.value("id") as Int64)
    }
  }

  /// Records that a tensor with a record is stored anew: with these chunks, or derived again.
  fileprivate func recordRewriting(of tensor: Int64, chunkList: Digest?) throws {
    _ = try insert(.rewrittenTensor, [tensor, chunkList?.data])
  }

  fileprivate func insertTensor(digest: Digest, description: TensorDescription, chunkList: Digest?) throws -> Int64 {
    try insert(
      .tensor,
      [digest.data, description.dtype.rawValue, description.shapeText, description.byteCount, chunkList?.data])
  }

  /// Stores a chunk, or finds it: a chunk is what its digest says.
  fileprivate func insertChunk(_ encoded: ChunkCodec.Encoded) throws -> (id: Int64, isNew: Bool) {
    if let known = try row("SELECT id FROM chunk WHERE digest = ?", [encoded.digest.data]) { return (try known.value("id"), false) }
    try db.cachedStatement(
      sql: """
        INSERT INTO chunk (digest, plain_size, filter, encoding, stored_digest, bytes) VALUES (?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      encoded.digest.data, encoded.plainSize, encoded.filter.rawValue, encoded.encoding.rawValue,
      encoded.storedDigest.data, Data(encoded.bytes),
    ])
    storedBytes += encoded.bytes.count
    return (db.lastInsertedRowID, true)
  }
}

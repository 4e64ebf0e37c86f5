import Dispatch
import Foundation
import GRDB
import Ledger
import Tensors

/// Writes one tensor's plain bytes as chunks, in bounded memory: append the bytes in order, then finish.
///
/// Holds two groups of at most `groupSize` chunks (4 MiB) with their encoded forms: while the cores encode one, the chunks of
/// the one before are inserted in order. Chunks that the store already has are shared.
package final class TensorWriter {
  private static let groupSize = 16 * ChunkCodec.tensorChunkSize

  private let transaction: Transaction
  private let description: TensorDescription
  /// Bytes that are not yet a whole group.
  private var pending = GroupBuffer(capacity: 0)
  /// The group that is being encoded, and where its bytes lie unless they are the caller's.
  private var encoding: (group: ChunkGroup, buffer: GroupBuffer?)?
  private var freeRoom: GroupBuffer?
  private let plainDigest = RunningDigest()
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
    var rest = bytes[...]
    while !rest.isEmpty {
      if pending.capacity == 0 { pending = GroupBuffer(capacity: min(Self.groupSize, max(description.byteCount, bytes.count))) }
      let taken = rest.prefix(pending.capacity - pending.count)
      pending.append(UnsafeRawBufferPointer(rebasing: taken))
      rest = rest.dropFirst(taken.count)
      if pending.count == pending.capacity { try flush() }
    }
  }

  /// Takes all of the plain bytes at once, without a copy of them, and stores them.
  fileprivate func write(_ bytes: UnsafeRawBufferPointer) throws {
    // Whatever is thrown, nobody may be reading the caller's bytes any more.
    defer { _ = encoding?.group.finish() }
    received += bytes.count
    for start in stride(from: 0, to: bytes.count, by: Self.groupSize) {
      try encode(UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + Self.groupSize, bytes.count)]), in: nil)
    }
    try insertEncoded()
  }

  /// Records the tensor, or finds the same one recorded before; one that was erased is stored again.
  /// - Throws: `StoreError.tensorCorrupt` when fewer or more bytes came than the description says.
  package func finish() throws -> TensorRecord {
    try finish(rewriting: nil)
  }

  /// The same, where `derived` is a derived tensor that shall be stored in full from now on.
  /// - Throws: `StoreError.tensorCorrupt` also when the bytes are not that tensor's.
  func finish(rewriting derived: TensorRecord?) throws -> TensorRecord {
    let tensor = try record(rewriting: derived)
    try discardUnused()
    return tensor
  }

  /// Records the tensor; what was stored in vain is left for `discardUnused`.
  fileprivate func record(rewriting derived: TensorRecord? = nil) throws -> TensorRecord {
    try flush()
    try insertEncoded()
    let digest = plainDigest.finalize()
    guard received == description.byteCount, derived.map({ $0.digest == digest }) ?? true else {
      throw StoreError.tensorCorrupt(digest: digest, reason: "\(received) bytes came for \(description)")
    }
    let known = try transaction.tensor(digest: digest, description: description)
    if let known, !known.isErased, derived == nil { return known }
    let list = listDigest.finalize()
    let id = try known?.id ?? transaction.insertTensor(digest: digest, description: description, chunkList: list)
    if known != nil { try transaction.recordRewriting(of: id, chunkList: list) }
    for (ordinal, chunk) in chunks.enumerated() {
      try transaction.db.cachedStatement(sql: "INSERT INTO tensor_chunk (tensor, ordinal, chunk) VALUES (?, ?, ?)")
        .execute(arguments: [id, ordinal, chunk])
    }
    newChunks = []
    return try transaction.tensor(id)
  }

  /// When the tensor was known as a derived one, the chunks just written belong to nothing, unless another tensor took them up.
  fileprivate func discardUnused() throws {
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
    guard pending.count > 0 else { return }
    let full = pending
    pending = GroupBuffer(capacity: 0)
    if let free = try encode(full.bytes, in: full) { pending = free }
  }

  /// Sets the cores to work on some bytes as soon as the group before is encoded, and inserts that one meanwhile.
  /// - Returns: the buffer that has become free.
  @discardableResult
  private func encode(_ bytes: UnsafeRawBufferPointer, in buffer: GroupBuffer?) throws -> GroupBuffer? {
    let before = encoding.map { (chunks: $0.group.finish(), group: $0.group, buffer: $0.buffer) }
    let room = freeRoom ?? ChunkGroup.room(chunks: min(Self.groupSize, bytes.count) / ChunkCodec.tensorChunkSize + 1)
    let group = ChunkGroup(bytes, of: buffer, room: room, elementSize: description.dtype.size, digest: plainDigest)
    encoding = (group, buffer)
    group.start()
    try before?.chunks.forEach(insert)
    freeRoom = before?.group.room
    before?.buffer?.count = 0
    return before?.buffer
  }

  private func insertEncoded() throws {
    guard let last = encoding else { return }
    encoding = nil
    try last.group.finish().forEach(insert)
  }

  private func insert(_ encoded: ChunkCodec.Encoded) throws {
    listDigest.update(encoded.digest)
    let (id, isNew) = try transaction.insertChunk(encoded)
    chunks.append(id)
    if isNew { newChunks.append((id, encoded.bytes.count)) }
  }
}

extension Transaction {
  /// A writer for a new tensor of the given type and shape.
  package func tensorWriter(_ description: TensorDescription) -> TensorWriter {
    TensorWriter(transaction: self, description: description)
  }

  /// Writes a whole tensor from memory.
  package func insertTensor<Element: TensorElement>(_ elements: [Element], shape: [Int]) throws -> TensorRecord {
    try insertTensors([TensorContent(elements, shape: shape)])[0]
  }

  /// Writes several tensors from memory, all of their chunks before the first record.
  ///
  /// A page of records that is changed again after chunks have pushed it out of SQLite's cache is overwritten in the write-ahead log, and
  /// the commit then has to read everything behind it once more to mend its checksums (wal.c, walRewriteChecksums()).
  package func insertTensors(_ contents: [TensorContent]) throws -> [TensorRecord] {
    let writers = try contents.map { content in
      let writer = tensorWriter(content.description)
      try content.withBytes(writer.write)
      return writer
    }
    let tensors = try writers.map { try $0.record() }
    // Only now: a chunk that one of them has no use for may be another's.
    try writers.forEach { try $0.discardUnused() }
    return tensors
  }

  /// Writes a tensor as `base` with the given rows zeroed, at the cost of the list of rows.
  ///
  /// A base that is itself derived is replaced by its own base and the union of both lists, so a chain never grows. `plain` is the
  /// result, from which the digest is taken.
  /// - Parameter rowCount: how many rows the base is divided into; `rows` ascend strictly below it.
  package func deriveTensor(
    from base: TensorRecord, rowCount: Int, zeroing rows: [UInt32], plain: UnsafeRawBufferPointer
  ) throws -> TensorRecord {
    try deriveTensors(from: [base], rowCount: rowCount, zeroing: rows, plain: [plain])[0]
  }

  /// The same for several tensors with the same rows: their digests are taken at the same time, which is nearly all of the work, and
  /// lists that are alike are made once.
  package func deriveTensors(
    from bases: [TensorRecord], rowCount: Int, zeroing rows: [UInt32], plain: [UnsafeRawBufferPointer]
  ) throws -> [TensorRecord] {
    precondition(bases.count == plain.count)
    var lists: [Int64?: Int64] = [:]
    return try zip(bases, Digest.ofEach(plain)).map { base, digest in
      let known = try tensor(digest: digest, description: base.description)
      if let known, !known.isErased { return known }
      let before = try zeroedRowsChunk(of: base)
      let list = try lists[before] ?? rowListChunk(base, rowCount: rowCount, adding: rows)
      lists[before] = list
      let id = try known?.id ?? insertTensor(digest: digest, description: base.description, chunkList: nil)
      if known != nil { try recordRewriting(of: id, chunkList: nil) }
      try db.cachedStatement(sql: "INSERT INTO derived_tensor (tensor, base, row_count, zeroed_rows) VALUES (?, ?, ?, ?)")
        .execute(arguments: [id, base.base ?? base.id, rowCount, list])
      return try tensor(id)
    }
  }

  /// The chunk with the rows that a derived tensor has zeroed; nil for one that is stored in full.
  private func zeroedRowsChunk(of tensor: TensorRecord) throws -> Int64? {
    guard tensor.base != nil else { return nil }
    return try integer("SELECT zeroed_rows FROM derived_tensor WHERE tensor = ?", [tensor.id])
  }

  /// The chunk with the rows that `base` has zeroed and some more.
  private func rowListChunk(_ base: TensorRecord, rowCount: Int, adding rows: [UInt32]) throws -> Int64 {
    var all = rows
    if base.base != nil {
      let (before, count) = try zeroedRows(of: base.id)
      guard count == rowCount else {
        throw StoreError.tensorCorrupt(digest: base.digest, reason: "it is derived by \(count) rows, not by \(rowCount)")
      }
      all = RowList.union(before, rows)
    }
    return try RowList.encode(all, total: rowCount).withUnsafeBytes { list in
      try ChunkCodec.withEncoded(list, elementSize: 1) { try insertChunk($0).id }
    }
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
    let statement = try db.cachedStatement(
      sql: "INSERT INTO chunk (digest, plain_size, filter, encoding, stored_digest, bytes) VALUES (?, ?, ?, ?, ?, ?)")
    // SQLite copies the bytes; one copy is enough.
    let data = encoded.bytes.baseAddress.map {
      Data(bytesNoCopy: UnsafeMutableRawPointer(mutating: $0), count: encoded.bytes.count, deallocator: .none)
    }
    try statement.execute(arguments: [
      encoded.digest.data, encoded.plainSize, encoded.filter.rawValue, encoded.encoding.rawValue, encoded.storedDigest.data,
      data ?? Data(),
    ])
    storedBytes += encoded.bytes.count
    return (db.lastInsertedRowID, true)
  }
}

import GRDB
import Ledger
import Tensors

/// Overwrites rows of a tensor in one chunk after the other, so that a tensor of any size is gone through in bounded memory.
struct RowBlanker {
  private var rows: ArraySlice<UInt32>
  private let width: Int
  private let fill: UInt8

  /// - Parameters:
  ///   - rows: ascending.
  ///   - width: bytes of a row.
  init(rows: [UInt32], width: Int, fill: UInt8 = 0) {
    (self.rows, self.width, self.fill) = (rows[...], width, fill)
  }

  /// For a derived tensor: zeroes what it has zeroed. A tensor that is stored in full has no such rows.
  /// - Throws: `StoreError.rowListCorrupt`, `StoreError.tensorCorrupt`.
  init(_ record: TensorRecord, in snapshot: Snapshot) throws {
    guard record.base != nil else {
      self.init(rows: [], width: 1)
      return
    }
    let (rows, rowCount) = try snapshot.zeroedRows(of: record.id)
    let sql = "SELECT c.digest FROM derived_tensor d JOIN chunk c ON c.id = d.zeroed_rows WHERE d.tensor = ?"
    guard try snapshot.row(sql, [record.id])?.digest("digest") == Digest.of(RowList.encode(rows, total: rowCount)) else {
      throw StoreError.rowListCorrupt(reason: "it is not in the shorter form")
    }
    let size = record.description.byteCount
    let width = size / max(rowCount, 1)
    guard width * rowCount == size else {
      throw StoreError.tensorCorrupt(digest: record.digest, reason: "\(rowCount) rows do not divide \(size) bytes")
    }
    self.init(rows: rows, width: width)
  }

  /// Overwrites the rows that lie in a chunk.
  /// - Parameters:
  ///   - position: where the chunk begins in the tensor; chunks come in ascending order.
  ///   - before: is shown the bytes of each row, as far as they lie in the chunk, before they are overwritten.
  mutating func blank(_ plain: inout [UInt8], at position: Int, before: (ArraySlice<UInt8>) -> Void) {
    let fill = fill
    forEachRange(of: plain.count, at: position) { range in
      before(plain[range])
      for index in range { plain[index] = fill }
    }
  }

  /// Overwrites the rows that lie in a chunk, where it lies.
  mutating func blank(_ plain: UnsafeMutableRawBufferPointer, at position: Int) {
    let fill = fill
    forEachRange(of: plain.count, at: position) { range in
      UnsafeMutableRawBufferPointer(rebasing: plain[range]).initializeMemory(as: UInt8.self, repeating: fill)
    }
  }

  private mutating func forEachRange(of count: Int, at position: Int, _ body: (Range<Int>) -> Void) {
    let end = position + count
    while let row = rows.first {
      let (start, stop) = (Int(row) * width, (Int(row) + 1) * width)
      guard start < end else { return }
      body((max(start, position) - position)..<(min(stop, end) - position))
      guard stop <= end else { return }
      rows.removeFirst()
    }
  }
}

extension Snapshot {
  /// Goes through a tensor's plain bytes chunk by chunk, rows of a derived tensor zeroed; digests are the caller's to check.
  /// - Throws: `StoreError.tensorCorrupt` when the chunks hold more or fewer bytes than the record says.
  func forEachPlainChunk(of record: TensorRecord, _ body: ([UInt8]) throws -> Void) throws {
    var (blanker, position) = (try RowBlanker(record, in: self), 0)
    let size = record.description.byteCount
    try forEachChunk(of: record.base ?? record.id) { chunk in
      guard chunk.plainSize <= size - position else {
        throw StoreError.tensorCorrupt(digest: record.digest, reason: "its chunks hold more than \(size) bytes")
      }
      var plain = try chunk.plain()
      plain.withUnsafeMutableBytes { blanker.blank($0, at: position) }
      try body(plain)
      position += plain.count
    }
    guard position == size else {
      throw StoreError.tensorCorrupt(digest: record.digest, reason: "its chunks hold \(position) bytes of \(size)")
    }
  }
}

import Foundation
import GRDB
import Ledger
import Tensors

/// A chunk's place in a tensor: `start` counts plain bytes.
struct PlacedChunk: Sendable {
  let id: Int64
  let digest: Digest
  let start: Int
}

extension Snapshot {
  /// The chunks of a tensor that is stored in full, in order, checked against the digest of the list that its record names: whoever then
  /// checks each chunk that is read against its digest gets no unchecked byte, and need not read the rest.
  /// - Throws: `StoreError.tensorCorrupt`, also for a derived tensor, which has no list.
  func chunkList(of record: TensorRecord) throws -> [PlacedChunk] {
    let sql = """
      SELECT c.id, c.digest, c.plain_size FROM tensor_chunk t JOIN chunk c ON c.id = t.chunk
      WHERE t.tensor = ? ORDER BY t.ordinal
      """
    var (list, size, builder) = ([PlacedChunk](), 0, DigestBuilder())
    try forEach(sql, [record.id]) { row in
      let digest = try row.digest(at: 1)
      builder.update(digest.bytes)
      list.append(PlacedChunk(id: try row.value(at: 0), digest: digest, start: size))
      size += try row.value(at: 2) as Int
    }
    guard try chunkListDigest(of: record.id) == builder.finalize(), size == record.description.byteCount else {
      throw StoreError.tensorCorrupt(digest: record.digest, reason: "its list of chunks is not the recorded one")
    }
    return list
  }

  /// The plain bytes of a chunk, checked against its digest.
  func plainBytes(of chunk: PlacedChunk) throws -> [UInt8] {
    let sql = "SELECT \(StoredChunk.columns) FROM chunk c WHERE c.id = ?"
    guard let plain = try row(sql, [chunk.id]).map({ try StoredChunk($0).plain() }), Digest.of(plain) == chunk.digest else {
      throw StoreError.chunkCorrupt(id: chunk.id, reason: "its bytes have another digest")
    }
    return plain
  }

  /// One element of a tensor that is stored in full, by its place in row-major order: reads one chunk, whatever the size of the tensor.
  /// - Throws: `StoreError.tensorCorrupt` also when there is no such element.
  package func element<Element: TensorElement>(
    _ index: Int, of record: TensorRecord, as type: Element.Type = Element.self
  ) throws -> Element {
    guard record.description.dtype == Element.dtype, (0..<record.description.count).contains(index) else {
      throw StoreError.tensorCorrupt(
        digest: record.digest, reason: "\(record.description) has no \(Element.dtype) at place \(index)")
    }
    let offset = index * MemoryLayout<Element>.size
    guard let chunk = try chunkList(of: record).last(where: { $0.start <= offset }) else {
      throw StoreError.tensorCorrupt(digest: record.digest, reason: "it has no chunks")
    }
    let (plain, place) = (try plainBytes(of: chunk), offset - chunk.start)
    guard place + MemoryLayout<Element>.size <= plain.count else {
      throw StoreError.tensorCorrupt(digest: record.digest, reason: "an element lies across two chunks")
    }
    return plain.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: Element.self) }
  }
}

import Ledger
import Store

/// What names an example wherever it comes from: schema/FORMAT.md, "Example".
enum ExampleDigest {
  private static let prefix = Array("lethe example v1\n".utf8)

  /// - Parameter numbers: the embedding as float32, scaled.
  static func of(_ numbers: UnsafeBufferPointer<Float>) -> Digest {
    var builder = DigestBuilder()
    builder.update(prefix)
    withUnsafeBytes(of: UInt32(numbers.count).littleEndian) { builder.update($0) }
    builder.update(UnsafeRawBufferPointer(numbers))
    return builder.finalize()
  }

  /// The digests of some rows of a split, in their order. O(rows), one row in memory.
  static func of(_ rows: [Int], in stream: EmbeddingStream) throws -> [Digest] {
    let sample = EmbeddingSample(pieces: [(stream, rows)])
    return try withUnsafeTemporaryAllocation(of: Float.self, capacity: stream.dimension) { buffer in
      try rows.indices.map { index in
        try sample.read(index..<(index + 1), into: buffer)
        return of(UnsafeBufferPointer(buffer))
      }
    }
  }
}

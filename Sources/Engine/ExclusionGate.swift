import Bottleneck
import Ledger
import Store
import Tensors

/// Keeps erased examples from being imported again, whatever file and number type they come in.
struct ExclusionGate {
  private let file: String
  private let dtype: DType
  private let columns: Int
  private let scale: Float
  private let snapshot: Snapshot
  private var row = 0
  private var numbers: [Float] = []

  /// Nil where nothing is excluded, so that an import costs nothing more.
  init?(_ reader: EmbeddingReader, path: String, scale: Float, in snapshot: Snapshot) throws {
    guard try snapshot.hasExclusions(.example) else { return nil }
    (file, dtype, columns) = (path, reader.dtype, reader.columns)
    (self.scale, self.snapshot) = (scale, snapshot)
  }

  /// Looks up each row of a block of the file. O(rows) digests and index look-ups.
  /// - Throws: `EngineError.exampleExcluded`.
  mutating func check(_ block: [UInt8]) throws {
    let count = block.count / dtype.size
    if numbers.count < count { numbers = [Float](repeating: 0, count: count) }
    try numbers.withUnsafeMutableBufferPointer { numbers in
      block.withUnsafeBytes { bytes in
        switch dtype {
        case .float16: Widening.half(bytes.bindMemory(to: UInt16.self), into: numbers)
        case .uint8: Widening.byte(bytes.bindMemory(to: UInt8.self), scale: scale, into: numbers)
        default: UnsafeMutableRawBufferPointer(numbers).copyMemory(from: bytes)
        }
      }
      for start in stride(from: 0, to: count, by: columns) {
        let digest = ExampleDigest.of(UnsafeBufferPointer(rebasing: numbers[start..<(start + columns)]))
        if try snapshot.isExcluded(.example, digest) {
          throw EngineError.exampleExcluded(file: file, row: row + start / columns, digest: digest.description)
        }
      }
    }
    row += count / columns
  }
}

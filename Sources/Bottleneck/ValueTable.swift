/// Values during training: rows padded to whole vectors, [C][K][V rounded up to 16], each on a cache-line boundary.
///
/// For V = 10 that is 1.6 times the memory, and every read and write of a row is one aligned vector.
final class ValueTable {
  let stride: Int
  let table: AlignedBuffer<Float>
  private let shape: BottleneckShape

  /// A padded copy of values [C][K][V].
  init(_ values: [Float], shape: BottleneckShape, threads: Int) {
    self.shape = shape
    stride = (shape.classes + 15) / 16 * 16
    table = AlignedBuffer(shape.pairs * stride)
    values.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      Parallel.run(shape.codebooks, threads: threads) { _, codebook in
        for pair in codebook * shape.keys..<(codebook + 1) * shape.keys {
          (table.pointer + pair * stride).update(from: base + pair * shape.classes, count: shape.classes)
        }
      }
    }
  }

  /// The same values in memory of their own.
  init(copying other: ValueTable) {
    (shape, stride) = (other.shape, other.stride)
    table = AlignedBuffer(other.table.count, zeroed: false)
    table.pointer.update(from: other.table.pointer, count: table.count)
  }

  /// Copies the values back without the padding.
  func copy(to values: inout [Float], threads: Int) {
    values.withUnsafeMutableBufferPointer { values in
      guard let base = values.baseAddress else { return }
      Parallel.run(shape.codebooks, threads: threads) { _, codebook in
        for pair in codebook * shape.keys..<(codebook + 1) * shape.keys {
          (base + pair * shape.classes).update(from: table.pointer + pair * stride, count: shape.classes)
        }
      }
    }
  }
}

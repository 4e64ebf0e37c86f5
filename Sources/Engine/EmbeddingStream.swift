import Bottleneck
import Store
import Tensors

/// The embeddings of a split, read from the store a block at a time and widened to float32.
struct EmbeddingStream: EmbeddingSource {
  let count: Int
  let dimension: Int
  private let stream: TensorStream
  private let scale: Float

  /// - Throws: `EngineError.splitMissing` for a derived split, `StoreError` for damage.
  init(_ split: SplitRecord, of dataset: DatasetRecord, in store: Store) throws {
    guard let tensor = split.embeddings else {
      throw EngineError.splitMissing(dataset: dataset.name, part: split.part.rawValue)
    }
    stream = try TensorStream(try store.read { try $0.tensor(tensor) }, in: store)
    (count, dimension, scale) = (split.count, dataset.dimension, Float(dataset.scale))
    guard stream.record.description.shape == [count, dimension] else {
      throw StoreError.tensorCorrupt(digest: stream.record.digest, reason: "its shape is not that of its split")
    }
  }

  func read(_ rows: Range<Int>, into buffer: UnsafeMutableBufferPointer<Float>) throws {
    let numbers = rows.count * dimension
    let target = UnsafeMutableBufferPointer(rebasing: buffer[..<numbers])
    switch stream.record.description.dtype {
    case .float32: try readPlain(rows, into: UnsafeMutableRawBufferPointer(target))
    case .float16:
      try withUnsafeTemporaryAllocation(of: UInt16.self, capacity: numbers) { halves in
        try readPlain(rows, into: UnsafeMutableRawBufferPointer(halves))
        Widening.half(UnsafeBufferPointer(halves), into: target)
      }
    case .uint8:
      try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: numbers) { bytes in
        try readPlain(rows, into: UnsafeMutableRawBufferPointer(bytes))
        Widening.byte(UnsafeBufferPointer(bytes), scale: scale, into: target)
      }
    default:
      throw StoreError.tensorCorrupt(digest: stream.record.digest, reason: "embeddings cannot be \(stream.record.description)")
    }
  }

  private func readPlain(_ rows: Range<Int>, into target: UnsafeMutableRawBufferPointer) throws {
    let width = dimension * stream.record.description.dtype.size
    try stream.read((rows.lowerBound * width)..<(rows.upperBound * width), into: target)
  }
}

/// Some rows of a source, in ascending order, as a source of its own: what is left of a split without forgotten classes.
struct EmbeddingSubset: EmbeddingSource {
  let source: EmbeddingStream
  let members: [Int]

  var count: Int { members.count }
  var dimension: Int { source.dimension }

  func read(_ rows: Range<Int>, into buffer: UnsafeMutableBufferPointer<Float>) throws {
    var position = rows.lowerBound
    while position < rows.upperBound {
      var end = position + 1
      while end < rows.upperBound, members[end] == members[end - 1] + 1 { end += 1 }
      let offset = (position - rows.lowerBound) * dimension
      let length = (end - position) * dimension
      try source.read(
        members[position]..<(members[end - 1] + 1), into: UnsafeMutableBufferPointer(rebasing: buffer[offset..<(offset + length)]))
      position = end
    }
  }
}

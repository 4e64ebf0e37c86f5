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

/// Some rows, in ascending order, of one source or of several one after the other, as a source of their own.
struct EmbeddingSample: EmbeddingSource {
  let dimension: Int
  /// Each row as the piece that it is in, and its row there.
  private let rows: [(piece: Int, row: Int)]
  private let sources: [EmbeddingStream]

  /// - Precondition: sources have the same dimension.
  init(pieces: [(source: EmbeddingStream, rows: [Int])]) {
    sources = pieces.map(\.source)
    dimension = pieces.first?.source.dimension ?? 0
    rows = pieces.enumerated().flatMap { piece, item in item.rows.map { (piece, $0) } }
  }

  var count: Int { rows.count }

  /// Each run of neighbouring rows is one read.
  func read(_ range: Range<Int>, into buffer: UnsafeMutableBufferPointer<Float>) throws {
    var position = range.lowerBound
    while position < range.upperBound {
      let (piece, first) = rows[position]
      var end = position + 1
      while end < range.upperBound, rows[end] == (piece, first + end - position) { end += 1 }
      let places = ((position - range.lowerBound) * dimension)..<((end - range.lowerBound) * dimension)
      try sources[piece].read(first..<(first + end - position), into: UnsafeMutableBufferPointer(rebasing: buffer[places]))
      position = end
    }
  }
}

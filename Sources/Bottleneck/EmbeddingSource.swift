import CKernels

/// Where embeddings come from: anything that can copy rows out as float32. They are read in blocks and never all at once.
package protocol EmbeddingSource: Sendable {
  /// Number of embeddings N.
  var count: Int { get }
  /// Length D of each.
  var dimension: Int { get }
  /// Copies rows as float32, row-major, into the first rows.count·D places of `buffer`.
  func read(_ rows: Range<Int>, into buffer: UnsafeMutableBufferPointer<Float>) throws
}

extension EmbeddingSource {
  /// Copies given rows (ascending) one after the other into `buffer`; each run of neighbours is one `read`.
  func gather(_ rows: ArraySlice<Int>, into buffer: UnsafeMutableBufferPointer<Float>) throws {
    var start = rows.startIndex
    while start < rows.endIndex {
      var end = start + 1
      while end < rows.endIndex, rows[end] == rows[end - 1] + 1 { end += 1 }
      let offset = (start - rows.startIndex) * dimension
      try read(
        rows[start]..<rows[start] + (end - start),
        into: UnsafeMutableBufferPointer(rebasing: buffer[offset..<offset + (end - start) * dimension]))
      start = end
    }
  }

  /// Throws unless the embeddings fit a bottleneck.
  func check(against shape: BottleneckShape) throws(BottleneckError) {
    if dimension != shape.inputDimension {
      throw .sizeMismatch(what: "embedding dimension", expected: shape.inputDimension, found: dimension)
    }
  }
}

/// Embeddings in memory.
package struct EmbeddingMatrix: EmbeddingSource {
  package let count: Int
  package let dimension: Int
  /// The numbers, [N][D].
  package let values: [Float]

  /// Takes N·D numbers, row-major; throws where that does not come out.
  package init(dimension: Int, values: [Float]) throws(BottleneckError) {
    if dimension < 1 { throw .badShape("embedding dimension \(dimension), at least 1 is needed") }
    if !values.count.isMultiple(of: dimension) {
      throw .sizeMismatch(
        what: "numbers in an embedding matrix of dimension \(dimension)",
        expected: values.count / dimension * dimension, found: values.count)
    }
    self.count = values.count / dimension
    self.dimension = dimension
    self.values = values
  }

  package func read(_ rows: Range<Int>, into buffer: UnsafeMutableBufferPointer<Float>) throws {
    if rows.lowerBound < 0 || rows.upperBound > count {
      throw BottleneckError.exampleOutOfRange(example: rows.upperBound - 1, count: count)
    }
    values.withUnsafeBufferPointer { source in
      let part = UnsafeBufferPointer(rebasing: source[rows.lowerBound * dimension..<rows.upperBound * dimension])
      _ = buffer.update(fromContentsOf: part)
    }
  }
}

/// A reusable block of rows with the row pointers that the projection kernel takes.
final class RowBlock {
  /// Rows a block: 256 rows of 1280 floats are 1.3 MB, about an L2 cache, and serve all codebooks before the next.
  static let capacity = 256

  let rows: AlignedBuffer<Float>
  let pointers: AlignedBuffer<UnsafePointer<Float>?>
  private(set) var count = 0
  private let dimension: Int
  private let normalization: Normalization

  /// Room for `capacity` rows as a bottleneck takes them.
  init(_ shape: BottleneckShape, capacity: Int = RowBlock.capacity) {
    dimension = shape.inputDimension
    normalization = shape.normalization
    rows = AlignedBuffer(capacity * dimension, zeroed: false)
    pointers = AlignedBuffer(capacity)
    for i in 0..<capacity { pointers.pointer[i] = UnsafePointer(rows.pointer + i * dimension) }
  }

  /// Reads a range of rows, checks that every number is finite, and normalises them.
  func fill(_ source: some EmbeddingSource, _ range: Range<Int>) throws {
    count = range.count
    try source.read(range, into: UnsafeMutableBufferPointer(start: rows.pointer, count: count * dimension))
    try finish { range.lowerBound + $0 }
  }

  /// The same for given rows, ascending.
  func fill(_ source: some EmbeddingSource, rows indices: ArraySlice<Int>) throws {
    count = indices.count
    try source.gather(indices, into: UnsafeMutableBufferPointer(start: rows.pointer, count: count * dimension))
    try finish { indices[indices.startIndex + $0] }
  }

  private func finish(name: (Int) -> Int) throws(BottleneckError) {
    if lethe_all_finite(rows.pointer, count * dimension) == 0 {
      for i in 0..<count where lethe_all_finite(rows.pointer + i * dimension, dimension) == 0 {
        throw .nonFinite(what: "embedding \(name(i))")
      }
    }
    for i in 0..<count { normalization.apply(rows.pointer + i * dimension, dimension: dimension) }
  }
}

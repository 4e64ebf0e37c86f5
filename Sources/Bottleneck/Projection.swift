/// The fixed projections R of the bottleneck, [C][D][d]: how an embedding becomes C queries (Method §1).
public enum Projection: String, Hashable, Sendable, CaseIterable {
  /// Each codebook mixes all inputs at random.
  case random
  /// Each codebook sees inputs of its own; needs D = C·d.
  case chunk

  /// The projection of this kind.
  /// - Throws: `BottleneckError.badShape` for chunks that do not fit.
  package func make(_ shape: BottleneckShape, seed: UInt64, threads: Int = 1) throws(BottleneckError) -> [Float] {
    switch self {
    case .random: Self.random(shape, seed: seed, threads: threads)
    case .chunk: try Self.chunk(shape)
    }
  }

  /// Random projections: entries N(0,1), each column then scaled to unit L2 norm over D.
  ///
  /// One random stream a codebook, so codebooks are independent of their number and of `threads`; O(C·D·d).
  package static func random(_ shape: BottleneckShape, seed: UInt64, threads: Int = 1) -> [Float] {
    let inputs = shape.inputDimension
    let width = shape.keyDimension
    return [Float](unsafeUninitializedCapacity: shape.projectionCount) { buffer, count in
      let out = buffer
      Parallel.run(shape.codebooks, threads: threads) { _, codebook in
        var generator = SeededGenerator(seed: seed, label: "projection", index: codebook)
        var entries = [Double](repeating: 0, count: inputs * width)
        var squares = [Double](repeating: 0, count: width)
        for place in entries.indices {
          let entry = generator.normal()
          entries[place] = entry
          squares[place % width] += entry * entry
        }
        let base = codebook * inputs * width
        for place in entries.indices {
          out[base + place] = Float(entries[place] / squares[place % width].squareRoot())
        }
      }
      count = shape.projectionCount
    }
  }

  /// The alternative without mixing: codebook c sees inputs c·d to c·d + d − 1 as they are; needs D = C·d.
  package static func chunk(_ shape: BottleneckShape) throws(BottleneckError) -> [Float] {
    let width = shape.keyDimension
    if shape.inputDimension != shape.codebooks * width {
      throw .badShape(
        "a chunk projection needs D = C x d: \(shape.codebooks) x \(width) is not \(shape.inputDimension)")
    }
    var result = [Float](repeating: 0, count: shape.projectionCount)
    for codebook in 0..<shape.codebooks {
      for j in 0..<width {
        let input = codebook * width + j
        result[(codebook * shape.inputDimension + input) * width + j] = 1
      }
    }
    return result
  }
}

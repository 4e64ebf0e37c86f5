/// The fixed projections R of the bottleneck, [C][D][d]: how an embedding becomes C queries (Method §1).
public enum Projection: String, Hashable, Sendable, CaseIterable {
  /// Each codebook mixes all inputs at random.
  case random
  /// Each codebook sees inputs of its own; needs D = C·d.
  case chunk
  /// Each codebook mixes principal components at random, the lesser ones raised: it is learnt, without labels, like the keys.
  case principal

  /// The projection of this kind.
  /// - Parameters:
  ///   - source: what `principal` is learnt from, as the keys are.
  ///   - components: how many principal components `principal` mixes, where there are as many.
  /// - Throws: `BottleneckError.badShape` for chunks that do not fit; what the source throws.
  package func make(
    _ shape: BottleneckShape, source: some EmbeddingSource, components: Int = Self.usualComponents, seed: UInt64, threads: Int = 1
  ) throws -> [Float] {
    switch self {
    case .random: Self.random(shape, seed: seed, threads: threads)
    case .chunk: try Self.chunk(shape)
    case .principal:
      Self.principal(
        shape, try PrincipalComponents(of: source, shape: shape, count: components, seed: seed, threads: threads), seed: seed,
        threads: threads)
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

  /// Components that `principal` mixes unless told otherwise: the best number on the validation part of CIFAR-10 (ExactForgetting.md). A
  /// hundred classes do better with 256.
  package static let usualComponents = 128

  /// Random mixtures of principal components, each weighted by N(0,1)·λ^(−1/4), λ being its variance; each column then scaled to unit
  /// L2 norm over D. O(C·D·d·components).
  ///
  /// Components then vary by λ^(1/4) in the queries instead of λ^(1/2): half way to whitening, which raises noise as well as signal.
  package static func principal(
    _ shape: BottleneckShape, _ components: PrincipalComponents, seed: UInt64, threads: Int = 1
  ) -> [Float] {
    let (inputs, width) = (shape.inputDimension, shape.keyDimension)
    let weights = components.variances.map { 1 / $0.squareRoot().squareRoot() }
    return [Float](unsafeUninitializedCapacity: shape.projectionCount) { buffer, count in
      let out = buffer
      Parallel.run(shape.codebooks, threads: threads) { _, codebook in
        var generator = SeededGenerator(seed: seed, label: "principal projection", index: codebook)
        let base = codebook * inputs * width
        for j in 0..<width {
          var column = [Double](repeating: 0, count: inputs)
          for (component, weight) in weights.enumerated() {
            let share = generator.normal() * weight
            let start = component * inputs
            for x in 0..<inputs { column[x] += share * components.directions[start + x] }
          }
          let norm = column.reduce(0) { $0 + $1 * $1 }.squareRoot()
          for x in 0..<inputs { out[base + x * width + j] = Float(column[x] / norm) }
        }
      }
      count = shape.projectionCount
    }
  }
}

import CKernels

/// The directions in which embeddings vary most, and how much they vary there: no labels are looked at.
///
/// The covariance is summed in one pass over the source; its leading subspace is then found by subspace iteration and turned to the
/// principal axes by Jacobi rotations. Every step has a fixed order, so a training can be repeated bit for bit on another
/// machine, which a linear algebra library with kernels for each processor does not promise.
/// Source: Halko, Martinsson and Tropp, *Finding structure with randomness*, SIAM Review 53 (2011), section 4.4; Golub and Van Loan,
/// *Matrix Computations*, section 8.5 (cyclic Jacobi).
package struct PrincipalComponents: Sendable {
  /// Variances along the directions, descending, all positive.
  package let variances: [Double]
  /// Unit vectors [count][D], each at right angles to the others.
  package let directions: [Double]

  /// Further vectors that the iteration carries along, so that those asked for settle sooner.
  private static let spare = 32
  /// Rounds of the iteration; more do not change what bottlenecks make of the directions.
  private static let rounds = 8

  /// The `count` leading components of embeddings, normalised as `shape` says; fewer where embeddings vary in fewer directions.
  ///
  /// O(N·D² + D²·count); memory 16·D² bytes.
  /// - Throws: `BottleneckError.badSetting` where all embeddings are alike; what the source throws.
  package init(of source: some EmbeddingSource, shape: BottleneckShape, count: Int, seed: UInt64, threads: Int = 1) throws {
    let size = shape.inputDimension
    let covariance = try Covariance.of(source, shape: shape, threads: threads)
    var basis = Basis(size: size, count: min(size, count + Self.spare), seed: seed)
    for _ in 0..<Self.rounds {
      basis.multiply(by: covariance, threads: threads)
      basis.orthonormalize()
    }
    var image = basis
    image.multiply(by: covariance, threads: threads)
    var inner = SymmetricMatrix(size: basis.count) { Basis.dot(basis.vector($0), image.vector($1)) }
    let axes = inner.diagonalize()
    // Below this a variance is rounding: blocks are summed in single precision.
    let floor = 1e-6 * (0..<basis.count).reduce(0) { max($0, inner[$1, $1]) }
    let descending = (0..<basis.count).sorted { (inner[$0, $0], $1) > (inner[$1, $1], $0) }
    let chosen = descending.prefix(count).filter { inner[$0, $0] > floor }
    if chosen.isEmpty {
      throw BottleneckError.badSetting(name: "projection", value: Projection.principal.rawValue, allowed: "embeddings that differ")
    }
    variances = chosen.map { inner[$0, $0] }
    directions = chosen.flatMap { axis in
      var sum = [Double](repeating: 0, count: size)
      for k in 0..<basis.count {
        let share = axes[k * basis.count + axis]
        for (x, value) in basis.vector(k).enumerated() { sum[x] += share * value }
      }
      return sum
    }
  }
}

/// Some vectors of one length, [count][size].
private struct Basis: Sendable {
  let size: Int
  let count: Int
  private var values: [Double]

  /// Random vectors.
  init(size: Int, count: Int, seed: UInt64) {
    (self.size, self.count) = (size, count)
    var generator = SeededGenerator(seed: seed, label: "principal components")
    values = (0..<size * count).map { _ in generator.normal() }
  }

  func vector(_ index: Int) -> ArraySlice<Double> { values[index * size..<(index + 1) * size] }

  static func dot(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

  /// Multiplies each vector by a symmetric matrix [size][size]; its rows are added up, which the compiler can do several numbers at a time
  /// without changing the order of any sum.
  mutating func multiply(by matrix: [Double], threads: Int) {
    let (size, old) = (size, values)
    values.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let out = buffer
      Parallel.run(count, threads: threads) { _, index in
        let start = index * size
        for x in 0..<size { out[start + x] = 0 }
        for row in 0..<size {
          let share = old[start + row]
          for x in 0..<size { out[start + x] += share * matrix[row * size + x] }
        }
      }
    }
  }

  /// Gram and Schmidt's procedure in its modified form, twice; a vector of which nothing is left becomes zero.
  mutating func orthonormalize() {
    for index in 0..<count {
      let before = Self.dot(vector(index), vector(index)).squareRoot()
      for _ in 0..<2 {
        for other in 0..<index {
          let share = Self.dot(vector(index), vector(other))
          for x in 0..<size { values[index * size + x] -= share * values[other * size + x] }
        }
      }
      let norm = Self.dot(vector(index), vector(index)).squareRoot()
      let scale = norm > 1e-12 * before ? 1 / norm : 0
      for x in 0..<size { values[index * size + x] *= scale }
    }
  }
}

/// A small symmetric matrix, [size][size].
private struct SymmetricMatrix {
  let size: Int
  private var values: [Double]

  init(size: Int, _ entry: (Int, Int) -> Double) {
    self.size = size
    values = (0..<size * size).map { entry($0 / size, $0 % size) }
  }

  subscript(row: Int, column: Int) -> Double { values[row * size + column] }

  /// Turns itself to its axes, variances on the diagonal, and returns these [size][size], one a column.
  mutating func diagonalize() -> [Double] {
    var axes = [Double](repeating: 0, count: size * size)
    for i in 0..<size { axes[i * size + i] = 1 }
    let total = values.reduce(0) { $0 + $1 * $1 }
    for _ in 0..<30 {
      var rest = 0.0
      for p in 0..<size { for q in 0..<p { rest += values[p * size + q] * values[p * size + q] } }
      if rest <= 1e-24 * total { break }
      for p in 0..<size {
        for q in p + 1..<size where values[p * size + q] != 0 { rotate(p, q, &axes) }
      }
    }
    return axes
  }

  private mutating func rotate(_ p: Int, _ q: Int, _ axes: inout [Double]) {
    let theta = (values[q * size + q] - values[p * size + p]) / (2 * values[p * size + q])
    let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
    let c = 1 / (t * t + 1).squareRoot()
    let s = t * c
    func turn(_ numbers: inout [Double], _ first: Int, _ second: Int) {
      let (a, b) = (numbers[first], numbers[second])
      numbers[first] = c * a - s * b
      numbers[second] = s * a + c * b
    }
    for k in 0..<size { turn(&values, k * size + p, k * size + q) }
    for k in 0..<size { turn(&values, p * size + k, q * size + k) }
    for k in 0..<size { turn(&axes, k * size + p, k * size + q) }
  }
}

import Testing

@testable import Bottleneck

@Suite("Principal components and the projection made of them") struct PrincipalComponentsTests {
  /// The covariance in plain loops.
  static func covariance(_ source: EmbeddingMatrix) -> [Double] {
    let (n, d) = (source.count, source.dimension)
    var means = [Double](repeating: 0, count: d)
    for (place, value) in source.values.enumerated() { means[place % d] += Double(value) / Double(n) }
    var result = [Double](repeating: 0, count: d * d)
    for i in 0..<n {
      for x in 0..<d {
        for y in 0..<d {
          result[x * d + y] +=
            (Double(source.values[i * d + x]) - means[x]) * (Double(source.values[i * d + y]) - means[y]) / Double(n)
        }
      }
    }
    return result
  }

  @Test(arguments: [(1, 5), (40, 3), (513, 17), (1_100, 33)]) func covarianceIsThatOfPlainLoops(_ n: Int, _ d: Int) throws {
    let (source, _) = try Samples.classes(count: n, dimension: d, classes: 3, seed: 4)
    let shape = try Samples.shape(inputs: d)
    let found = try Covariance.of(source, shape: shape, threads: 2)
    for (a, b) in zip(found, Self.covariance(source)) { #expect(abs(a - b) < 1e-4) }
    #expect(try Covariance.of(source, shape: shape, threads: 1) == found)
  }

  @Test(arguments: [(300, 12, 4), (300, 40, 10), (90, 60, 60), (700, 90, 20)]) func directionsAreThePrincipalAxes(
    _ n: Int, _ d: Int, _ count: Int
  ) throws {
    let (source, _) = try Samples.classes(count: n, dimension: d, classes: 6, seed: 9)
    let shape = try Samples.shape(inputs: d)
    let found = try PrincipalComponents(of: source, shape: shape, count: count, seed: 1, threads: 2)
    #expect(found.variances.count == count && found.variances == found.variances.sorted(by: >))
    let covariance = Self.covariance(source)
    let largest = found.variances[0]
    func direction(_ index: Int) -> ArraySlice<Double> { found.directions[index * d..<(index + 1) * d] }
    for i in 0..<count {
      for j in 0...i {
        let product = zip(direction(i), direction(j)).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product - (i == j ? 1 : 0)) < 1e-9)
      }
      // The last ones need not have settled where there are more.
      guard i < count / 2 || count + 32 >= d else { continue }
      let axis = Array(direction(i))
      let image = (0..<d).map { x in (0..<d).reduce(0) { $0 + covariance[x * d + $1] * axis[$1] } }
      let off = zip(image, axis).reduce(0) { $0 + ($1.0 - found.variances[i] * $1.1) * ($1.0 - found.variances[i] * $1.1) }
      #expect(off.squareRoot() < 1e-3 * largest, "component \(i)")
    }
    let again = try PrincipalComponents(of: source, shape: shape, count: count, seed: 1, threads: 1)
    #expect(again.directions == found.directions && again.variances == found.variances)
  }

  @Test func thereAreNoMoreThanTheDataVaryIn() throws {
    // Three directions in twenty dimensions.
    let (axes, weights) = (Samples.floats(60, seed: 1), Samples.floats(300, seed: 2))
    let values = (0..<100).flatMap { i in
      (0..<20).map { x in (0..<3).reduce(Float(0)) { $0 + weights[i * 3 + $1] * axes[$1 * 20 + x] } }
    }
    let source = try EmbeddingMatrix(dimension: 20, values: values)
    let shape = try Samples.shape(inputs: 20)
    #expect(try PrincipalComponents(of: source, shape: shape, count: 8, seed: 1).variances.count == 3)
    let alike = try EmbeddingMatrix(dimension: 20, values: [Float](repeating: 0.5, count: 400))
    #expect(throws: BottleneckError.self) { try PrincipalComponents(of: alike, shape: shape, count: 8, seed: 1) }
    let none = try EmbeddingMatrix(dimension: 20, values: [])
    #expect(throws: BottleneckError.self) { try PrincipalComponents(of: none, shape: shape, count: 8, seed: 1) }
  }

  @Test func columnsAreWeightedMixturesOfUnitLength() throws {
    let (source, _) = try Samples.classes(count: 200, dimension: 24, classes: 4, seed: 6)
    let shape = try Samples.shape(inputs: 24, codebooks: 3, width: 4)
    let components = try PrincipalComponents(of: source, shape: shape, count: 6, seed: 8)
    let projection = Projection.principal(shape, components, seed: 8, threads: 2)
    #expect(projection == (try Projection.principal.make(shape, source: source, components: 6, seed: 8)))
    for codebook in 0..<3 {
      var generator = SeededGenerator(seed: 8, label: "principal projection", index: codebook)
      for j in 0..<4 {
        let shares = components.variances.map { generator.normal() / $0.squareRoot().squareRoot() }
        let length = shares.reduce(0) { $0 + $1 * $1 }.squareRoot()
        for x in 0..<24 {
          let expected = shares.indices.reduce(0) { $0 + shares[$1] * components.directions[$1 * 24 + x] } / length
          #expect(abs(Double(projection[(codebook * 24 + x) * 4 + j]) - expected) < 1e-6)
        }
      }
    }
  }
}

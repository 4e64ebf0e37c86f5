import CKernels
import Testing

@testable import Bottleneck

@Suite("Basics: shapes, random numbers, widening, intervals")
struct BasicsTests {
  @Test(arguments: [
    (0, 1, 1, 1, 2, 1), (1, 0, 1, 1, 2, 1), (1, 1, 0, 1, 2, 1), (1, 1, 65_536, 1, 2, 1), (1, 1, 1, 0, 2, 1),
    (1, 1, 1, 1, 1, 1), (1, 1, 3, 1, 2, 4), (1, 1, 3, 1, 2, 0), (.max, .max, 1, 1, 2, 1), (1, 70_000, 65_000, 1, 2, 1),
  ])
  func badShapesAreRefused(_ d: Int, _ c: Int, _ k: Int, _ w: Int, _ v: Int, _ top: Int) {
    #expect(throws: BottleneckError.self) {
      try BottleneckShape(inputDimension: d, codebooks: c, keys: k, keyDimension: w, classes: v, topK: top)
    }
  }

  @Test func modelsAndTablesCheckTheirSizes() throws {
    let shape = try Samples.shape()
    #expect(throws: BottleneckError.sizeMismatch(what: "numbers in keys", expected: shape.keyCount, found: 1)) {
      try Bottleneck(shape: shape, projection: [Float](repeating: 0, count: shape.projectionCount), keys: [1])
    }
    #expect(throws: BottleneckError.self) { try CodeTable(count: 2, codebooks: 2, width: 1, codes: [1, 2, 3]) }
    #expect(throws: BottleneckError.self) { try CodeTable(count: .max, codebooks: 2, width: .max, codes: []) }
    #expect(throws: BottleneckError.self) { try EmbeddingMatrix(dimension: 3, values: [1, 2]) }
    let table = try CodeTable(count: 2, codebooks: 2, width: 2, codes: [0, 1, 2, 3, 4, 5, 6, 7])
    #expect(try table.prefix(1).codes == [0, 2, 4, 6])
    #expect(try table.rows([1]).codes == [4, 5, 6, 7])
    #expect(throws: BottleneckError.self) { try table.prefix(3) }
  }

  @Test func randomNumbersNeverChange() {
    var generator = SeededGenerator(seed: 42, label: "fixed", index: 7)
    var same = generator
    let other = SeededGenerator(seed: 42, label: "fixed", index: 8)
    // Recorded: another value means that every checkpoint made before can no longer be recomputed.
    #expect(generator.next() == Recorded.next)
    #expect((0..<4).map { _ in generator.uniform(below: 1000) } == Recorded.uniform)
    #expect((0..<3).map { _ in generator.normal().bitPattern } == Recorded.normal)
    var different = other
    #expect(same.next() != different.next())
    var deck = [Int](0..<10)
    same.shuffle(&deck)
    #expect(deck.sorted() == [Int](0..<10))
  }

  @Test func distributionsAreAsNamed() {
    var generator = SeededGenerator(seed: 1, label: "moments")
    let normals = (0..<40_000).map { _ in generator.normal() }
    let mean = normals.reduce(0, +) / 40_000
    let variance = normals.reduce(0) { $0 + $1 * $1 } / 40_000
    #expect(abs(mean) < 0.02 && abs(variance - 1) < 0.03)
    var buckets = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { buckets[generator.uniform(below: 7)] += 1 }
    #expect(buckets.allSatisfy { abs($0 - 10_000) < 400 })
  }

  @Test func projectionColumnsHaveUnitLength() throws {
    let shape = try Samples.shape(inputs: 37, codebooks: 3, width: 5)
    let projection = Projection.random(shape, seed: 3)
    #expect(projection == Projection.random(shape, seed: 3, threads: 3))
    for c in 0..<3 {
      for j in 0..<5 {
        let square = (0..<37).reduce(0.0) {
          let entry = Double(projection[(c * 37 + $1) * 5 + j])
          return $0 + entry * entry
        }
        #expect(abs(square - 1) < 1e-6)
      }
    }
    let chunks = try Projection.chunk(Samples.shape(inputs: 45, codebooks: 9, width: 5))
    let row = (0..<45).map { Float($0) }
    for c in 0..<9 {
      #expect(Reference.project(row[...], chunks[c * 225..<(c + 1) * 225], width: 5) == [Float](row[c * 5..<c * 5 + 5]))
    }
    #expect(throws: BottleneckError.self) { try Projection.chunk(shape) }
  }

  @Test func exponentialAndLogarithmAreAccurate() {
    var worst: Double = 0
    for step in 0...87_000 {
      let x = -Float(step) / 1000
      #expect(lethe_exp_negative(x) == Reference.expNegative(x))
      // exp by repeated squaring of a Taylor series in double, good to 14 digits.
      let small = Double(x) / 4096
      var exact = 1 + small * (1 + small / 2 * (1 + small / 3 * (1 + small / 4 * (1 + small / 5))))
      for _ in 0..<12 { exact *= exact }
      worst = max(worst, abs(Double(lethe_exp_negative(x)) / exact - 1))
    }
    #expect(worst < 0x1p-22)
    #expect(lethe_exp_negative(-88) == 0 && lethe_exp_negative(0) == 1 && lethe_exp_negative(-.infinity) == 0)
    #expect(lethe_log(1) == 0)
    #expect(abs(lethe_log(10) - 2.302585092994046) < 1e-15)
    #expect(abs(lethe_log(1e-300) + 690.7755278982137) < 1e-12)
    let e = 0x1p-20
    #expect(abs(lethe_log(1 - e) + (e + e * e / 2 + e * e * e / 3)) < 1e-21)
  }

  @Test func wideningIsExact() {
    let halves = (0...UInt16.max).map { $0 }
    var out = [Float](repeating: 0, count: halves.count)
    halves.withUnsafeBufferPointer { from in out.withUnsafeMutableBufferPointer { Widening.half(from, into: $0) } }
    for half in halves {
      let exact = Float(Float16(bitPattern: half))
      #expect(exact.isNaN ? out[Int(half)].isNaN : out[Int(half)].bitPattern == exact.bitPattern)
    }
    let bytes = (0...UInt8.max).map { $0 }
    bytes.withUnsafeBufferPointer { from in
      out.withUnsafeMutableBufferPointer { Widening.byte(from, scale: 0.0123, offset: -1.5, into: $0) }
    }
    #expect(bytes.allSatisfy { out[Int($0)] == Float($0) * 0.0123 + -1.5 })
  }

  @Test func wilsonIntervals() {
    let half = Accuracy(correct: 50, of: 100)
    #expect(abs(half.interval.lowerBound - 0.403832) < 1e-6 && abs(half.interval.upperBound - 0.596168) < 1e-6)
    let zero = Accuracy(correct: 0, of: 1000)
    #expect(zero.value == 0 && zero.interval.lowerBound == 0 && abs(zero.interval.upperBound - 0.003827) < 1e-6)
    #expect(Accuracy(correct: 0, of: 0).value == nil && Accuracy(correct: 0, of: 0).interval == 0...1)
    #expect(Accuracy.total([half, zero]) == Accuracy(correct: 50, of: 1100))
  }

  @Test func pairSets() {
    let a = PairSet([5, 1, 5, 3])
    #expect(a.pairs == [1, 3, 5])
    #expect(a.union(PairSet([2, 3])).pairs == [1, 2, 3, 5])
    #expect(PairSet([1, 5]).isSubset(of: a) && !PairSet([1, 2]).isSubset(of: a) && PairSet().isSubset(of: PairSet()))
    #expect(PairSet(flags: [0, 1, 0, 1]).pairs == [1, 3])
    var generator = SeededGenerator(seed: 4, label: "pairs")
    for bound in [1, 64, 65, 5000, 1 << 31] {
      let some = (0..<300).map { _ in UInt32(generator.uniform(below: bound)) }
      #expect(PairSet(some).pairs == Set(some).sorted())
    }
    #expect(Unlearning.ranking([0, 7, 9, 7, 0, 4_000_000]) == [5, 2, 1, 3])
    #expect(Unlearning.ranking([0, 0]).isEmpty && Unlearning.ranking([]).isEmpty)
  }
}

/// Outputs of the generator, as first written down.
private enum Recorded {
  static let next: UInt64 = 13_979_543_740_246_114_285
  static let uniform = [22, 789, 243, 730]
  static let normal: [UInt64] = [4_602_760_293_705_489_482, 13_822_861_272_818_827_653, 13_823_474_286_035_615_153]
}

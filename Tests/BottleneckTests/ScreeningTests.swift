import CKernels
import Testing

@testable import Bottleneck

@Suite("Screening by integers gives the codes of the float kernels, bit for bit")
struct ScreeningTests {
  /// One codebook, its queries, and both ways to search it.
  private struct Case {
    let keys: KeyBlocks
    let queries: [Float]
    let n: Int
    let width: Int
    let reach: Float

    init(_ numbers: [Float], usable: [UInt8], queries: [Float], dimension: Int, width: Int, reach: Float = .infinity) {
      keys = KeyBlocks(count: usable.count, dimension: dimension)
      lethe_pack_keys(numbers, usable.count, dimension, keys.blocks.pointer)
      lethe_half_norms(keys.blocks.pointer, usable, usable.count, dimension, keys.halves.pointer)
      (self.queries, n, self.width) = (queries, queries.count / dimension, width)
      self.reach = reach
    }

    /// The codes, and how many groups of sixteen keys were scored in float after screening.
    func search(screening: Bool) -> (codes: [UInt16], rescored: Int) {
      if screening { keys.prepareScreen(reach: reach) }
      let codes = AlignedBuffer<UInt16>(n * width)
      let scratch = AlignedBuffer<Float>(KeyBlocks.scratchCount(keys: keys.count, width: width))
      let rescored = keys.search(
        queries, stride: keys.dimension, n, width: width, codes: codes.pointer, codeStride: width, scratch: scratch.pointer)
      return ((0..<n * width).map { codes.pointer[$0] }, rescored)
    }

    func bothAgree() -> Bool { search(screening: false).codes == search(screening: true).codes }
  }

  /// Sizes around vectors of 16, tiles of 32 and chunks of 256; specialised and other key dimensions; widths from one to the most.
  @Test(
    arguments: [
      (256, 8, 1, 1), (257, 8, 31, 1), (1000, 14, 33, 8), (272, 16, 255, 16), (300, 32, 257, 3), (999, 1, 100, 1), (400, 3, 70, 5),
      (260, 13, 600, 2), (512, 20, 64, 1), (256, 65, 40, 4), (4096, 8, 96, 1), (300, 7, 40, 17),
    ])
  func randomOnes(_ count: Int, _ dimension: Int, _ n: Int, _ width: Int) {
    let seed = UInt64(count * 131 + dimension * 17 + n + width)
    var generator = SeededGenerator(seed: seed, label: "usable")
    for (place, spread) in [Float(1), 0.001, 300].enumerated() {
      let keys = Samples.floats(count * dimension, seed: seed, label: "keys \(place)").map { $0 * spread }
      let queries = Samples.floats(n * dimension, seed: seed, label: "queries \(place)")
      for share in [1, 2, 40] {
        let usable = (0..<count).map { _ in UInt8(generator.uniform(below: share) == 0 ? 1 : 0) }
        #expect(Case(keys, usable: usable, queries: queries, dimension: dimension, width: width).bothAgree())
      }
    }
  }

  /// Keys on a coarse grid are equal in numbers: the lowest index must win, whichever group it is in.
  @Test func ties() {
    for width in [1, 8] {
      let keys = Samples.floats(600 * 4, seed: 3).map { $0.rounded() }
      let queries = Samples.floats(300 * 4, seed: 4).map { ($0 * 2).rounded() / 2 }
      #expect(Case(keys, usable: [UInt8](repeating: 1, count: 600), queries: queries, dimension: 4, width: width).bothAgree())
    }
  }

  /// The moving average makes far keys; queries may lie on keys, be zero, or be of many sizes at once.
  @Test func outliersAndOddSizes() {
    for width in [1, 4] {
      for reach in [Float.infinity, 4, 0.01] {
        var keys = Samples.floats(512 * 8, seed: 5)
        for key in stride(from: 0, to: 512, by: 19) { for j in 0..<8 { keys[key * 8 + j] *= Float(key) } }
        var queries = Array(keys[0..<200 * 8])
        for i in 0..<queries.count where i / 8 % 3 == 0 { queries[i] *= i / 8 % 2 == 0 ? 1e-4 : 0 }
        let sample = Case(
          keys, usable: [UInt8](repeating: 1, count: 512), queries: queries, dimension: 8, width: width, reach: reach)
        #expect(sample.bothAgree())
      }
    }
  }

  /// Where integers can't stand for the numbers, the float kernels answer.
  @Test(arguments: [Float(1e20), 1e-20, 0])
  func numbersBeyondIntegers(_ scale: Float) {
    let keys = Samples.floats(300 * 6, seed: 6).map { $0 * scale }
    let queries = Samples.floats(50 * 6, seed: 7)
    let usable = [UInt8](repeating: 1, count: 300)
    #expect(Case(keys, usable: usable, queries: queries, dimension: 6, width: 2).bothAgree())
    #expect(Case(queries, usable: [UInt8](repeating: 1, count: 50), queries: keys, dimension: 6, width: 2).bothAgree())
    let none = Case(keys, usable: [UInt8](repeating: 0, count: 300), queries: queries, dimension: 6, width: 2)
    #expect(none.search(screening: true).codes.allSatisfy { $0 == CodeTable.none })
  }

  /// It is used, and leaves little to score again, on processors that have the instructions.
  @Test(.enabled(if: lethe_can_screen() != 0, "no AVX-512 VNNI"))
  func fewKeysAreScoredAgain() {
    let sample = Case(
      Samples.floats(2048 * 8, seed: 8), usable: [UInt8](repeating: 1, count: 2048), queries: Samples.floats(320 * 8, seed: 9),
      dimension: 8, width: 1)
    let (_, rescored) = sample.search(screening: true)
    #expect(rescored >= 320)
    #expect(rescored < 320 * 10)
  }

  /// A whole assignment over several codebooks and threads, with the switch that benchmarks use.
  @Test func assignmentsAgree() throws {
    let shape = try Samples.shape(inputs: 30, codebooks: 5, keys: 300, width: 8)
    var model = try Bottleneck(
      shape: shape, projection: Projection.random(shape, seed: 1), keys: Samples.floats(shape.keyCount, seed: 2))
    for pair in model.usable.indices where pair % 7 == 3 { model.usable[pair] = 0 }
    let source = try EmbeddingMatrix(dimension: 30, values: Samples.floats(300 * 30, seed: 3))
    for width in [1, 8] {
      let tally = ScreeningTally()
      let plain = try CodeAssigner.assign(source: source, model: model, width: width, screening: false, tally: tally)
      #expect(tally.keys == 0)
      let screened = try CodeAssigner.assign(source: source, model: model, width: width, threads: 3, tally: tally)
      let same = screened == plain
      #expect(same)
      #expect((tally.keys > 0) == (lethe_can_screen() != 0))
    }
  }
}

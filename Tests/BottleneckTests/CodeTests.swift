import Testing

@testable import Bottleneck

@Suite("Codes: projection and nearest keys against plain loops")
struct CodeTests {
  /// Odd sizes, specialised and other key dimensions, key counts around multiples of 16, few and no examples.
  @Test(
    arguments: [
      (0, 5, 1, 1, 1, 1), (1, 1, 1, 1, 1, 1), (3, 7, 3, 15, 3, 1), (4, 33, 5, 16, 8, 1), (5, 257, 17, 17, 14, 1),
      (261, 40, 3, 31, 16, 1), (6, 513, 4, 33, 13, 1), (7, 20, 18, 70, 14, 3), (9, 11, 2, 20, 8, 20), (2, 6, 2, 3, 20, 2),
    ])
  func assignedCodesEqualReference(_ n: Int, _ inputs: Int, _ codebooks: Int, _ keys: Int, _ width: Int, _ m: Int) throws {
    let shape = try Samples.shape(inputs: inputs, codebooks: codebooks, keys: keys, width: width)
    let seed = UInt64(n * 1000 + inputs)
    let source = try EmbeddingMatrix(dimension: inputs, values: Samples.floats(n * inputs, seed: seed))
    var model = try Bottleneck(
      shape: shape, projection: Projection.random(shape, seed: seed),
      keys: Samples.floats(shape.keyCount, seed: seed, label: "keys"))
    var generator = SeededGenerator(seed: seed, label: "usable")
    for usable in [1, 3, 100] {
      for pair in model.usable.indices { model.usable[pair] = generator.uniform(below: usable) == 0 ? 1 : 0 }
      for threads in [1, 3] {
        let table = try CodeAssigner.assign(source: source, model: model, width: m, threads: threads)
        #expect(table.codes == Reference.codes(source, model, width: m))
      }
    }
  }

  @Test func tiesGoToTheLowestIndex() throws {
    let shape = try Samples.shape(inputs: 2, codebooks: 2, keys: 40, width: 2)
    let keys = (0..<shape.pairs * 2).map { Float($0 % 2 == 0 ? $0 / 2 % 5 : 1) }
    let model = try Bottleneck(shape: shape, projection: Projection.random(shape, seed: 1), keys: keys)
    let source = try EmbeddingMatrix(dimension: 2, values: Samples.floats(100, seed: 2))
    for width in [1, 7, 40] {
      let table = try CodeAssigner.assign(source: source, model: model, width: width)
      #expect(table.codes == Reference.codes(source, model, width: width))
    }
  }
}

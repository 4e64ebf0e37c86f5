import Testing

@testable import Bottleneck

@Suite("Learning: keys and values against plain loops")
struct LearningTests {
  @Test(arguments: [(70, 7, 5, 32), (33, 17, 3, 33), (100, 40, 8, 16), (1, 3, 2, 4), (400, 300, 3, 64)])
  func keysEqualReference(_ n: Int, _ keys: Int, _ width: Int, _ batch: Int) throws {
    let shape = try Samples.shape(inputs: 11, codebooks: 4, keys: keys, width: width)
    let source = try EmbeddingMatrix(dimension: 11, values: Samples.floats(n * 11, seed: 3))
    var settings = KeyLearnerSettings()
    settings.epochs = 3
    settings.batch = batch
    let learnt = try KeyLearner.learn(source: source, shape: shape, settings: settings, seed: 4, threads: 2)
    let panel = 11 * width
    for c in 0..<shape.codebooks {
      let queries = (0..<n).flatMap { i in
        Reference.project(
          source.values[i * 11..<(i + 1) * 11], learnt.projection[c * panel..<(c + 1) * panel], width: width)
      }
      let expected = Reference.keys(queries, shape, settings, codebook: c, seed: 4)
      let range = c * expected.count..<(c + 1) * expected.count
      #expect(learnt.keys[range].map(\.bitPattern) == expected.map(\.bitPattern))
    }
    let model = try Bottleneck(shape: shape, projection: learnt.projection, keys: learnt.keys)
    #expect(try CodeAssigner.assign(source: source, model: model) == learnt.codes)
  }

  @Test(arguments: [(70, 7, 5, 1), (33, 17, 3, 3), (9, 20, 2, 2), (400, 300, 3, 1), (90, 12, 4, 5)])
  func meansEqualPlainLoops(_ n: Int, _ keys: Int, _ width: Int, _ epochs: Int) throws {
    let shape = try Samples.shape(inputs: 11, codebooks: 3, keys: keys, width: width)
    let source = try EmbeddingMatrix(dimension: 11, values: Samples.floats(n * 11, seed: 3))
    var settings = KeyLearnerSettings()
    (settings.method, settings.epochs) = (.means, epochs)
    let learnt = try KeyLearner.learn(source: source, shape: shape, settings: settings, seed: 4, threads: 2)
    #expect(try KeyLearner.learn(source: source, shape: shape, settings: settings, seed: 4).keys == learnt.keys)
    let panel = 11 * width
    for c in 0..<shape.codebooks {
      let queries = (0..<n).map { i in
        Reference.project(
          source.values[i * 11..<(i + 1) * 11], learnt.projection[c * panel..<(c + 1) * panel], width: width)
      }
      let expected = Reference.means(queries, keys: keys, epochs: settings.epochs, codebook: c, seed: 4)
      #expect(Array(learnt.keys[c * keys * width..<(c + 1) * keys * width]) == expected)
    }
    let model = try Bottleneck(shape: shape, projection: learnt.projection, keys: learnt.keys)
    #expect(try CodeAssigner.assign(source: source, model: model) == learnt.codes)
  }

  @Test func threadsAndMemoryNeverChangeBits() throws {
    let shape = try Samples.shape(codebooks: 7, topK: 2)
    let (source, labels) = try Samples.classes(count: 300, dimension: 24, classes: 4, seed: 11)
    var settings = KeyLearnerSettings()
    settings.epochs = 2
    let first = try KeyLearner.learn(source: source, shape: shape, settings: settings, seed: 1, width: 5, threads: 1)
    settings.memoryBudget = 300 * 5 * 4 * 3
    for threads in [2, 3, 8] {
      let other = try KeyLearner.learn(
        source: source, shape: shape, settings: settings, seed: 1, width: 5, threads: threads)
      #expect(other.projection == first.projection && other.keys == first.keys && other.codes == first.codes)
    }
    var tables: [[Float]] = []
    for threads in [1, 2, 5] {
      var values = [Float](repeating: 0, count: shape.valueCount)
      _ = try ValueTrainer.train(
        values: &values, shape: shape, codes: first.codes, labels: labels, settings: .fewEpochs(shape, batch: 50),
        seed: 2, threads: threads)
      tables.append(values)
    }
    #expect(tables[0] == tables[1] && tables[0] == tables[2])
  }

  @Test(
    arguments: [(4, 9, 1, false, 1.0), (18, 3, 2, true, 1.0), (2, 1, 1, false, 0.5), (16, 2, 1, true, 0.05), (65, 2, 1, false, 1)])
  func valuesEqualReference(_ classes: Int, _ codebooks: Int, _ topK: Int, _ decay: Bool, _ clip: Double) throws {
    let shape = try Samples.shape(codebooks: codebooks, keys: 9, classes: classes, topK: topK)
    var generator = SeededGenerator(seed: 8, label: "codes")
    var codes = CodeTable(count: 90, codebooks: codebooks, width: topK + 1)
    for slot in 0..<90 * codebooks {
      let keys = generator.choose(topK + 1, of: [UInt16](0..<9))
      for s in 0...topK { codes.codes[slot * (topK + 1) + s] = generator.uniform(below: 10) == 0 ? CodeTable.none : keys[s] }
    }
    let labels = (0..<90).map { _ in generator.uniform(below: classes) }
    let members = (0..<90).filter { $0 % 5 != 0 }
    var settings = ValueTrainerSettings()
    settings.epochs = 2
    settings.batch = 32
    settings.learningRate = 20
    settings.linearDecay = decay
    settings.clip = Float(clip)
    let start = Samples.floats(shape.valueCount, seed: 3).map { $0 * 0.1 }
    var values = start
    _ = try ValueTrainer.train(
      values: &values, shape: shape, codes: codes, labels: labels, members: members, settings: settings, seed: 6,
      threads: 2)
    let expected = try Reference.train(start, shape, codes, labels, members: members, settings, seed: 6)
    if clip < 0.1 {
      // The clip acts, and its norm is summed in another order: equal but for the last bits.
      #expect(zip(values, expected).allSatisfy { abs($0 - $1) < 1e-5 })
      #expect(values != start)
    } else {
      #expect(values.map(\.bitPattern) == expected.map(\.bitPattern))
    }
  }

  @Test func trainingLearnsAndReportsItsLoss() throws {
    let shape = try Samples.shape(codebooks: 32, keys: 32, classes: 4)
    let trained = try Samples.trained(shape: shape, seed: 12)
    let accuracy = try Inference.accuracyByClass(model: trained.model, codes: trained.codes, labels: trained.labels)
    #expect((Accuracy.total(accuracy).value ?? 0) > 0.95)
    var values = [Float](repeating: 0, count: shape.valueCount)
    let losses = try ValueTrainer.train(
      values: &values, shape: shape, codes: trained.codes, labels: trained.labels, settings: .fewEpochs(shape), seed: 1)
    #expect(losses.count == 4 && losses[3] < losses[0] && losses[0] < 1.4)
  }

  @Test func wrongInputIsNamed() throws {
    let shape = try Samples.shape()
    let source = try EmbeddingMatrix(dimension: 23, values: Samples.floats(46, seed: 1))
    #expect(throws: BottleneckError.sizeMismatch(what: "embedding dimension", expected: 24, found: 23)) {
      try KeyLearner.learn(source: source, shape: shape, seed: 1)
    }
    var numbers = Samples.floats(48, seed: 1)
    numbers[30] = .nan
    let broken = try EmbeddingMatrix(dimension: 24, values: numbers)
    #expect(throws: BottleneckError.nonFinite(what: "embedding 1")) {
      try KeyLearner.learn(source: broken, shape: shape, seed: 1)
    }
    let empty = try EmbeddingMatrix(dimension: 24, values: [])
    #expect(throws: BottleneckError.tooFewExamples(found: 0, needed: 1, purpose: "learning keys")) {
      try KeyLearner.learn(source: empty, shape: shape, seed: 1)
    }
    let codes = CodeTable(count: 2, codebooks: 9, width: 1)
    var values = [Float](repeating: 0, count: shape.valueCount)
    #expect(throws: BottleneckError.labelOutOfRange(example: 1, label: 4, classes: 4)) {
      try ValueTrainer.train(
        values: &values, shape: shape, codes: codes, labels: [0, 4], settings: .init(), seed: 1)
    }
    var settings = ValueTrainerSettings()
    settings.labelSmoothing = 1
    #expect(throws: BottleneckError.self) {
      try ValueTrainer.train(values: &values, shape: shape, codes: codes, labels: [0, 1], settings: settings, seed: 1)
    }
  }
}

import Testing

@testable import Bottleneck

@Suite("Forgetting curve: every N_a against masking and evaluating")
struct CurveTests {
  @Test(arguments: [(1, 4, 0.6), (1, 2, 2.0), (3, 4, 1.5), (2, 17, 2.0)])
  func everyCutEqualsBruteForce(_ topK: Int, _ classes: Int, _ spread: Double) throws {
    let shape = try Samples.shape(codebooks: 6, keys: 12, width: 3, classes: classes, topK: topK)
    var trained = try Samples.trained(count: 160, shape: shape, seed: 31)
    let forget = 1
    // Some pairs are masked already, one of them in the ranking too.
    let members = trained.members(of: forget)
    let counts = try Unlearning.activationCounts(codes: trained.codes, members: members, shape: shape)
    let ranking = Unlearning.ranking(counts)
    try Unlearning.mask(PairSet([3, 40, ranking[ranking.count / 2]]), in: &trained.model)

    let (test, labels) = try Samples.classes(
      count: 90, dimension: shape.inputDimension, classes: classes, spread: spread, seed: 31)
    let examples = labels.indices.filter { labels[$0] == forget || $0 % 7 == 0 }
    let own = examples.map { labels[$0] }
    let curves = try [1, 3].map {
      try ForgettingCurve.trace(
        source: test, examples: examples, labels: own, model: trained.model, ranking: ranking, threads: $0)
    }
    let curve = curves[0]
    #expect(curve.correct == curves[1].correct && curve.lostFrom == curves[1].lostFrom)
    // Known codes, of before the masking: selections, or ranked candidates.
    var unmasked = trained.model
    unmasked.usable = try trained.codes.usablePairs(shape)
    for width in [topK, topK + 2] {
      let known = try CodeAssigner.assign(source: test, model: unmasked, width: width)
      let quick = try ForgettingCurve.trace(
        source: test, examples: examples, labels: own, model: trained.model, ranking: ranking, codes: known, threads: 2)
      #expect(quick.correct == curve.correct && quick.lostFrom == curve.lostFrom)
    }
    #expect(curve.pairs == ranking.count)

    var lost = [Int?](repeating: 0, count: examples.count)
    for pairs in 0...ranking.count {
      var model = trained.model
      try Unlearning.mask(Unlearning.viaActivations(ranking, pairs: pairs), in: &model)
      let codes = try CodeAssigner.assign(source: test, model: model)
      let predictions = try Inference.predictions(model: model, codes: codes, members: examples)
      let right = zip(predictions, own).map { $0 == $1 }
      #expect(curve.correct[pairs] == right.count { $0 }, "N_a \(pairs)")
      for (i, isRight) in right.enumerated() where isRight { lost[i] = pairs == ranking.count ? nil : pairs + 1 }
    }
    #expect(curve.lostFrom == lost)
  }

  /// Enough keys for both parts to be screened by integers, several selections, and rankings that take some or nearly all of them.
  @Test(arguments: [(1, 8, 0.5), (1, 14, 0.95), (3, 8, 0.5), (2, 5, 0.1)])
  func manyKeys(_ topK: Int, _ width: Int, _ share: Double) throws {
    let shape = try Samples.shape(codebooks: 3, keys: 700, width: width, classes: 3, topK: topK)
    var model = try Bottleneck(
      shape: shape, projection: Projection.random(shape, seed: 1), keys: Samples.floats(shape.keyCount, seed: 2))
    model.values = Samples.floats(shape.valueCount, seed: 3)
    let source = try EmbeddingMatrix(dimension: 24, values: Samples.floats(24 * 300, seed: 4))
    var generator = SeededGenerator(seed: 5, label: "ranking")
    var ranking = [UInt32](0..<UInt32(shape.pairs))
    generator.shuffle(&ranking)
    ranking.removeLast(shape.pairs - Int(share * Double(shape.pairs)))
    let labels = (0..<300).map { _ in generator.uniform(below: 3) }
    let known = try CodeAssigner.assign(source: source, model: model)
    let curves = try [nil, known].map {
      try ForgettingCurve.trace(
        source: source, examples: [Int](0..<300), labels: labels, model: model, ranking: ranking, codes: $0, threads: 2)
    }
    #expect(curves[0].correct == curves[1].correct && curves[0].lostFrom == curves[1].lostFrom)
    for step in 1...12 {
      let pairs = ranking.count * step / 12
      try Unlearning.mask(PairSet(ranking[(ranking.count * (step - 1) / 12)..<pairs]), in: &model)
      let codes = try CodeAssigner.assign(source: source, model: model, screening: false)
      let predictions = try Inference.predictions(model: model, codes: codes)
      #expect(curves[0].correct[pairs] == zip(predictions, labels).count { $0 == $1 }, "N_a \(pairs)")
    }
  }

  @Test func edges() throws {
    let shape = try Samples.shape()
    let trained = try Samples.trained(shape: shape, seed: 32)
    let none = try ForgettingCurve.trace(
      source: trained.source, examples: [], labels: [], model: trained.model, ranking: [5, 3])
    #expect(none.correct == [0, 0, 0] && none.lostFrom.isEmpty)
    let flat = try ForgettingCurve.trace(
      source: trained.source, examples: [0], labels: [trained.labels[0]], model: trained.model, ranking: [])
    #expect(flat.correct == [1] && flat.lostFrom == [nil])
    #expect(throws: BottleneckError.self) {
      try ForgettingCurve.trace(
        source: trained.source, examples: [0], labels: [0], model: trained.model, ranking: [4, 4])
    }
    #expect(throws: BottleneckError.pairOutOfRange(pair: 189, count: 189)) {
      try ForgettingCurve.trace(
        source: trained.source, examples: [0], labels: [0], model: trained.model, ranking: [189])
    }
  }

  /// Equal values make exact ties between classes at every step: the float path must decide as inference does.
  @Test func tiesAreDecidedAsInferenceDoes() throws {
    let shape = try Samples.shape(codebooks: 4, keys: 8, width: 2, classes: 3)
    var model = try Bottleneck(
      shape: shape, projection: Projection.random(shape, seed: 1), keys: Samples.floats(shape.keyCount, seed: 2))
    var generator = SeededGenerator(seed: 3, label: "votes")
    for place in model.values.indices { model.values[place] = Float(generator.uniform(below: 2)) * 0.1 }
    let source = try EmbeddingMatrix(dimension: 24, values: Samples.floats(24 * 60, seed: 4))
    var ranking = [UInt32](0..<32)
    generator.shuffle(&ranking)
    let labels = (0..<60).map { _ in generator.uniform(below: 3) }
    let curve = try ForgettingCurve.trace(
      source: source, examples: [Int](0..<60), labels: labels, model: model, ranking: ranking, threads: 2)
    for pairs in 0...32 {
      var masked = model
      try Unlearning.mask(PairSet(ranking.prefix(pairs)), in: &masked)
      let codes = try CodeAssigner.assign(source: source, model: masked)
      let predictions = try Inference.predictions(model: masked, codes: codes)
      #expect(curve.correct[pairs] == zip(predictions, labels).count { $0 == $1 })
    }
    #expect(curve.correct[32] == 0)
  }
}

import Testing

@testable import Bottleneck

@Suite("What is done to an embedding first") struct NormalizationTests {
  @Test(arguments: [1, 7, 16, 33, 129]) func powerIsTheSignedRootOfTheShare(_ dimension: Int) {
    let row = Samples.floats(dimension, seed: 5)
    var found = row
    found.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      Normalization.power.apply(base, dimension: dimension)
    }
    let sum = row.reduce(0.0) { $0 + Double(abs($1)) }
    let expected = row.map { (Float(Double(abs($0)) / sum)).squareRoot() * ($0 < 0 ? -1 : 1) }
    #expect(found == expected)
    #expect(abs(found.reduce(0.0) { $0 + Double($1) * Double($1) } - 1) < 1e-5)
  }

  @Test func whatHasNoShareStaysZeroAndWhatIsHugeStaysFinite() {
    let half = Float(0.5).squareRoot()
    for (row, expected) in [
      ([0, -0, 0], [0, 0, 0]), ([3e38, -3e38, 0], [half, -half, 0]), ([.leastNonzeroMagnitude, 0, 0], [1, 0, 0]),
    ] as [([Float], [Float])] {
      var found = row
      found.withUnsafeMutableBufferPointer { Normalization.power.apply($0.baseAddress!, dimension: 3) }
      #expect(found == expected)
    }
  }

  @Test func everyPassSeesTheSameEmbeddings() throws {
    let plain = try Samples.shape(inputs: 20, codebooks: 5, keys: 12, width: 4)
    let power = try BottleneckShape(
      inputDimension: 20, codebooks: 5, keys: 12, keyDimension: 4, classes: 4, normalization: .power)
    let (source, labels) = try Samples.classes(count: 150, dimension: 20, classes: 4, seed: 3)
    var values = source.values
    values.withUnsafeMutableBufferPointer { buffer in
      for i in 0..<150 { Normalization.power.apply(buffer.baseAddress! + i * 20, dimension: 20) }
    }
    let before = try EmbeddingMatrix(dimension: 20, values: values)
    let learnt = try KeyLearner.learn(source: source, shape: power, seed: 1)
    let expected = try KeyLearner.learn(source: before, shape: plain, seed: 1)
    #expect(learnt.keys == expected.keys && learnt.codes == expected.codes)

    var (model, other) = (
      try Bottleneck(shape: power, projection: learnt.projection, keys: learnt.keys),
      try Bottleneck(shape: plain, projection: learnt.projection, keys: learnt.keys)
    )
    #expect(try CodeAssigner.assign(source: source, model: model) == learnt.codes)
    model.values = Samples.floats(power.valueCount, seed: 2)
    other.values = model.values
    let ranking = (0..<UInt32(30)).map { $0 * 2 }
    let curves = try [
      ForgettingCurve.trace(source: source, examples: Array(0..<150), labels: labels, model: model, ranking: ranking),
      ForgettingCurve.trace(source: before, examples: Array(0..<150), labels: labels, model: other, ranking: ranking),
    ]
    #expect(curves[0].correct == curves[1].correct)
    for pair in ranking {
      model.usable[Int(pair)] = 0
      other.usable[Int(pair)] = 0
    }
    #expect(
      try Recoder.recode(candidates: learnt.codes, source: source, model: model)
        == Recoder.recode(candidates: learnt.codes, source: before, model: other))
  }
}

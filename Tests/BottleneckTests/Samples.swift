@testable import Bottleneck

/// Seeded inputs that the tests share.
enum Samples {
  static func floats(_ count: Int, seed: UInt64, label: String = "test") -> [Float] {
    var generator = SeededGenerator(seed: seed, label: label)
    return (0..<count).map { _ in Float(generator.normal()) }
  }

  /// Embeddings around one centre a class, and their labels.
  static func classes(
    count: Int, dimension: Int, classes: Int, spread: Double = 0.6, seed: UInt64
  ) throws -> (source: EmbeddingMatrix, labels: [Int]) {
    let centres = floats(classes * dimension, seed: seed, label: "centres")
    var generator = SeededGenerator(seed: seed, label: "examples")
    var values: [Float] = []
    var labels: [Int] = []
    for _ in 0..<count {
      let label = generator.uniform(below: classes)
      labels.append(label)
      for x in 0..<dimension {
        values.append(centres[label * dimension + x] + Float(generator.normal() * spread))
      }
    }
    return (try EmbeddingMatrix(dimension: dimension, values: values), labels)
  }

  /// A trained model on such embeddings, with the codes of its training examples and the embeddings.
  struct Trained {
    var model: Bottleneck
    let source: EmbeddingMatrix
    let labels: [Int]
    let codes: CodeTable

    func members(of label: Int) -> [Int] { labels.indices.filter { labels[$0] == label } }
  }

  static func trained(
    count: Int = 300, shape: BottleneckShape, seed: UInt64, threads: Int = 1
  ) throws -> Trained {
    let (source, labels) = try classes(
      count: count, dimension: shape.inputDimension, classes: shape.classes, seed: seed)
    var settings = KeyLearnerSettings()
    settings.epochs = 3
    settings.batch = 64
    let learnt = try KeyLearner.learn(source: source, shape: shape, settings: settings, seed: seed, threads: threads)
    var model = try Bottleneck(shape: shape, projection: learnt.projection, keys: learnt.keys)
    model.usable = try learnt.codes.usablePairs(shape)
    _ = try ValueTrainer.train(
      values: &model.values, shape: shape, codes: learnt.codes, labels: labels,
      settings: .fewEpochs(shape, epochs: 3, batch: 64), seed: seed, threads: threads)
    return Trained(model: model, source: source, labels: labels, codes: learnt.codes)
  }

  static func shape(
    inputs: Int = 24, codebooks: Int = 9, keys: Int = 21, width: Int = 5, classes: Int = 4, topK: Int = 1
  ) throws -> BottleneckShape {
    try BottleneckShape(
      inputDimension: inputs, codebooks: codebooks, keys: keys, keyDimension: width, classes: classes, topK: topK)
  }
}

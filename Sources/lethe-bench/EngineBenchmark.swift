import ArgumentParser
import Bottleneck
import Foundation
import Tensors

/// `lethe-bench engine`: how long the numeric parts take on embeddings in npy files, for tools/bench-engine.
struct EngineBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "engine", abstract: "Time codes, keys, values and forgetting on embeddings in npy files.")

  @Option(help: "Training embeddings, float32 or float16 [N][D].") var trainX: String
  @Option(help: "Their labels.") var trainY: String
  @Option(help: "Test embeddings.") var testX: String
  @Option(help: "Their labels.") var testY: String
  @Option(help: "How many classes.") var classes = 10
  @Option var codebooks = 256
  @Option var keys = 4096
  @Option var keyDimension = 8
  @Option(help: "Repetitions of what takes less than a second.") var count = 9
  @Option(help: "Only parts whose name has this text.") var only: String?

  func run() throws {
    let (train, labels) = (try Self.embeddings(trainX), try Self.labels(trainY, classes))
    let (test, testLabels) = (try Self.embeddings(testX), try Self.labels(testY, classes))
    let shape = try BottleneckShape(
      inputDimension: train.dimension, codebooks: codebooks, keys: keys, keyDimension: keyDimension, classes: classes)
    func time(_ what: String, count: Int? = nil, _ body: () throws -> Void) throws {
      if let only, !what.contains(only) { return }
      try Timings(what, count: count ?? self.count) { _ in try body() }.report()
    }

    var settings = KeyLearnerSettings()
    settings.epochs = 1
    var learnt = try KeyLearner.learn(source: train, shape: shape, settings: settings, seed: 1, threads: 2)
    try time("keys: one epoch of \(train.count), codes of the same included", count: 1) {
      learnt = try KeyLearner.learn(source: train, shape: shape, settings: settings, seed: 1)
    }
    var model = try Bottleneck(shape: shape, projection: learnt.projection, keys: learnt.keys)
    model.usable = try learnt.codes.usablePairs(shape)

    var found: [CodeTable] = []
    let tally = ScreeningTally()
    for (name, threads, screening) in [("screened", 1, true), ("in float", 1, false), ("screened, 2 threads", 2, true)] {
      try time("codes of \(test.count) \(name)") {
        found.append(try CodeAssigner.assign(source: test, model: model, threads: threads, screening: screening, tally: tally))
      }
    }
    guard found.allSatisfy({ $0 == found.first }) else { fatalError("the codes differ") }
    let screened = Double(found.count) * Double(test.count * codebooks) * 2 / 3
    if screened > 0 { print("{\"what\":\"keys scored again\",\"share\":\(Double(tally.keys) / screened / Double(keys))}") }
    try time("codes of \(test.count), 8 each") { _ = try CodeAssigner.assign(source: test, model: model, width: 8) }
    try time("codes of \(test.count), 8 each, in float") {
      _ = try CodeAssigner.assign(source: test, model: model, width: 8, screening: false)
    }

    let step = ValueTrainerSettings.fewEpochs(shape, epochs: 1)
    func trainValues(threads: Int) throws {
      var values = [Float](repeating: 0, count: shape.valueCount)
      _ = try ValueTrainer.train(
        values: &values, shape: shape, codes: learnt.codes, labels: labels, settings: step, seed: 1, threads: threads)
      model.values = values
    }
    try trainValues(threads: 2)
    try time("values: one epoch of \(train.count)") { try trainValues(threads: 1) }
    let members = labels.indices.filter { labels[$0] == 0 }
    let copies = (0...count).map { _ in Copy(model) }
    for (share, name) in [(50, "2 % of all pairs"), (1, "all pairs of the class")] {
      var next = 0
      try time("count \(members.count) examples, rank and mask \(name)") {
        let counts = try Unlearning.activationCounts(codes: learnt.codes, members: members, shape: shape)
        let pairs = Unlearning.viaActivations(Unlearning.ranking(counts), pairs: shape.pairs / share)
        try Unlearning.mask(pairs, in: &copies[next].model)
        next = (next + 1) % copies.count
      }
    }
    let counts = try Unlearning.activationCounts(codes: learnt.codes, members: members, shape: shape)
    let ranking = Unlearning.ranking(counts)
    try time("of this: count") { _ = try Unlearning.activationCounts(codes: learnt.codes, members: members, shape: shape) }
    try time("of this: rank \(ranking.count) pairs") { _ = Unlearning.ranking(counts) }
    try time("of this: sort 2 %") { _ = Unlearning.viaActivations(ranking, pairs: shape.pairs / 50) }
    let testCodes = try found.first ?? CodeAssigner.assign(source: test, model: model, threads: 2)
    let curves = [
      (ranking.prefix(shape.pairs / 50), "2 % of all", 1), (ranking.prefix(shape.pairs / 50), "2 % of all", 2),
      (ranking[...], "all of the class", 2),
    ]
    for (upTo, name, threads) in curves {
      let upTo = Array(upTo)
      try time("curve of train and test for every number of pairs up to \(name), \(threads) threads", count: 3) {
        for (source, labels, codes) in [(train, labels, learnt.codes), (test, testLabels, testCodes)] {
          _ = try ForgettingCurve.trace(
            source: source, examples: Array(labels.indices), labels: labels, model: model, ranking: upTo, codes: codes,
            threads: threads)
        }
      }
    }
  }

  /// A model in a place of its own, so that masking it copies nothing.
  private final class Copy {
    var model: Bottleneck

    init(_ model: Bottleneck) {
      self.model = model
      // Arrays are copied when they are first written.
      self.model.keys[0] = model.keys[0]
      self.model.values[0] = model.values[0]
      self.model.usable[0] = model.usable[0]
    }
  }

  private static func embeddings(_ path: String) throws -> EmbeddingMatrix {
    let reader = try EmbeddingReader(path: path)
    guard reader.dtype == .float32 else { throw ValidationError("\(path) is not float32") }
    var values = [Float]()
    while let block = try reader.nextBlock() { block.withUnsafeBytes { values += $0.bindMemory(to: Float.self) } }
    return try EmbeddingMatrix(dimension: reader.columns, values: values)
  }

  private static func labels(_ path: String, _ classes: Int) throws -> [Int] {
    let reader = try LabelReader(path: path, classes: classes)
    var labels: [Int] = []
    while let block = try reader.nextBlock() { labels += block.map(Int.init) }
    return labels
  }
}

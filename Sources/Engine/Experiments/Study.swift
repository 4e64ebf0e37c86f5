import Bottleneck
import Store

/// What every experiment works on: a data set in memory and a bottleneck trained on it, with its codes.
///
/// Memory: 4·N·D bytes of embeddings and 2·N·C·8 of candidates; an experiment is a study, not a service.
final class Study {
  /// One part of the data set, in memory.
  struct Portion {
    var embeddings: EmbeddingMatrix
    var labels: [Int]
    /// The nearest keys under no mask, several a codebook.
    var candidates: CodeTable

    func members(of label: Int) -> [Int] { labels.indices.filter { labels[$0] == label } }
    func others(_ gone: Set<Int>) -> [Int] { labels.indices.filter { labels[$0] >= 0 && !gone.contains(labels[$0]) } }
  }

  let request: ExperimentRequest
  let classes: [String]
  let threads: Int
  let train: Portion
  let validation: Portion
  let test: Portion
  /// Selections of the training part.
  let codes: CodeTable
  let model: Bottleneck
  /// Where what several cells need is kept too.
  let folder: ExperimentFolder
  let keySettings: KeyLearnerSettings
  let valueSettings: ValueTrainerSettings

  var shape: BottleneckShape { model.shape }

  /// Reads the parts and trains; a data set without validation part is studied with every fifth training example in its place.
  init(
    _ request: ExperimentRequest, dataset: DatasetRecord, in store: Store, folder: ExperimentFolder, threads: Int,
    progress: ProgressHandler?
  ) throws {
    (self.request, self.folder, self.threads) = (request, folder, threads)
    classes = dataset.classes.map(\.shownName)
    func read(_ part: Part) throws -> (EmbeddingMatrix, [Int])? {
      guard let split = dataset.split(part) else { return nil }
      let stream = try EmbeddingStream(split, of: dataset, in: store)
      let all = try store.read { try $0.labels(part, of: dataset) }
      // Erased examples have no label.
      let rows = all.indices.filter { all[$0] >= 0 }
      let sample = EmbeddingSample(pieces: [(stream, rows)])
      var values = [Float](repeating: 0, count: rows.count * stream.dimension)
      try values.withUnsafeMutableBufferPointer { try sample.read(0..<rows.count, into: $0) }
      return (try EmbeddingMatrix(dimension: stream.dimension, values: values), rows.map { all[$0] })
    }
    func take(_ from: (EmbeddingMatrix, [Int]), _ rows: [Int]) throws -> (EmbeddingMatrix, [Int]) {
      let d = from.0.dimension
      let values = rows.flatMap { from.0.values[$0 * d..<($0 + 1) * d] }
      return (try EmbeddingMatrix(dimension: d, values: values), rows.map { from.1[$0] })
    }
    guard var training = try read(.train), let testing = try read(.test) else {
      throw EngineError.splitMissing(dataset: dataset.name, part: "train or test")
    }
    var validating = try read(.validation)
    if validating == nil {
      let whole = training
      validating = try take(whole, whole.1.indices.filter { $0 % 5 == 4 })
      training = try take(whole, whole.1.indices.filter { $0 % 5 != 4 })
    }
    guard let validating, !training.1.isEmpty, !testing.1.isEmpty, !validating.1.isEmpty else {
      throw EngineError.splitMissing(dataset: dataset.name, part: "train or test")
    }
    let shape = try BottleneckShape(
      inputDimension: dataset.dimension, codebooks: request.codebooks, keys: request.keys, keyDimension: request.keyDimension,
      classes: dataset.classes.count, topK: request.topK, normalization: request.normalization)
    var keySettings = KeyLearnerSettings()
    (keySettings.method, keySettings.epochs) = (request.keyMethod, request.keyEpochs)
    self.keySettings = keySettings
    valueSettings = .fewEpochs(shape, epochs: request.epochs)
    let width = min(max(Engine.candidateWidth, shape.topK), shape.keys)
    let learnt = try KeyLearner.learn(
      source: training.0, shape: shape, settings: keySettings, seed: request.seed,
      projection: request.makeProjection(training.0, shape: shape, threads: threads), width: width, threads: threads,
      progress: progress)
    let codes = try learnt.codes.prefix(shape.topK)
    var model = try Bottleneck(shape: shape, projection: learnt.projection, keys: learnt.keys)
    model.usable = try codes.usablePairs(shape)
    _ = try ValueTrainer.train(
      values: &model.values, shape: shape, codes: codes, labels: training.1, settings: valueSettings, seed: request.seed,
      threads: threads)
    (self.model, self.codes) = (model, codes)
    func part(_ content: (EmbeddingMatrix, [Int])) throws -> Portion {
      Portion(
        embeddings: content.0, labels: content.1,
        candidates: try CodeAssigner.assign(source: content.0, model: model, width: width, threads: threads))
    }
    train = Portion(embeddings: training.0, labels: training.1, candidates: learnt.codes)
    (validation, test) = (try part(validating), try part(testing))
  }

  /// A linear layer on the same embeddings: twenty epochs of momentum 0.9, the step chosen on validation examples.
  private(set) lazy var linear = Result { try self.trainedLinear() }

  /// Something that several cells need: from the folder, or made now and kept there.
  func kept<Content: Codable>(_ key: String, _ make: () throws -> Content) throws -> Content {
    if let found = folder.cell(key, as: Content.self) { return found }
    let content = try make()
    try folder.finish(key, content)
    return content
  }

  /// Codes of a part under a model's mask.
  func codes(_ part: Portion, under model: Bottleneck) throws -> CodeTable {
    try Recoder.recode(candidates: part.candidates, source: part.embeddings, model: model, threads: threads)
  }

  /// What a masked bottleneck answers.
  func logits(_ part: Portion, of model: Bottleneck) throws -> LogitTable {
    try LogitTable(
      classes: shape.classes, values: Inference.logits(model: model, codes: codes(part, under: model), threads: threads))
  }

  /// The pairs of a class, ranked.
  func ranking(_ label: Int, _ order: PairOrder) throws -> [UInt32] {
    let forget = try Unlearning.activationCounts(codes: codes, members: train.members(of: label), shape: shape)
    guard order == .enrichment else { return Unlearning.ranking(forget) }
    let retain = try Unlearning.activationCounts(codes: codes, members: train.others([label]), shape: shape)
    return Unlearning.enrichmentRanking(forget: forget, retain: retain)
  }

  /// How many pairs of a ranking `lethe forget` would mask: the rule of `Engine.findCuts`, on examples in memory.
  /// - Returns: the cut, and how many examples were sent through the keys.
  func cut(_ ranking: [UInt32], of label: Int, on model: Bottleneck, amount: (Int) -> Int = { $0 }, method: ForgetMethod) throws
    -> (amount: Int, passes: Int)
  {
    var (cuts, passes) = ([Int](), 0)
    for (part, limit) in [(train, Engine.curveExamples[.train] ?? 0), (validation, Engine.curveExamples[.validation] ?? 0)] {
      let rows = Engine.spread(limit, of: part.members(of: label))
      if rows.isEmpty { continue }
      let curve = try ForgettingCurve.trace(
        source: part.embeddings, examples: rows, labels: rows.map { _ in label }, model: model, ranking: ranking, threads: threads)
      cuts.append(Engine.cut(curve.lostFrom[...], goal: 0) ?? ranking.count)
      passes += rows.count
    }
    let found = FoundCuts(cuts: cuts, forwardPasses: passes)
    return (found.amount(margin: method.margin, atMost: amount(ranking.count), amount), passes)
  }

  /// Labels of classes with training and test examples, the one that the model knows best first.
  func forgettable() throws -> [Int] {
    let accuracies = try logits(test, of: model).accuracyByClass(labels: test.labels)
    let known = Set(train.labels)
    return accuracies.indices.filter { known.contains($0) && accuracies[$0].count > 0 }.sorted { a, b in
      (accuracies[b].value ?? 0, a) < (accuracies[a].value ?? 0, b)
    }
  }
}

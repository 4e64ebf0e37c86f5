import Bottleneck
import Ledger
import Logging
import Store
import Tensors

/// What to train, on what, and how.
public struct TrainRequest: Sendable {
  /// A new name, or a model that gets its next checkpoint: without the classes that it has forgotten.
  public var model: String
  /// Name of an imported data set.
  public var dataset: String
  /// How many codebooks vote.
  public var codebooks = 256
  /// In each codebook, 1 to 65,535.
  public var keys = 4096
  /// Numbers in a key.
  public var keyDimension = 14
  /// How many keys a query selects in each codebook.
  public var topK = 1
  /// How an embedding is taken apart for the codebooks.
  public var projection = Projection.random
  /// Principal components that `Projection.principal` mixes, at least 1; nil: 128.
  public var components: Int?
  /// What is done to each embedding before it is projected.
  public var normalization = Normalization.none
  /// By which rule keys are learnt.
  public var keyMethod = KeyMethod.average
  /// Passes over the data in which keys are learnt.
  public var keyEpochs = 10
  /// Name of the data set whose training part the keys are learnt from; the data set itself unless given.
  public var keysFrom: String?
  /// Whether values are class counts instead of being trained, and the smoothing by which they are decoded.
  public var counted: Double?
  /// Passes over the data in which values are trained.
  public var epochs = 4
  /// Step of the values; nil: the one for few epochs, 0.6·C·k·batch. The published one is 0.3.
  public var learningRate: Float?
  /// Everything random follows from it.
  public var seed: UInt64 = 0

  /// See ExactForgetting.md for what it was chosen by.
  package static let usualSmoothing = 0.1

  /// A training with the paper's settings.
  public init(model: String, dataset: String) {
    (self.model, self.dataset) = (model, dataset)
  }
}

extension Engine {
  /// Ranked candidates that are stored for each evaluation example and codebook, so that after masking most queries need no new
  /// pass: with 8, the retained examples of CIFAR-10 at K 1024 nearly always find one that is left.
  static let candidateWidth = 8

  /// Learns keys, assigns codes, trains values, measures, and records all of it as the model's next checkpoint.
  ///
  /// Data flow: the embeddings stream from the store into `KeyLearner`, which leaves keys and the training codes; from there on
  /// only codes are used. The store is not locked while this computes. What the model has forgotten is left out of all of
  /// it, so that training again cannot bring them back; their logits stay.
  /// - Throws: `StoreError.unknown`, `BottleneckError`, `EngineError.changedMeanwhile` when another command moved the model's head.
  public func train(_ request: TrainRequest) throws -> CheckpointRecord {
    try Names.check(request.model, kind: "model")
    let signer = try signingKey()
    let plan = try store.read { try TrainingPlan(request, in: $0) }
    logger.debug("training", metadata: ["members": "\(plan.members.count)", "left_out": "\(plan.leftOut.classes.sorted())"])
    let trained = try compute(plan)
    let accuracies = try plan.dataset.splits.filter { $0.part != .train }.map { split in
      guard let codes = trained.codes[split.part] else {
        throw EngineError.splitMissing(dataset: plan.dataset.name, part: split.part.rawValue)
      }
      let labels = try store.read { try $0.labels(split.part, of: plan.dataset) }
      return (split, try classAccuracies(of: trained.model, codes: codes, labels: labels))
    }
    progress("saving", 0)
    let id = try store.write(NewEntry(.train, actor: actor), key: signer) { transaction in
      guard try transaction.modelID(request.model).map({ try transaction.head(model: $0).id }) == plan.head?.id else {
        throw EngineError.changedMeanwhile(model: request.model)
      }
      return try save(trained, accuracies, plan, in: transaction)
    }
    return try store.read { try $0.checkpoint(id) }
  }

  /// What a training needs to know before it computes.
  struct TrainingPlan {
    let request: TrainRequest
    let dataset: DatasetRecord
    let keysFrom: DatasetRecord
    /// Where the model's head is; nil for a new model.
    let head: CheckpointRecord?
    /// Acts of forgetting that are in force for the model.
    let events: [EventRecord]
    let leftOut: LeftOut
    /// Training labels, and the rows that are trained on.
    let labels: [Int]
    let members: [Int]
    /// Rows that keys are learnt from, where they come from another data set.
    let keyMembers: [Int]
    let keysLeftOut: LeftOut
    let shape: BottleneckShape

    /// A training of a model as it is now.
    init(_ request: TrainRequest, in snapshot: Snapshot) throws {
      let model = try snapshot.modelID(request.model)
      let events = try model.map { try snapshot.events(model: $0).filter(\.inForce) } ?? []
      let dataset = try snapshot.dataset(named: request.dataset)
      let keysFrom = try request.keysFrom.map { try snapshot.dataset(named: $0) } ?? dataset
      try self.init(
        request, dataset: dataset, keysFrom: keysFrom, head: model.map { try snapshot.head(model: $0) }, events: events,
        leftOut: LeftOut(events, in: dataset, snapshot), keysLeftOut: LeftOut(events, in: keysFrom, snapshot), in: snapshot)
    }

    /// A training without the given classes and examples.
    init(
      _ request: TrainRequest, dataset: DatasetRecord, keysFrom: DatasetRecord, head: CheckpointRecord?, events: [EventRecord],
      leftOut: LeftOut, keysLeftOut: LeftOut, in snapshot: Snapshot
    ) throws {
      (self.request, self.dataset, self.keysFrom, self.head, self.events) = (request, dataset, keysFrom, head, events)
      (self.leftOut, self.keysLeftOut) = (leftOut, keysLeftOut)
      let labels = try snapshot.labels(.train, of: dataset)
      self.labels = labels
      members = leftOut.members(labels)
      let keyLabels = keysFrom.id == dataset.id ? labels : try snapshot.labels(.train, of: keysFrom)
      keyMembers = keysLeftOut.members(keyLabels)
      shape = try BottleneckShape(
        inputDimension: dataset.dimension, codebooks: request.codebooks, keys: request.keys, keyDimension: request.keyDimension,
        classes: dataset.classes.count, topK: request.topK, normalization: request.normalization)
    }

    /// What the checkpoint will record.
    /// - Throws: `EngineError.splitMissing`, `.outOfRange`.
    func configuration(in snapshot: Snapshot) throws -> ModelConfiguration {
      guard let split = dataset.split(.train), let keySplit = keysFrom.split(.train) else {
        throw EngineError.splitMissing(dataset: dataset.name, part: Part.train.rawValue)
      }
      try request.projection.check(components: request.components)
      var keySettings = KeyLearnerSettings()
      (keySettings.method, keySettings.epochs) = (request.keyMethod, request.keyEpochs)
      var valueSettings = ValueTrainerSettings.fewEpochs(shape, epochs: request.epochs)
      if let rate = request.learningRate { valueSettings.learningRate = rate }
      if let smoothing = request.counted, !ModelConfiguration.allowedSmoothing.contains(smoothing) {
        throw EngineError.outOfRange(option: "--smoothing", value: "\(smoothing)", allowed: "0.000001 to 1000000")
      }
      return ModelConfiguration(
        shape: shape, projection: request.projection,
        components: request.projection == .principal ? request.components ?? Projection.usualComponents : nil,
        keySettings: keySettings,
        values: request.counted.map { .counted(smoothing: $0) } ?? .trained(valueSettings), seed: request.seed,
        trainedOn: try snapshot.digestOfWhatIsLeft(split), keysFrom: try snapshot.digestOfWhatIsLeft(keySplit),
        leftOut: leftOut, keysLeftOut: keysLeftOut)
    }
  }

  /// A training's result.
  struct Trained {
    var model: Bottleneck
    var counts: ClassCounts?
    var codes: [Part: CodeTable]
    var configuration: ModelConfiguration
  }

  func compute(_ plan: TrainingPlan) throws -> Trained {
    let (shape, seed) = (plan.shape, plan.request.seed)
    guard let split = plan.dataset.split(.train), let keySplit = plan.keysFrom.split(.train) else {
      throw EngineError.splitMissing(dataset: plan.dataset.name, part: Part.train.rawValue)
    }
    let configuration = try store.read { try plan.configuration(in: $0) }
    let keySettings = configuration.keySettings

    let stream = try EmbeddingStream(split, of: plan.dataset, in: store)
    let source = EmbeddingSample(pieces: [(stream, plan.members)])
    let learnt: (projection: [Float], keys: [Float], codes: CodeTable)
    if plan.keysFrom.id == plan.dataset.id {
      let projection = try configuration.makeProjection(source, threads: threads)
      let result = try KeyLearner.learn(
        source: source, shape: shape, settings: keySettings, seed: seed, projection: projection, threads: threads,
        progress: report(0, 0.8))
      learnt = (result.projection, result.keys, result.codes)
    } else {
      let other = EmbeddingSample(pieces: [(try EmbeddingStream(keySplit, of: plan.keysFrom, in: store), plan.keyMembers)])
      let projection = try configuration.makeProjection(other, threads: threads)
      let result = try KeyLearner.learn(
        source: other, shape: shape, settings: keySettings, seed: seed, projection: projection, threads: threads,
        progress: report(0, 0.7))
      let model = try Bottleneck(shape: shape, projection: result.projection, keys: result.keys)
      let codes = try CodeAssigner.assign(source: source, model: model, threads: threads, progress: report(0.7, 0.8))
      learnt = (result.projection, result.keys, codes)
    }
    var model = try Bottleneck(shape: shape, projection: learnt.projection, keys: learnt.keys)
    model.usable = try learnt.codes.usablePairs(shape)
    let labels = plan.members.map { plan.labels[$0] }
    let counts = try fillValues(of: &model, codes: learnt.codes, labels: labels, as: configuration.values, seed: seed)

    var codes = [Part.train: try spread(learnt.codes, members: plan.members, count: split.count)]
    for other in plan.dataset.splits where other.part != .train {
      codes[other.part] = try CodeAssigner.assign(
        source: EmbeddingStream(other, of: plan.dataset, in: store), model: model,
        width: min(max(Self.candidateWidth, shape.topK), shape.keys), threads: threads, progress: report(0.9, 1))
    }
    return Trained(model: model, counts: counts, codes: codes, configuration: configuration)
  }

  /// Trains or counts the values, from which examples select which pairs.
  private func fillValues(
    of model: inout Bottleneck, codes: CodeTable, labels: [Int], as kind: ValueKind, seed: UInt64
  ) throws -> ClassCounts? {
    switch kind {
    case .counted(let smoothing):
      let counts = try ClassCounts(shape: model.shape, codes: codes, labels: labels, threads: threads)
      model.values = counts.values(smoothing: smoothing, threads: threads)
      model.clearUnusableKeys()
      return counts
    case .trained(let settings):
      let losses = try ValueTrainer.train(
        values: &model.values, shape: model.shape, codes: codes, labels: labels, settings: settings, seed: seed, threads: threads,
        progress: report(0.8, 0.9))
      logger.debug("values trained", metadata: ["losses": "\(losses)"])
      return nil
    }
  }

  /// Codes of some members as codes of the whole split: the others select nothing, since nothing was learnt from them.
  func spread(_ codes: CodeTable, members: [Int], count: Int) throws -> CodeTable {
    guard members.count != count else { return codes }
    let row = codes.codebooks * codes.width
    var all = [UInt16](repeating: CodeTable.none, count: count * row)
    for (index, member) in members.enumerated() {
      all.replaceSubrange((member * row)..<((member + 1) * row), with: codes.codes[(index * row)..<((index + 1) * row)])
    }
    return try CodeTable(count: count, codebooks: codes.codebooks, width: codes.width, codes: all)
  }

  private func save(
    _ trained: Trained, _ accuracies: [(SplitRecord, ClassAccuracies)], _ plan: TrainingPlan, in transaction: Transaction
  ) throws -> Int64 {
    let tensors = try transaction.insertTensors(of: trained.model, counts: trained.counts)
    let modelID = try transaction.modelOrNew(plan.request.model)
    let checkpoint = try transaction.insertCheckpoint(
      .init(
        model: modelID, parent: plan.head?.id, base: nil, kind: plan.events.isEmpty ? .trained : .retrained,
        dataset: plan.dataset.id, configuration: trained.configuration.text(), seed: Int64(bitPattern: plan.request.seed),
        engineVersion: Self.version, tensors: tensors))
    for split in plan.dataset.splits {
      guard let codes = trained.codes[split.part] else { continue }
      let tensor = try transaction.insertTensor(codes.codes, shape: [codes.count, codes.codebooks, codes.width])
      try transaction.insertCodeTable(checkpoint: checkpoint.id, split: split.id, tensor: tensor)
    }
    for event in plan.events {
      try transaction.insertAppliedEvent(checkpoint: checkpoint.id, event: event.id, how: .leftOut)
    }
    for (split, figures) in accuracies {
      try record(figures, checkpoint: checkpoint.id, split: split, of: plan.dataset, in: transaction)
    }
    try transaction.moveHead(model: modelID, from: plan.head?.id, to: checkpoint.id)
    transaction.facts.describe(model: plan.request.model, parent: plan.head, child: checkpoint)
    return checkpoint.id
  }

  /// Maps a stage's progress to a share of the whole command's.
  private func report(_ from: Double, _ to: Double) -> ProgressHandler {
    let progress = progress
    return { step in progress(step.stage, from + (to - from) * step.fraction) }
  }
}

extension [String: JSONValue] {
  /// What a log entry says of a new checkpoint or a moved head.
  mutating func describe(model: String, parent: CheckpointRecord?, child: CheckpointRecord) {
    self["model"] = .string(model)
    self["child"] = .string(child.name)
    self["child_digest"] = .string(child.digest.description)
    if let parent {
      self["parent"] = .string(parent.name)
      self["parent_digest"] = .string(parent.digest.description)
    }
  }
}

extension Projection {
  /// Throws `EngineError.outOfRange` if a number of components was given that this projection has no use for.
  func check(components: Int?) throws {
    if let components, components < 1 || self != .principal {
      throw EngineError.outOfRange(
        option: "--components", value: "\(components)", allowed: "1 and more, with --projection principal")
    }
  }
}

import Bottleneck
import Ledger
import Store

// A training as its checkpoint's configuration records it, made into a plan again.

extension Engine.TrainingPlan {
  /// The plan of the training that made a checkpoint; nil if its examples are not all here, or its settings are not this engine's.
  init?(repeating checkpoint: CheckpointRecord, in snapshot: Snapshot) throws {
    let dataset = try snapshot.dataset(checkpoint.dataset)
    guard let recorded = RecordedTraining(checkpoint.configuration),
      let projection = Projection(rawValue: recorded.projection)
    else { return nil }
    let source = try snapshot.datasets().first { item in
      try item.split(.train).map { try snapshot.digestOfWhatIsLeft($0) } == recorded.keysFrom
    }
    guard let keysFrom = source else { return nil }
    let shape = try ModelConfiguration.shape(of: checkpoint.configuration, checkpoint: checkpoint.name)
    var request = TrainRequest(model: checkpoint.modelName, dataset: dataset.name)
    (request.codebooks, request.keys, request.keyDimension, request.topK) = (
      shape.codebooks, shape.keys, shape.keyDimension, shape.topK
    )
    (request.projection, request.components, request.normalization) = (projection, recorded.components, shape.normalization)
    request.seed = recorded.seed
    (request.keyMethod, request.keyEpochs) = (recorded.keyMethod, recorded.keyEpochs)
    switch recorded.values {
    case .trained(let epochs, let rate): (request.epochs, request.learningRate) = (epochs, rate)
    case .counted(let smoothing): request.counted = smoothing
    }
    // Keys that came from the data set itself are learnt in one go with its codes.
    let isOwn = try dataset.split(.train).map { try snapshot.digestOfWhatIsLeft($0) } == recorded.keysFrom
    try self.init(
      request, dataset: dataset, keysFrom: isOwn ? dataset : keysFrom, head: nil, events: [], leftOut: recorded.leftOut,
      keysLeftOut: recorded.keysLeftOut, in: snapshot)
    // Whatever else decides the result is in the text, and must be what this engine would record.
    guard try configuration(in: snapshot).text() == checkpoint.configuration else { return nil }
  }
}

/// What a configuration says of a training, as far as it is a choice.
private struct RecordedTraining {
  var projection: String
  var components: Int?
  var keysFrom: Digest
  var keyMethod: KeyMethod
  var keyEpochs: Int
  var values: Values
  var seed: UInt64
  var leftOut: LeftOut
  var keysLeftOut: LeftOut

  enum Values {
    case trained(epochs: Int, learningRate: Float)
    case counted(smoothing: Double)

    init?(_ value: JSONValue) {
      if let smoothing = value["value_counting"]?["smoothing"]?.text.flatMap({ Double($0) }) {
        self = .counted(smoothing: smoothing)
      } else if let training = value["value_training"], case .integer(let epochs)? = training["epochs"],
        let rate = training["learning_rate"]?.text.flatMap({ Float($0) })
      {
        self = .trained(epochs: Int(epochs), learningRate: rate)
      } else {
        return nil
      }
    }
  }

  /// - Returns: nil for a text that this engine did not write.
  init?(_ configuration: String) {
    guard let value = try? CanonicalJSON.parse(Array(configuration.utf8)), let keys = value["key_training"],
      let values = Values(value), let projection = value["projection"]?.text,
      let keysFrom = keys["split"]?.text.flatMap({ try? Digest(text: $0) }), case .integer(let keyEpochs)? = keys["epochs"],
      let keyMethod = KeyMethod(rawValue: keys["method"]?.text ?? KeyMethod.average.rawValue),
      let seed = value["seed"]?.text.flatMap({ UInt64($0) }), let leftOut = LeftOut(value), let keysLeftOut = LeftOut(keys)
    else { return nil }
    (self.projection, self.keysFrom, self.keyEpochs, self.values) = (projection, keysFrom, Int(keyEpochs), values)
    if case .integer(let components)? = value["components"] { self.components = Int(components) }
    self.keyMethod = keyMethod
    (self.seed, self.leftOut, self.keysLeftOut) = (seed, leftOut, keysLeftOut)
  }
}

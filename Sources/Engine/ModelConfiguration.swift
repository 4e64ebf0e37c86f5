import Bottleneck
import Ledger

/// What the values of a model are.
package enum ValueKind: Hashable, Sendable {
  /// Trained by gradient descent (Method §1).
  case trained(ValueTrainerSettings)
  /// Class counts, decoded with this smoothing (Method §8).
  case counted(smoothing: Double)
}

/// Everything that, with the data, decides a training's result: what a checkpoint's `configuration` records.
///
/// Canonical JSON; fractions are text, so that no two programs write them differently.
package struct ModelConfiguration: Hashable, Sendable {
  package var shape: BottleneckShape
  package var projection: Projection
  /// Principal components that the projection mixes, where it does.
  package var components: Int?
  package var keySettings: KeyLearnerSettings
  package var values: ValueKind
  package var seed: UInt64
  /// Digest of the split that keys and values were learnt from.
  package var trainedOn: Digest
  /// Digest of the split that the keys were learnt from.
  package var keysFrom: Digest
  /// What was left out of training since the model had forgotten it.
  var leftOut: LeftOut
  /// The same of the data set that the keys were learnt from.
  var keysLeftOut: LeftOut

  /// The text that the checkpoint records.
  func text() throws -> String {
    func fraction(_ value: Float) -> JSONValue { .string("\(value)") }
    func integer(_ value: Int) -> JSONValue { .integer(Int64(value)) }
    var fields: [String: JSONValue] = [
      "engine": .string("dkvb/v1"),
      "input_dimension": integer(shape.inputDimension), "codebooks": integer(shape.codebooks), "keys": integer(shape.keys),
      "key_dimension": integer(shape.keyDimension), "classes": integer(shape.classes), "top_k": integer(shape.topK),
      "projection": .string(projection.rawValue),
      "key_training": .object(keyTraining.merging(keysLeftOut.fields) { $1 }),
      "seed": .string(String(seed)),
    ].merging(leftOut.fields) { $1 }
    if let components { fields["components"] = integer(components) }
    if shape.normalization != .none { fields["normalization"] = .string(shape.normalization.rawValue) }
    switch values {
    case .trained(let settings):
      fields["values"] = .string("trained")
      fields["value_training"] = .object([
        "epochs": integer(settings.epochs), "batch": integer(settings.batch), "learning_rate": fraction(settings.learningRate),
        "linear_decay": .bool(settings.linearDecay), "label_smoothing": fraction(settings.labelSmoothing),
        "clip": fraction(settings.clip), "split": .string(trainedOn.description),
      ])
    case .counted(let smoothing):
      fields["values"] = .string("counted")
      fields["value_counting"] = .object(["smoothing": .string("\(smoothing)"), "split": .string(trainedOn.description)])
    }
    return String(decoding: try CanonicalJSON.encode(.object(fields)), as: UTF8.self)
  }

  /// The projection, from what the keys are learnt from.
  func makeProjection(_ source: some EmbeddingSource, threads: Int) throws -> [Float] {
    try projection.make(shape, source: source, components: components ?? Projection.usualComponents, seed: seed, threads: threads)
  }

  /// How the keys were learnt, as far as the method asks.
  private var keyTraining: [String: JSONValue] {
    var fields: [String: JSONValue] = ["epochs": .integer(Int64(keySettings.epochs)), "split": .string(keysFrom.description)]
    switch keySettings.method {
    case .average:
      fields["batch"] = .integer(Int64(keySettings.batch))
      fields["decay"] = .string("\(keySettings.decay)")
      fields["epsilon"] = .string("\(keySettings.epsilon)")
      fields["dead_share"] = .string("\(keySettings.deadShare)")
    case .means: fields["method"] = .string(keySettings.method.rawValue)
    }
    return fields
  }

  /// What is recorded of a model that came without a configuration: its sizes, and that nothing is known of how it was trained.
  static func textOfImport(_ shape: BottleneckShape) throws -> String {
    let sizes = [
      "input_dimension": shape.inputDimension, "codebooks": shape.codebooks, "keys": shape.keys,
      "key_dimension": shape.keyDimension,
      "classes": shape.classes, "top_k": shape.topK,
    ]
    var fields = sizes.mapValues { JSONValue.integer(Int64($0)) }
    fields["engine"] = .string("dkvb/v1")
    fields["values"] = .string("imported")
    return String(decoding: try CanonicalJSON.encode(.object(fields)), as: UTF8.self)
  }

  /// The digest of the split that values were learnt from, if a recorded configuration says so.
  package static func trainedOn(_ text: String) -> String? {
    guard case .object(let fields)? = try? CanonicalJSON.parse(Array(text.utf8)),
      case .object(let training)? = fields["value_training"] ?? fields["value_counting"],
      case .string(let digest)? = training["split"]
    else { return nil }
    return digest
  }

  /// The smoothing by which counts are decoded, if a recorded configuration says that the values are counted; nil if they are not.
  /// - Throws: `EngineError.notThisEngine`.
  static func smoothing(of text: String, checkpoint: String) throws -> Double? {
    guard case .object(let fields)? = try? CanonicalJSON.parse(Array(text.utf8)), fields["values"] == .string("counted") else {
      return nil
    }
    guard case .object(let counting)? = fields["value_counting"], case .string(let text)? = counting["smoothing"],
      let smoothing = Double(text), allowedSmoothing.contains(smoothing)
    else { throw EngineError.notThisEngine(checkpoint: checkpoint, reason: "its configuration names no smoothing of counts") }
    return smoothing
  }

  /// Where smoothing is sensible; without any, a class that a pair was never seen with could never be chosen again.
  package static let allowedSmoothing = 0.000_001...1_000_000

  /// The sizes that a recorded configuration names.
  /// - Throws: `EngineError.notThisEngine`.
  static func shape(of text: String, checkpoint: String) throws -> BottleneckShape {
    guard case .object(let fields)? = try? CanonicalJSON.parse(Array(text.utf8)), fields["engine"] == .string("dkvb/v1") else {
      throw EngineError.notThisEngine(checkpoint: checkpoint, reason: "its configuration is not dkvb/v1")
    }
    func integer(_ name: String) throws -> Int {
      guard case .integer(let value)? = fields[name] else {
        throw EngineError.notThisEngine(checkpoint: checkpoint, reason: "its configuration has no \(name)")
      }
      return Int(value)
    }
    // Only a member that is missing means none: one that cannot be read would change every answer of the model.
    let named = fields["normalization"].map { $0.text.flatMap { Normalization(rawValue: $0) } }
    guard let normalization = named ?? Normalization.none else {
      throw EngineError.notThisEngine(checkpoint: checkpoint, reason: "its configuration names a normalization that is not known")
    }
    return try BottleneckShape(
      inputDimension: integer("input_dimension"), codebooks: integer("codebooks"), keys: integer("keys"),
      keyDimension: integer("key_dimension"), classes: integer("classes"), topK: integer("top_k"),
      normalization: normalization)
  }
}

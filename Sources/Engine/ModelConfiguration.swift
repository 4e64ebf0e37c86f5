import Bottleneck
import Ledger

/// Everything that, with the data, decides a training's result: what a checkpoint's `configuration` records.
///
/// Canonical JSON; fractions are text, so that no two programs write them differently.
package struct ModelConfiguration: Hashable, Sendable {
  package var shape: BottleneckShape
  package var projection: Projection
  package var keySettings: KeyLearnerSettings
  package var valueSettings: ValueTrainerSettings
  package var seed: UInt64
  /// Digest of the split that keys and values were learnt from.
  package var trainedOn: Digest
  /// Digest of the split that the keys were learnt from.
  package var keysFrom: Digest
  /// Labels of the classes that were left out of training since the model had forgotten them.
  package var leftOut: [Int]
  /// The same by the labels of the data set that the keys were learnt from.
  package var keysLeftOut: [Int]

  /// The text that the checkpoint records.
  func text() throws -> String {
    func fraction(_ value: Float) -> JSONValue { .string("\(value)") }
    func integer(_ value: Int) -> JSONValue { .integer(Int64(value)) }
    let value: JSONValue = .object([
      "engine": .string("dkvb/v1"),
      "input_dimension": integer(shape.inputDimension), "codebooks": integer(shape.codebooks), "keys": integer(shape.keys),
      "key_dimension": integer(shape.keyDimension), "classes": integer(shape.classes), "top_k": integer(shape.topK),
      "projection": .string(projection.rawValue), "values": .string("trained"),
      "key_training": .object([
        "epochs": integer(keySettings.epochs), "batch": integer(keySettings.batch), "decay": fraction(keySettings.decay),
        "epsilon": fraction(keySettings.epsilon), "dead_share": fraction(keySettings.deadShare),
        "split": .string(keysFrom.description), "left_out": .array(keysLeftOut.map(integer)),
      ]),
      "value_training": .object([
        "epochs": integer(valueSettings.epochs), "batch": integer(valueSettings.batch),
        "learning_rate": fraction(valueSettings.learningRate), "linear_decay": .bool(valueSettings.linearDecay),
        "label_smoothing": fraction(valueSettings.labelSmoothing), "clip": fraction(valueSettings.clip),
        "split": .string(trainedOn.description),
      ]),
      "left_out": .array(leftOut.map(integer)),
      "seed": .string(String(seed)),
    ])
    return String(decoding: try CanonicalJSON.encode(value), as: UTF8.self)
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
      case .object(let training)? = fields["value_training"], case .string(let digest)? = training["split"]
    else { return nil }
    return digest
  }

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
    return try BottleneckShape(
      inputDimension: integer("input_dimension"), codebooks: integer("codebooks"), keys: integer("keys"),
      keyDimension: integer("key_dimension"), classes: integer("classes"), topK: integer("top_k"))
  }
}

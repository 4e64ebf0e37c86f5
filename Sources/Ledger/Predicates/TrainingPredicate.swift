/// What `train` did: `schema/json/predicate-training.json`. The subject is the new checkpoint.
package struct TrainingPredicate: Sendable, Hashable {
  package var log: LogPlace
  /// When, by the writer's clock.
  package var time: String
  package var model: String
  /// The model's head before, if it had one.
  package var parent: NamedCheckpoint?
  package var child: NamedCheckpoint
  package var dataset: NamedDataset
  /// Sizes and settings of the training, as the checkpoint records them.
  package var configuration: JSONValue
  package var seed: UInt64
  package var engineVersion: String
  /// Acts of forgetting whose classes were left out of the training.
  package var leftOutEvents: [Int64]
  package var measurements: [MeasuredFigure]
  /// Figures of single classes that were recorded and are not here, since there are too many of them.
  package var measurementsLeftOut: Int64
  /// Commitments to actor, reason and approver, as in the entry.
  package var sealed: [String: Digest]

  package init(
    log: LogPlace, time: String, model: String, parent: NamedCheckpoint?, child: NamedCheckpoint, dataset: NamedDataset,
    configuration: JSONValue, seed: UInt64, engineVersion: String, leftOutEvents: [Int64], measurements: [MeasuredFigure],
    measurementsLeftOut: Int64, sealed: [String: Digest]
  ) {
    (self.log, self.time, self.model, self.parent, self.child) = (log, time, model, parent, child)
    (self.dataset, self.configuration, self.seed, self.engineVersion) = (dataset, configuration, seed, engineVersion)
    (self.leftOutEvents, self.measurements, self.sealed) = (leftOutEvents, measurements, sealed)
    self.measurementsLeftOut = measurementsLeftOut
  }

  init(_ reader: PredicateReader) throws(PredicateError) {
    log = try LogPlace(reader.reader("log"))
    time = try reader.text("time", .time)
    model = try reader.text("model", .name)
    if let reader = try reader.readerOrNull("parent") { parent = try NamedCheckpoint(reader) }
    child = try NamedCheckpoint(reader.reader("child"))
    dataset = try NamedDataset(reader.reader("dataset"))
    configuration = try reader.object("configuration")
    seed = try reader.seed()
    engineVersion = try reader.text("engine_version", .nonEmpty)
    leftOutEvents = try reader.integers("left_out_events")
    measurements = try MeasuredFigure.list(reader.readers("measurements"))
    measurementsLeftOut = try reader.integer("measurements_left_out")
    sealed = try reader.sealed()
  }

  var value: JSONValue {
    .object([
      "log": log.value, "time": .string(time), "model": .string(model), "parent": parent?.value ?? .null, "child": child.value,
      "dataset": dataset.value, "configuration": configuration, "seed": .string("\(seed)"),
      "engine_version": .string(engineVersion), "left_out_events": .integers(leftOutEvents),
      "measurements": .array(measurements.map(\.json)), "measurements_left_out": .integer(measurementsLeftOut),
      "sealed": .digests(sealed),
    ])
  }
}

extension PredicateReader {
  /// The seed of what was random: 64 bits as a text.
  func seed() throws(PredicateError) -> UInt64 {
    guard let seed = UInt64(try text("seed", .unsigned)) else { throw .unsuitable("seed", expected: TextForm.unsigned.description) }
    return seed
  }

  /// Commitments to the texts that an entry seals.
  func sealed() throws(PredicateError) -> [String: Digest] {
    try digests("sealed", named: ["actor", "reason", "approved_by"])
  }
}

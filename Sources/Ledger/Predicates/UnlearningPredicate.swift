/// What `forget` did: `schema/json/predicate-unlearning.json`. The subject is the child checkpoint.
package struct UnlearningPredicate: Sendable, Hashable {
  /// A class that was forgotten, and with how much.
  package struct ForgottenClass: Sendable, Hashable {
    package var item: NamedClass
    /// Pairs (by activations) or examples (by examples) that were masked for it.
    package var amount: Int64
    /// Pairs that its training examples select.
    package var activePairs: Int64

    package init(item: NamedClass, amount: Int64, activePairs: Int64) {
      (self.item, self.amount, self.activePairs) = (item, amount, activePairs)
    }

    init(_ reader: PredicateReader) throws(PredicateError) {
      item = try NamedClass(reader)
      amount = try reader.integer("amount")
      activePairs = try reader.integer("active_pairs")
    }

    var value: JSONValue {
      .object(item.members.merging(["amount": .integer(amount), "active_pairs": .integer(activePairs)]) { $1 })
    }
  }

  package var log: LogPlace
  /// When, by the writer's clock.
  package var time: String
  package var model: String
  /// The number of this act of forgetting.
  package var event: Int64
  package var parent: NamedCheckpoint
  package var child: NamedCheckpoint
  package var dataset: NamedDataset
  package var classes: [ForgottenClass]
  /// The examples of each part that had to be forgotten.
  package var forgottenExamples: [NamedDataset.Split]
  package var method: String
  /// How much was to be masked, or until when.
  package var parameters: JSONValue
  package var maskedPairs: Int64
  package var activePairs: Int64
  package var forwardPasses: Int64
  package var storedBytes: Int64
  package var seed: UInt64
  package var engineVersion: String
  package var measurements: [MeasuredFigure]
  /// Commitments to actor, reason and approver, as in the entry.
  package var sealed: [String: Digest]

  package init(
    log: LogPlace, time: String, model: String, event: Int64, parent: NamedCheckpoint, child: NamedCheckpoint,
    dataset: NamedDataset, classes: [ForgottenClass], forgottenExamples: [NamedDataset.Split], method: String,
    parameters: JSONValue, maskedPairs: Int64, activePairs: Int64, forwardPasses: Int64, storedBytes: Int64, seed: UInt64,
    engineVersion: String, measurements: [MeasuredFigure], sealed: [String: Digest]
  ) {
    (self.log, self.time, self.model, self.event, self.parent, self.child) = (log, time, model, event, parent, child)
    (self.dataset, self.classes, self.forgottenExamples) = (dataset, classes, forgottenExamples)
    (self.method, self.parameters, self.maskedPairs, self.activePairs) = (method, parameters, maskedPairs, activePairs)
    (self.forwardPasses, self.storedBytes, self.seed) = (forwardPasses, storedBytes, seed)
    (self.engineVersion, self.measurements, self.sealed) = (engineVersion, measurements, sealed)
  }

  init(_ reader: PredicateReader) throws(PredicateError) {
    log = try LogPlace(reader.reader("log"))
    time = try reader.text("time", .time)
    model = try reader.text("model", .name)
    event = try reader.integer("event")
    parent = try NamedCheckpoint(reader.reader("parent"))
    child = try NamedCheckpoint(reader.reader("child"))
    dataset = try NamedDataset(reader.reader("dataset"))
    classes = []
    for reader in try reader.readers("classes") { classes.append(try ForgottenClass(reader)) }
    forgottenExamples = try NamedDataset.Split.list(reader.readers("forgotten_examples"))
    method = try reader.text("method", .nonEmpty)
    parameters = try reader.object("parameters")
    maskedPairs = try reader.integer("masked_pairs")
    activePairs = try reader.integer("active_pairs")
    forwardPasses = try reader.integer("forward_passes")
    storedBytes = try reader.integer("stored_bytes")
    seed = try reader.seed()
    engineVersion = try reader.text("engine_version", .nonEmpty)
    measurements = try MeasuredFigure.list(reader.readers("measurements"))
    sealed = try reader.sealed()
  }

  var value: JSONValue {
    .object([
      "log": log.value, "time": .string(time), "model": .string(model), "event": .integer(event), "parent": parent.value,
      "child": child.value, "dataset": dataset.value, "classes": .array(classes.map(\.value)),
      "forgotten_examples": .array(forgottenExamples.map(\.value)), "method": .string(method), "parameters": parameters,
      "masked_pairs": .integer(maskedPairs), "active_pairs": .integer(activePairs), "forward_passes": .integer(forwardPasses),
      "stored_bytes": .integer(storedBytes), "seed": .string("\(seed)"), "engine_version": .string(engineVersion),
      "measurements": .array(measurements.map(\.json)), "sealed": .digests(sealed),
    ])
  }
}

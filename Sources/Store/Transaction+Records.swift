import Foundation
import GRDB
import Ledger
import Tensors

/// A text that may name a person, ready to be written beside the commitment that evidence covers.
func committed(_ text: String) -> [(any DatabaseValueConvertible)?] {
  let (commitment, salt) = Commitment.make(text)
  return [text, salt.data, commitment.digest.data]
}

extension Transaction {
  /// Records a data set and its classes, in the order of their labels.
  /// - Throws: `StoreError.exists`, `StoreError.badName`.
  package func insertDataset(
    name: String, encoder: String?, license: String?, dimension: Int, scale: Double, classes: [String]
  ) throws -> Int64 {
    try Names.check(name, kind: "dataset")
    guard try row("SELECT 1 FROM dataset WHERE name = ?", [name]) == nil else {
      throw StoreError.exists(kind: "dataset", name: name)
    }
    let id = try insert(.dataset, [name, encoder, license, dimension, scale])
    for (ordinal, name) in classes.enumerated() { _ = try insert(.classes, [id, ordinal] + committed(name)) }
    return id
  }

  /// Records an imported part with its tensors.
  package func insertSplit(
    dataset: Int64, part: Part, count: Int, embeddings: TensorRecord, labels: TensorRecord
  ) throws -> Int64 {
    let digest = SplitDigest.imported(embeddings: embeddings.digest, labels: labels.digest)
    return try insert(
      .split,
      [dataset, nil, part.rawValue, Role.all.rawValue, count, digest.data, embeddings.id, labels.id])
  }

  /// Records the user's id of one example.
  package func insertExample(split: Int64, ordinal: Int, externalID: String) throws {
    try insertExamples(split: split, first: ordinal, externalIDs: [externalID])
  }

  /// Records the user's ids of neighbouring examples, the first of which is row `first` of the split.
  package func insertExamples(split: Int64, first: Int, externalIDs: [String]) throws {
    let commitments: [(commitment: Commitment, salt: [UInt8])] = Commitment.make(externalIDs)
    for (offset, text) in externalIDs.enumerated() {
      let text = try Self.storable(text.databaseValue, in: RecordTable.example.name)
      let (commitment, salt) = (commitments[offset].commitment.digest.data, commitments[offset].salt.data)
      _ = try insert(
        .example,
        stored: [
          split.databaseValue, (first + offset).databaseValue, text, salt.databaseValue, commitment.databaseValue,
        ])
    }
  }

  /// Records a part of a split that an unlearning event separates.
  package func insertDerivedSplit(of split: SplitRecord, event: Int64, role: Role, members: [Int]) throws -> Int64 {
    let digest = SplitDigest.derived(from: split.digest, members: members)
    return try insert(
      .split, [split.dataset, event, split.part.rawValue, role.rawValue, members.count, digest.data, nil, nil])
  }

  /// The id of a model, which is made if there is none of that name.
  /// - Throws: `StoreError.badName`.
  package func modelOrNew(_ name: String) throws -> Int64 {
    try Names.check(name, kind: "model")
    return try modelID(name) ?? insert(.model, [name])
  }

  /// What a new checkpoint is.
  package struct NewCheckpoint {
    package var model: Int64
    package var parent: Int64?
    package var base: Int64?
    package var kind: CheckpointKind
    package var dataset: Int64
    package var configuration: String
    package var seed: Int64
    package var engineVersion: String
    package var tensors: [String: TensorRecord]

    package init(
      model: Int64, parent: Int64?, base: Int64?, kind: CheckpointKind, dataset: Int64, configuration: String, seed: Int64,
      engineVersion: String, tensors: [String: TensorRecord]
    ) {
      (self.model, self.parent, self.base, self.kind, self.dataset) = (model, parent, base, kind, dataset)
      (self.configuration, self.seed, self.engineVersion, self.tensors) = (configuration, seed, engineVersion, tensors)
    }
  }

  /// Records a checkpoint under the model's next number.
  /// - Throws: `StoreError.excluded` when the same was erased.
  package func insertCheckpoint(_ new: NewCheckpoint) throws -> CheckpointRecord {
    let number = try integer("SELECT coalesce(max(number), 0) FROM checkpoint WHERE model = ?", [new.model]) + 1
    let digest = try Snapshot.checkpointDigest(configuration: new.configuration, tensors: new.tensors)
    if try isExcluded(.checkpoint, digest) { throw StoreError.excluded(kind: "checkpoint", digest: digest) }
    let id = try insert(
      .checkpoint,
      [
        new.model, number, new.parent, new.base, new.kind.rawValue, digest.data, new.dataset, new.configuration, new.seed,
        new.engineVersion,
      ])
    for (name, tensor) in new.tensors.sorted(by: { $0.key < $1.key }) {
      _ = try insert(.checkpointTensor, [id, name, tensor.id])
    }
    return try checkpoint(id)
  }

  /// Records the codes of a split under a training's keys.
  package func insertCodeTable(checkpoint: Int64, split: Int64, tensor: TensorRecord) throws {
    _ = try insert(.codeTable, [checkpoint, split, tensor.id])
  }

  /// Points a model's head at a checkpoint.
  package func moveHead(model: Int64, from: Int64?, to: Int64) throws {
    _ = try insert(.headMove, [model, from, to])
  }

  /// What a new act of forgetting is.
  package struct NewEvent {
    package var parent: CheckpointRecord
    package var child: Int64
    package var method: String
    package var parameters: JSONValue
    package var seed: Int64
    package var maskedPairs: Int
    package var activePairs: Int
    package var forwardPasses: Int
    package var classes: [(classID: Int64, amount: Int, activePairs: Int)]
    /// Single training examples: a split and rows of it, ascending.
    package var examples: (split: Int64, rows: [Int])?

    package init(
      parent: CheckpointRecord, child: Int64, method: String, parameters: JSONValue, seed: Int64, maskedPairs: Int,
      activePairs: Int, forwardPasses: Int, classes: [(classID: Int64, amount: Int, activePairs: Int)],
      examples: (split: Int64, rows: [Int])? = nil
    ) {
      (self.parent, self.child, self.method, self.parameters, self.seed) = (parent, child, method, parameters, seed)
      (self.maskedPairs, self.activePairs, self.forwardPasses) = (maskedPairs, activePairs, forwardPasses)
      (self.classes, self.examples) = (classes, examples)
    }
  }

  /// Records an act of forgetting and the classes or examples that it removed.
  package func insertEvent(_ new: NewEvent) throws -> Int64 {
    let event = try insert(
      .unlearningEvent,
      [
        new.parent.model, new.parent.id, new.child, new.parent.dataset, new.method,
        String(decoding: try CanonicalJSON.encode(new.parameters), as: UTF8.self), new.seed, new.maskedPairs, new.activePairs,
        new.forwardPasses, storedBytes,
      ])
    for item in new.classes { _ = try insert(.forgottenClass, [event, item.classID, item.amount, item.activePairs]) }
    if let (split, rows) = new.examples { for row in rows { _ = try insert(.forgottenExample, [event, split, row]) } }
    return event
  }

  /// Records that an act of forgetting holds in a checkpoint.
  package func insertAppliedEvent(checkpoint: Int64, event: Int64, how: Application) throws {
    _ = try insert(.appliedEvent, [checkpoint, event, how.rawValue])
  }

  /// Records that an act of forgetting is no longer in force.
  package func insertReinstatement(event: Int64) throws {
    _ = try insert(.reinstatement, [event])
  }

  /// Records a figure.
  package func insertMeasurement(_ m: MeasurementRecord) throws {
    _ = try insert(.measurement, [m.checkpoint, m.split, m.metric, m.classID, m.value, m.n, m.low, m.high])
  }
}

import Ledger
import Store
import Tensors

/// A class that is forgotten in a checkpoint.
package struct ForgottenAnswer: Encodable, Sendable {
  package var `class`: String
  package var event: Int64
  /// `masked`, or `left out of training`.
  package var how: String
}

/// One state of a model, briefly.
package struct CheckpointItem: Encodable, Sendable {
  package var name: String
  package var kind: String
  package var parent: Nullable<String>
  package var digest: String
  package var dataset: String
  package var time: String
  package var head: Bool
  package var forgotten: [ForgottenAnswer]
  /// Test accuracy over all classes, null if it was not measured.
  package var testAccuracy: Nullable<Double>
  /// When its arrays were erased, null if they are here.
  package var erasedAt: Nullable<String>

  package init(_ summary: CheckpointSummary) {
    (name, kind, time) = (summary.name, summary.kind.rawValue, summary.time)
    (parent, digest, dataset) = (Nullable(summary.parentName), summary.digest.description, summary.datasetName)
    head = summary.isHead
    forgotten = summary.forgotten.map { ForgottenAnswer(class: $0.className, event: $0.event, how: $0.how.rawValue) }
    (testAccuracy, erasedAt) = (Nullable(summary.testAccuracy), Nullable(summary.erasedAt))
  }

  package init(_ checkpoint: CheckpointRecord, in snapshot: Snapshot) throws {
    self.init(try snapshot.summary(of: checkpoint.id))
  }
}

/// In what a state of a model differs from its parent: one class.
package struct ClassChangeAnswer: Encodable, Sendable {
  package var `class`: String
  package var event: Int64
  /// `forgot`, `masked`, `left out of training` or `known again`.
  package var change: String

  /// As short as can be: `-tiger` for a class that is forgotten from then on, `+tiger` for one that is not any more.
  package var sign: String { (change == ClassChange.Kind.knownAgain.rawValue ? "+" : "-") + `class` }
}

/// One state of a model as a step from its parent.
package struct CheckpointStepItem: Encodable, Sendable {
  package var name: String
  package var kind: String
  package var parent: Nullable<String>
  package var digest: String
  package var dataset: String
  package var time: String
  package var head: Bool
  package var changes: [ClassChangeAnswer]
  /// How many classes are forgotten in it.
  package var forgottenCount: Int
  /// Test accuracy over all classes, null if it was not measured.
  package var testAccuracy: Nullable<Double>
  /// When its arrays were erased, null if they are here.
  package var erasedAt: Nullable<String>

  init(_ step: CheckpointStep) {
    (name, kind, time) = (step.name, step.kind.rawValue, step.time)
    (parent, digest, dataset) = (Nullable(step.parentName), step.digest.description, step.datasetName)
    (head, forgottenCount) = (step.isHead, step.forgottenCount)
    changes = step.changes.map { ClassChangeAnswer(class: $0.className, event: $0.event, change: $0.kind.rawValue) }
    (testAccuracy, erasedAt) = (Nullable(step.testAccuracy), Nullable(step.erasedAt))
  }
}

/// All states of a model.
package struct CheckpointListAnswer: Answer {
  package static let schema = "lethe/checkpoint-list/v1"

  package var model: String
  package var checkpoints: [CheckpointStepItem]

  package init(model: String, in snapshot: Snapshot) throws {
    self.model = model
    guard let id = try snapshot.modelID(model) else {
      throw StoreError.unknown(kind: "model", name: model, known: try snapshot.modelNames())
    }
    checkpoints = try snapshot.steps(model: id, named: model).map(CheckpointStepItem.init)
  }
}

/// One array of a checkpoint.
package struct TensorAnswer: Encodable, Sendable {
  package var name: String
  package var digest: String
  package var dtype: String
  package var shape: [Int]
  package var byteCount: Int
  /// Rows that are zeroed against the tensor it is derived from; null if it is stored in full.
  package var zeroedRows: Nullable<Int>
  /// Whether its bytes are gone.
  package var erased: Bool
}

/// One state of a model in full: `checkpoint show`, `explain MODEL`, and what `train` prints.
package struct CheckpointAnswer: Answer {
  package static let schema = "lethe/checkpoint/v1"

  package var checkpoint: CheckpointItem
  /// From this checkpoint back to the first training.
  package var lineage: [CheckpointStepItem]
  package var seed: Int64
  package var engineVersion: String
  package var configuration: String
  package var tensors: [TensorAnswer]
  package var measurements: [SplitMeasurements]

  /// The figures of one split.
  package struct SplitMeasurements: Encodable, Sendable {
    package var part: String
    package var role: String
    package var event: Nullable<Int64>
    package var splitDigest: String
    package var measurements: [MeasurementAnswer]
  }

  package init(_ checkpoint: CheckpointRecord, in snapshot: Snapshot) throws {
    let steps = try snapshot.lineage(of: checkpoint)
    self.checkpoint = CheckpointItem(try snapshot.summary(of: checkpoint.id, lineage: steps))
    lineage = steps.map(CheckpointStepItem.init)
    (seed, engineVersion, configuration) = (checkpoint.seed, checkpoint.engineVersion, checkpoint.configuration)
    tensors = try snapshot.tensors(checkpoint: checkpoint.id).sorted { $0.key < $1.key }.map { name, tensor in
      TensorAnswer(
        name: name, digest: tensor.digest.description, dtype: tensor.description.dtype.rawValue, shape: tensor.description.shape,
        byteCount: tensor.description.byteCount,
        zeroedRows: Nullable(tensor.base == nil ? nil : try snapshot.zeroedRows(of: tensor.id).rows.count), erased: tensor.isErased)
    }
    let names = Dictionary(uniqueKeysWithValues: try snapshot.dataset(checkpoint.dataset).classes.map { ($0.id, $0.shownName) })
    let records = try snapshot.measurements(checkpoint: checkpoint.id)
    var splits: [Int64] = []
    for record in records where !splits.contains(record.split) { splits.append(record.split) }
    measurements = try splits.map { id in
      let split = try snapshot.split(id)
      return SplitMeasurements(
        part: split.part.rawValue, role: split.role.rawValue, event: Nullable(split.event), splitDigest: split.digest.description,
        measurements: records.filter { $0.split == id }.map { MeasurementAnswer($0, role: split.role, classes: names) })
    }
  }
}

/// What differs between two states of a model.
package struct CheckpointDiffAnswer: Answer {
  package static let schema = "lethe/checkpoint-diff/v1"

  /// How one array differs.
  package struct TensorDifference: Encodable, Sendable {
    package var name: String
    package var same: Bool
    /// Rows that hold other bytes (of rows_total), and of these the ones that are all zero in `to`; null where the shapes differ.
    package var changedRows: Nullable<Int>
    package var zeroedRows: Nullable<Int>
    package var rowsTotal: Nullable<Int>
  }

  package var from: String
  package var to: String
  package var sameConfiguration: Bool
  package var tensors: [TensorDifference]
  /// Classes forgotten in the one and not in the other.
  package var forgottenOnlyInFrom: [String]
  package var forgottenOnlyInTo: [String]
  package var testAccuracyFrom: Nullable<Double>
  package var testAccuracyTo: Nullable<Double>

  package init(from: CheckpointRecord, to: CheckpointRecord, in snapshot: Snapshot) throws {
    let (first, second) = (try CheckpointItem(from, in: snapshot), try CheckpointItem(to, in: snapshot))
    (self.from, self.to, sameConfiguration) = (from.name, to.name, from.configuration == to.configuration)
    let (before, after) = (try snapshot.tensors(checkpoint: from.id), try snapshot.tensors(checkpoint: to.id))
    tensors = try Set(before.keys).union(after.keys).sorted().map { name in
      try Self.difference(name, before[name], after[name], snapshot)
    }
    let (gone, now) = (Set(first.forgotten.map(\.class)), Set(second.forgotten.map(\.class)))
    (forgottenOnlyInFrom, forgottenOnlyInTo) = (gone.subtracting(now).sorted(), now.subtracting(gone).sorted())
    (testAccuracyFrom, testAccuracyTo) = (first.testAccuracy, second.testAccuracy)
  }

  private static func difference(
    _ name: String, _ before: TensorRecord?, _ after: TensorRecord?, _ snapshot: Snapshot
  ) throws -> TensorDifference {
    guard let before, let after, before.description == after.description else {
      return TensorDifference(name: name, same: false, changedRows: .init(nil), zeroedRows: .init(nil), rowsTotal: .init(nil))
    }
    // A row is what one pair owns: the first two axes, codebook and key (projection: codebook and input).
    let rows = before.description.shape.prefix(2).reduce(1, *)
    if before.digest == after.digest {
      return TensorDifference(name: name, same: true, changedRows: .init(0), zeroedRows: .init(0), rowsTotal: .init(rows))
    }
    let (left, right) = (try snapshot.plainBytes(before), try snapshot.plainBytes(after))
    let width = max(left.count / max(rows, 1), 1)
    var (changed, zeroed) = (0, 0)
    for row in 0..<rows {
      let range = (row * width)..<((row + 1) * width)
      if left[range] != right[range] {
        changed += 1
        if right[range].allSatisfy({ $0 == 0 }) { zeroed += 1 }
      }
    }
    return TensorDifference(
      name: name, same: false, changedRows: .init(changed), zeroedRows: .init(zeroed), rowsTotal: .init(rows))
  }
}

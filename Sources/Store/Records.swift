import Ledger
import Tensors

/// One of the three parts that a data set is imported in.
package enum Part: String, Sendable, Codable, CaseIterable {
  case train, validation, test
}

/// Which examples of a part a split holds: all, or for an unlearning event those that go and those that stay.
package enum Role: String, Sendable, Codable, CaseIterable {
  case all, forget, retain
}

/// How a checkpoint came to be.
package enum CheckpointKind: String, Sendable, Codable {
  case trained, retrained, unlearned
  case rolledBack = "rolled back"
  /// It came in a file.
  case imported
}

/// How an act of forgetting holds in a checkpoint.
package enum Application: String, Sendable, Codable {
  case masked
  case leftOut = "left out of training"
}

/// A class of a data set; the label is `ordinal`.
package struct ClassRecord: Sendable, Identifiable {
  package var id: Int64
  package var ordinal: Int
  /// Nil once it was blanked.
  package var name: String?

  /// The name, or `class 3` where it was blanked.
  package var shownName: String { name ?? "class \(ordinal)" }
}

/// A data set with its classes and imported splits.
package struct DatasetRecord: Sendable, Identifiable {
  package var id: Int64
  package var name: String
  package var encoder: String?
  package var license: String?
  package var dimension: Int
  package var scale: Double
  /// In the order of their ordinals.
  package var classes: [ClassRecord]
  package var splits: [SplitRecord]
  package var time: String

  /// The imported split of a part.
  package func split(_ part: Part) -> SplitRecord? { splits.first { $0.part == part } }
}

/// A set of examples: an imported part, or one derived for an unlearning event.
package struct SplitRecord: Sendable, Identifiable {
  package var id: Int64
  package var dataset: Int64
  package var event: Int64?
  package var part: Part
  package var role: Role
  package var count: Int
  package var digest: Digest
  /// What was imported, less what was erased since: the rows of erased examples are 0 in one and ``erasedLabel`` in the other.
  package var embeddings: Int64?
  package var labels: Int64?
  /// What `digest` is over.
  package var imported: (embeddings: Int64, labels: Int64)?
  /// How many of its examples were erased.
  package var erasedCount = 0

  /// The label of an erased example.
  package static let erasedLabel = UInt16.max
}

/// A tensor's record; its bytes are read with `Snapshot.load` or a `TensorStream`.
package struct TensorRecord: Sendable, Identifiable {
  package var id: Int64
  package var digest: Digest
  package var description: TensorDescription
  /// The tensor it is derived from by zeroing rows, if it is.
  package var base: Int64?
  /// Its bytes were erased; the record stays.
  package var isErased = false
}

/// One state of a model.
package struct CheckpointRecord: Sendable, Identifiable {
  package var id: Int64
  package var model: Int64
  package var modelName: String
  package var number: Int
  package var parent: Int64?
  package var parentName: String?
  /// The training whose keys and codes it has: itself unless it was derived.
  package var base: Int64
  package var kind: CheckpointKind
  package var digest: Digest
  package var dataset: Int64
  package var configuration: String
  package var seed: Int64
  package var engineVersion: String
  package var time: String

  /// `pets@2`.
  package var name: String { "\(modelName)@\(number)" }
}

/// One class that an unlearning event removed, and with how much.
package struct ForgottenClassRecord: Sendable {
  package var classID: Int64
  package var ordinal: Int
  package var name: String
  /// N_a or N_e.
  package var amount: Int
  package var activePairs: Int
}

/// One act of forgetting.
package struct EventRecord: Sendable, Identifiable {
  package var id: Int64
  package var model: Int64
  package var modelName: String
  package var parent: Int64
  package var parentName: String
  package var child: Int64
  package var childName: String
  package var dataset: Int64
  package var datasetName: String
  package var method: String
  package var parameters: String
  package var seed: Int64
  package var maskedPairs: Int
  package var activePairs: Int
  package var forwardPasses: Int
  package var storedBytes: Int
  package var classes: [ForgottenClassRecord]
  /// How many single training examples it took out, instead of classes.
  package var exampleCount: Int
  package var logIndex: Int64
  package var time: String
  package var actor: String?
  package var reason: String?
  package var approvedBy: String?
  /// False once it was reinstated.
  package var inForce: Bool

  /// Names of the classes, or how many single examples.
  package var whatIsForgotten: [String] { exampleCount == 0 ? classes.map(\.name) : ["\(exampleCount) examples of event \(id)"] }
}

/// One figure measured on one checkpoint and one split.
package struct MeasurementRecord: Sendable {
  package var checkpoint: Int64
  package var split: Int64
  package var metric: String
  /// Nil: over the whole split.
  package var classID: Int64?
  package var value: Double
  package var n: Int
  package var low: Double
  package var high: Double

  package init(
    checkpoint: Int64, split: Int64, metric: String, classID: Int64?, value: Double, n: Int, low: Double, high: Double
  ) {
    self.checkpoint = checkpoint
    self.split = split
    self.metric = metric
    self.classID = classID
    self.value = value
    self.n = n
    self.low = low
    self.high = high
  }
}

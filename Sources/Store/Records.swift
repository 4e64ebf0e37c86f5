import Ledger
import Tensors

/// One of the three parts that a data set is imported in.
public enum Part: String, Sendable, Codable, CaseIterable {
  case train, validation, test
}

/// Which examples of a part a split holds: all, or for an unlearning event those that go and those that stay.
public enum Role: String, Sendable, Codable, CaseIterable {
  case all, forget, retain
}

/// How a checkpoint came to be.
public enum CheckpointKind: String, Sendable, Codable {
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
public struct ClassRecord: Sendable, Identifiable {
  /// In the store.
  public var id: Int64
  /// Its label.
  public var ordinal: Int
  /// Nil once it was blanked.
  public var name: String?

  /// The name, or `class 3` where it was blanked.
  public var shownName: String { name ?? "class \(ordinal)" }
}

/// A data set with its classes and imported splits.
public struct DatasetRecord: Sendable, Identifiable {
  /// In the store.
  public var id: Int64
  /// As it was imported.
  public var name: String
  /// What made the embeddings, where that was said.
  public var encoder: String?
  /// Where one was named.
  public var license: String?
  /// Numbers in an embedding.
  public var dimension: Int
  /// Real value = stored value × scale.
  public var scale: Double
  /// In the order of their ordinals.
  public var classes: [ClassRecord]
  /// The parts that it was imported in.
  public var splits: [SplitRecord]
  /// When it was imported: RFC 3339, UTC.
  public var time: String

  /// The imported split of a part.
  public func split(_ part: Part) -> SplitRecord? { splits.first { $0.part == part } }
}

/// A set of examples: an imported part, or one derived for an unlearning event.
public struct SplitRecord: Sendable, Identifiable {
  /// In the store.
  public var id: Int64
  /// The data set that it is of.
  public var dataset: Int64
  /// The act of forgetting that a derived split belongs to.
  public var event: Int64?
  /// The part that it is, or is taken from.
  public var part: Part
  /// Whether it is all of the part.
  public var role: Role
  /// How many examples it has.
  public var count: Int
  /// Over the list of its examples.
  public var digest: Digest
  /// What was imported, less what was erased since: the rows of erased examples are 0 in one and ``erasedLabel`` in the other.
  package var embeddings: Int64?
  package var labels: Int64?
  /// What `digest` is over.
  package var imported: (embeddings: Int64, labels: Int64)?
  /// How many of its examples were erased.
  public var erasedCount = 0

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
public struct CheckpointRecord: Sendable, Identifiable {
  /// In the store.
  public var id: Int64
  /// The model that it is a state of.
  public var model: Int64
  /// The name of that.
  public var modelName: String
  /// 1 for a model's first.
  public var number: Int
  /// Nil for the first.
  public var parent: Int64?
  /// The name of that.
  public var parentName: String?
  /// The training whose keys and codes it has: itself unless it was derived.
  package var base: Int64
  /// How it came to be.
  public var kind: CheckpointKind
  /// Over configuration and arrays: the same for the same model, whoever made it.
  public var digest: Digest
  /// What it was trained on.
  public var dataset: Int64
  /// What, with the data, decides a training's result: canonical JSON.
  public var configuration: String
  /// Decides everything random in it.
  public var seed: Int64
  /// The version of Lethe that made it.
  public var engineVersion: String
  /// RFC 3339, UTC.
  public var time: String

  /// `pets@2`.
  public var name: String { "\(modelName)@\(number)" }
}

/// One class that an unlearning event removed, and with how much.
public struct ForgottenClassRecord: Sendable {
  /// The class, in the store.
  public var classID: Int64
  /// Its label.
  public var ordinal: Int
  /// Its name.
  public var name: String
  /// N_a or N_e.
  public var amount: Int
  /// Pairs that any of its training examples selects.
  public var activePairs: Int
}

/// One act of forgetting.
public struct EventRecord: Sendable, Identifiable {
  /// In the store, and for the user.
  public var id: Int64
  /// The model that forgot.
  public var model: Int64
  /// The name of that.
  public var modelName: String
  /// The checkpoint that forgot, and the one that came of it.
  public var parent: Int64
  /// As in `pets@1`.
  public var parentName: String
  /// The checkpoint that came of it.
  public var child: Int64
  /// As in `pets@2`.
  public var childName: String
  /// The data set whose classes or examples went.
  public var dataset: Int64
  /// The name of that.
  public var datasetName: String
  /// `activations`, `examples` or `counting`.
  public var method: String
  /// The goal or amount, as canonical JSON.
  public var parameters: String
  /// Decides in which order examples were drawn.
  public var seed: Int64
  /// Key-value pairs that are no longer used.
  public var maskedPairs: Int
  /// Pairs that any forget example selects, summed over the classes.
  public var activePairs: Int
  /// Examples that were sent through the keys to choose.
  public var forwardPasses: Int
  /// What it added to the file.
  public var storedBytes: Int
  /// Empty where single examples went.
  public var classes: [ForgottenClassRecord]
  /// How many single training examples it took out, instead of classes.
  public var exampleCount: Int
  /// The log entry that says so.
  public var logIndex: Int64
  /// RFC 3339, UTC.
  public var time: String
  /// Nil once it was redacted, as are the two below.
  public var actor: String?
  /// Why.
  public var reason: String?
  /// Who approved it, where somebody did.
  public var approvedBy: String?
  /// False once it was reinstated.
  public var inForce: Bool

  /// Names of the classes, or how many single examples.
  public var whatIsForgotten: [String] { exampleCount == 0 ? classes.map(\.name) : ["\(exampleCount) examples of event \(id)"] }
}

/// One figure measured on one checkpoint and one split.
public struct MeasurementRecord: Sendable {
  /// What was measured.
  public var checkpoint: Int64
  /// On which examples.
  public var split: Int64
  /// `accuracy`.
  public var metric: String
  /// Nil: over the whole split.
  public var classID: Int64?
  /// A share, 0 to 1.
  public var value: Double
  /// Of how many examples.
  public var n: Int
  /// 95 % Wilson interval.
  public var low: Double
  /// 95 % Wilson interval.
  public var high: Double

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

import Ledger
import Store

/// A checkpoint that came in from a file: `checkpoint import`.
package struct CheckpointImportAnswer: Answer {
  package static let schema = "lethe/checkpoint-import/v1"

  package var file: String
  /// The new checkpoint, which is the model's head.
  package var checkpoint: CheckpointItem
  /// Where the head was; null for a new model.
  package var previousHead: Nullable<String>
  /// Checkpoints that were here with the same digest.
  package var sameAs: [String]
  /// Whether it says that it was trained on the data set as it is here; null if it doesn't say what it was trained on.
  package var trainedOnThis: Nullable<Bool>
  package var logIndex: Int64

  /// - Parameter trainedOn: digest of the split that it says it was trained on.
  package init(
    file: String, _ checkpoint: CheckpointRecord, previousHead: CheckpointRecord?, trainedOn: String?, logIndex: Int64,
    in snapshot: Snapshot
  ) throws {
    self.file = file
    self.checkpoint = try CheckpointItem(checkpoint, in: snapshot)
    self.previousHead = Nullable(previousHead?.name)
    sameAs = try snapshot.checkpoints(digest: checkpoint.digest).filter { $0.id < checkpoint.id }.map(\.name)
    let train = try snapshot.dataset(checkpoint.dataset).split(.train)?.digest.description
    trainedOnThis = Nullable(trainedOn.map { $0 == train })
    self.logIndex = logIndex
  }
}

import Ledger
import Store

/// A checkpoint that was written to a file: `checkpoint export`.
package struct CheckpointExportAnswer: Answer {
  package static let schema = "lethe/checkpoint-export/v1"

  package var checkpoint: String
  package var digest: String
  package var file: String
  package var byteCount: Int
  /// Digest of the whole file, as `sha256sum` prints it.
  package var fileDigest: String
  package var tensors: [TensorAnswer]
  /// Classes that are forgotten in it; the file names them by label only.
  package var forgotten: [ForgottenAnswer]
  /// The log when the file was written, as its metadata say.
  package var logSize: Int64
  package var root: String

  package init(
    _ checkpoint: CheckpointRecord, file: String, byteCount: Int, fileDigest: Digest, logSize: Int64, root: Digest,
    in snapshot: Snapshot
  ) throws {
    let answer = try CheckpointAnswer(checkpoint, in: snapshot)
    (self.checkpoint, digest, tensors) = (checkpoint.name, checkpoint.digest.description, answer.tensors)
    (self.file, self.byteCount, self.fileDigest) = (file, byteCount, fileDigest.description)
    forgotten = answer.checkpoint.forgotten
    (self.logSize, self.root) = (logSize, root.description)
  }
}

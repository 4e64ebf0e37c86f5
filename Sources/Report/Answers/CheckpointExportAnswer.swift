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
  /// Where the file's signature lies; null if it has none.
  package var signature: Nullable<String>
  /// SHA-256 of the public key's PEM, by which the signature hints at its key.
  package var signatureKey: Nullable<String>
  /// The number under which its recipient was recorded, and the entry that did; null if it went to nobody in particular.
  package var recipient: Nullable<Int64>
  package var logIndex: Nullable<Int64>

  package init(
    _ checkpoint: CheckpointRecord, file: String, byteCount: Int, fileDigest: Digest, logSize: Int64, root: Digest,
    signature: (path: String, key: P256Key)?, recipient: RecipientRecord?, in snapshot: Snapshot
  ) throws {
    let answer = try CheckpointAnswer(checkpoint, in: snapshot)
    (self.checkpoint, digest, tensors) = (checkpoint.name, checkpoint.digest.description, answer.tensors)
    (self.file, self.byteCount, self.fileDigest) = (file, byteCount, fileDigest.description)
    forgotten = answer.checkpoint.forgotten
    (self.logSize, self.root) = (logSize, root.description)
    (self.recipient, logIndex) = (Nullable(recipient?.id), Nullable(recipient?.logIndex))
    (self.signature, signatureKey) = (Nullable(signature?.path), Nullable(signature.map { "sha256:\($0.key.hint)" }))
  }
}

/// The key that exported checkpoints are verified with: `checkpoint key`.
package struct CheckpointKeyAnswer: Answer {
  package static let schema = "lethe/checkpoint-key/v1"

  /// PEM of the public key, byte for byte.
  package var publicKey: String
  /// SHA-256 of the PEM, by which signatures hint at their key.
  package var digest: String

  package init(_ key: P256Key) {
    (publicKey, digest) = (key.pem, "sha256:\(key.hint)")
  }
}

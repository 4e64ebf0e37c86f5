import Foundation
@preconcurrency import Glibc
import Ledger
import Store

extension Engine {
  /// Exports a checkpoint to somebody: the file as `exportCheckpoint` writes it, and a record of who received it.
  ///
  /// The record is written last; if it cannot be, the files go again.
  /// - Throws: what `exportCheckpoint` throws; `EngineError.emptyText`.
  package func exportCheckpoint(
    _ name: String, to path: String, recipient: String, signedWith key: (() throws -> ModelSigningKey)?
  ) throws -> (export: ExportResult, recipient: RecipientRecord) {
    try Self.refuseEmpty(recipient, option: "--to")
    let signer = try signingKey()
    let result = try exportCheckpoint(name, to: path, signedWith: key)
    do {
      var entry = NewEntry(.export, actor: actor)
      entry.sealed["recipient"] = recipient
      let id = try store.write(entry, key: signer) { transaction in
        // It may have been forgotten or erased since the file was begun.
        try transaction.requireExportable(result.checkpoint)
        return try transaction.insertRecipient(
          checkpoint: result.checkpoint, fileDigest: result.digest, byteCount: result.byteCount)
      }
      return (result, try store.read { try $0.recipient(id) })
    } catch {
      if store.lastCommit == nil {
        unlink(path)
        if let signature = result.signature { unlink(signature.path) }
      }
      throw error
    }
  }

  /// Records that a recipient was told of everything that was forgotten until now.
  /// - Throws: `StoreError.unknown`.
  package func noteTold(_ recipient: Int64, reason: String?) throws -> RecipientRecord {
    try store.write(NewEntry(.notice, actor: actor, reason: reason), key: key()) { transaction in
      _ = try transaction.recipient(recipient)
      try transaction.insertRecipientNotice(recipient)
    }
    return try store.read { try $0.recipient(recipient) }
  }
}

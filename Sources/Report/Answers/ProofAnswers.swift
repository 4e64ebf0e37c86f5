import Ledger
import Store

/// A receipt for one entry: `log prove`.
package struct LogProveAnswer: Answer {
  package static let schema = "lethe/log-prove/v1"

  package var logIndex: Int64
  package var leafHash: String
  /// The tree that the receipt is for.
  package var size: Int64
  package var root: String
  /// The receipt, byte for byte.
  package var proof: String
  /// Where it was written to.
  package var output: Nullable<String>

  /// - Throws: `TreeHeadError` for a receipt whose tree head was not checked before.
  package init(_ proof: TLogProof, output: String?) throws {
    let head = try TreeHead(parsing: proof.checkpoint.text.utf8)
    (size, root) = (Int64(head.size), head.root.description)
    logIndex = Int64(proof.index)
    leafHash = MerkleTree.leafHash(proof.extra ?? []).description
    self.proof = String(decoding: proof.bytes, as: UTF8.self)
    self.output = Nullable(output)
  }
}

/// The log as a folder for a web server: `log export`.
package struct LogExportAnswer: Answer {
  package static let schema = "lethe/log-export/v1"

  package var folder: String
  package var size: Int
  package var root: String
  /// Entries that the folder had before.
  package var previousSize: Int
  package var filesWritten: Int
  package var bytesWritten: Int

  package init(_ export: LogExport, folder: String) {
    self.folder = folder
    (size, root, previousSize) = (export.head.size, export.head.root.description, export.previousSize)
    (filesWritten, bytesWritten) = (export.filesWritten, export.bytesWritten)
  }
}

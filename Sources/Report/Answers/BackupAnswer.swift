import Ledger
import Store

/// What `backup` wrote.
package struct BackupAnswer: Answer {
  package static let schema = "lethe/backup/v1"

  package var file: String
  /// The number under which the file is registered as a copy.
  package var copy: Int64
  package var fileBytes: Int
  /// Entries of the log that the file holds, the one that registered it among them.
  package var logSize: Int64
  package var root: String
  /// Plain bytes whose digest was taken when the file was verified.
  package var checkedBytes: Int64
  package var clearBy: Nullable<String>
  /// The entry that registered it.
  package var logIndex: Int64

  package init(_ copy: CopyRecord, file: String, fileBytes: Int, logSize: Int64, root: Digest, checkedBytes: Int64) {
    (self.copy, self.file, self.fileBytes, self.logSize) = (copy.id, file, fileBytes, logSize)
    (self.root, self.checkedBytes) = (root.description, checkedBytes)
    (clearBy, logIndex) = (Nullable(copy.clearBy), copy.logIndex)
  }
}

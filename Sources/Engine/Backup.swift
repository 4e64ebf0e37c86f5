import Foundation
import Ledger
import Store

/// What a backup wrote.
package struct BackupResult: Sendable {
  package var copy: CopyRecord
  /// Bytes of the file.
  package var fileBytes: Int
  /// The tree head that the file ends with.
  package var logSize: Int64
  package var root: Digest
  /// Plain bytes whose digest was taken when the file was verified.
  package var checkedBytes: Int64
}

extension Engine {
  /// Writes a verified copy of the store to a file and registers it as a copy.
  ///
  /// The order is: register, copy, verify, give it its name. So the copy knows of itself, and a process that dies leaves a place that
  /// is listed and has no file, never a file that is not listed. If it fails, the place is listed as clear again.
  /// - Throws: `StoreError.alreadyExists`, `.busy`, `.copyDamaged`, `.unusable`; no file is at the place then that was not there before.
  package func backup(to path: String, clearBy: CalendarDate?) throws -> BackupResult {
    let key = try signingKey()
    let place = URL(fileURLWithPath: path).standardizedFileURL.path
    // Takes the place before anything is logged, so that the usual mistakes leave no trace.
    let backup = try StoreBackup(of: store, at: place)
    let copy = try store.write(NewEntry(.backup, actor: actor), key: key) {
      try $0.insertCopy(kind: .backup, location: place, logSize: $0.entryIndex + 1, clearBy: clearBy)
    }
    do {
      let (size, root, verification) = try backup.write(progress: progress)
      try backup.install()
      var status = stat()
      return BackupResult(
        copy: try store.read { try $0.copy(copy) }, fileBytes: stat(place, &status) == 0 ? Int(status.st_size) : 0, logSize: size,
        root: root, checkedBytes: verification.checkedBytes)
    } catch {
      // It may be damage that keeps this from being written too; the first error is the one to tell.
      try? store.write(NewEntry(.copyClear, actor: actor, reason: "the backup failed: no file was written"), key: key) {
        try $0.insertCopyClearing(copy)
      }
      throw error
    }
  }
}

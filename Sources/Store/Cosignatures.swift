import Foundation
import GRDB
import Ledger

extension Snapshot {
  /// What witnesses signed of a tree head, in the order of their keys; whoever asks must know the keys from elsewhere.
  /// - Throws: `StoreError.recordCorrupt`.
  package func cosignatures(size: Int64) throws -> [Cosignature] {
    let sql = "SELECT verifier_key, unix_time, signature FROM cosignature WHERE size = ? ORDER BY verifier_key, unix_time"
    return try rows(sql, [size]).map { row in
      guard let key = try? CosignerKey(text: row.value("verifier_key") as String) else {
        throw StoreError.recordCorrupt(table: "cosignature", id: size, reason: "a witness's key cannot be read")
      }
      return Cosignature(key: key, time: try row.value("unix_time"), signature: Array(try row.value("signature") as Data))
    }
  }

  /// The largest tree head that a witness cosigned; nil if there is none.
  package func cosignedSize() throws -> Int64? { try row("SELECT max(size) AS size FROM cosignature")?.value("size") }
}

extension Store {
  /// Keeps what witnesses signed of a tree head, beside it.
  ///
  /// It is no log entry: the tree head would be another one with each cosignature, and a cosignature proves itself.
  /// - Parameter cosignatures: checked by the caller, who knows the witnesses.
  /// - Returns: how many were not here yet.
  /// - Throws: `StoreError.recordCorrupt` when one is not a signature of that tree head.
  package func add(_ cosignatures: [Cosignature], size: Int64) throws -> Int {
    try StoreError.translating(path) {
      guard !isReadOnly else { throw StoreError.unusable(path: path, message: "it was opened for reading only") }
      return try pool.writeWithoutTransaction { db in
        try folding.begin(db)
        var added = 0
        try db.inTransaction(.immediate) {
          let note = try Snapshot(db: db).storedNote(size: size)
          for item in cosignatures {
            guard item.isValid(for: note.text) else {
              throw StoreError.recordCorrupt(table: "log_checkpoint", id: size, reason: "it is not what \(item.key.name) signed")
            }
            try db.cachedStatement(sql: "INSERT OR IGNORE INTO cosignature VALUES (?, ?, ?, ?)").execute(
              arguments: [size, item.key.description, item.time, item.signature.data])
            added += db.changesCount
          }
          return .commit
        }
        return added
      }
    }
  }
}

import Foundation
import GRDB
import Ledger

/// How it went to get removed bytes out of the file.
package enum ErasureOutcome: Sendable {
  /// The scan saw none of them, and the certificate says so.
  case certified(CertificateRecord)
  /// A reader keeps the write-ahead log alive, so old pages may still be in it.
  case pending
  /// The scan saw some of them: no certificate.
  case found([FileScan.Hit])
}

extension Store {
  /// How long truncating the write-ahead log waits for readers, in milliseconds.
  private static let truncationWait = 2_000

  /// Gets the bytes that an erasure removed out of the file, looks whether they are, and certifies what was seen.
  ///
  /// With `secure_delete` a deleted page is overwritten, but in the write-ahead log: the old page stays in the file until the log is
  /// folded back, and in the log until it is truncated (https://www.sqlite.org/wal.html#ckpt; what was measured is in the
  /// article *Erasing*). So `wal_checkpoint(TRUNCATE)` must succeed, and then every file of the store is read and searched for the
  /// needles. It can be called again, in another process too, until it succeeds; called for a certified erasure it scans again.
  /// - Parameters:
  ///   - vacuum: rebuild the file as well, so that it becomes smaller and no free page is left.
  ///   - entry: the certificate's log entry.
  package func certify(
    _ erasure: Int64, vacuum: Bool, tool: String, entry: NewEntry, key: SigningKey
  ) throws -> ErasureOutcome {
    let record = try read { try $0.erasure(erasure) }
    let needles = try read { try $0.needles(erasure: erasure) }
    guard try truncateLog(vacuum: vacuum) else { return .pending }
    let scan: FileScan
    do {
      scan = try FileScan(store: path, needles: needles)
    } catch let error as CocoaError {
      throw StoreError.unusable(path: path, message: "its files cannot be scanned: \(error.localizedDescription)")
    }
    if !scan.hits.isEmpty { return .found(scan.hits) }
    let files: JSONValue = .array(
      scan.files.map { .object(["bytes": .integer($0.bytes), "file": .string(store(suffix: $0.suffix))]) })
    let text = String(decoding: try CanonicalJSON.encode(files), as: UTF8.self)
    let technique = "SQLite secure_delete, wal_checkpoint(TRUNCATE)" + (vacuum ? ", VACUUM" : "")
    if record.certificate == nil {
      try write(entry, key: key) { transaction in
        _ = try transaction.insert(
          .erasureCertificate,
          [erasure, technique, "Clear", scan.scannedBytes, text, needles.count, 0, tool])
        transaction.facts["model"] = .string(record.modelName)
      }
    }
    guard let certificate = try read({ try $0.erasure(erasure).certificate }) else {
      throw StoreError.recordCorrupt(table: "erasure_certificate", id: erasure, reason: "it is missing")
    }
    return .certified(certificate)
  }

  /// What follows the store's own name, so that no path of a machine is recorded.
  private func store(suffix: String) -> String { suffix.isEmpty ? "store" : "store" + suffix }

  /// Folds the write-ahead log back and empties it.
  /// - Returns: false when a reader or another writer is in the way.
  func truncateLog(vacuum: Bool) throws -> Bool {
    // Readers of this process that are idle must not be in the way.
    releaseReaders()
    do {
      try StoreError.translating(path) {
        try pool.writeWithoutTransaction { db in
          try db.execute(sql: "PRAGMA busy_timeout = \(Self.truncationWait)")
          defer { try? db.execute(sql: "PRAGMA busy_timeout = \(Int(Self.busyTimeout * 1_000))") }
          _ = try db.checkpoint(.truncate)
          guard vacuum else { return }
          // The copy that VACUUM makes goes through a file: it holds what stays, and may be larger than memory.
          try db.execute(sql: "PRAGMA temp_store = FILE; VACUUM; PRAGMA temp_store = MEMORY")
          _ = try db.checkpoint(.truncate)
        }
      }
      return true
    } catch StoreError.busy {
      return false
    }
  }
}

extension Snapshot {
  /// The fingerprints of what an erasure removed.
  func needles(erasure: Int64) throws -> [Needle] {
    try rows("SELECT form, rolling, digest FROM needle WHERE erasure = ? ORDER BY id", [erasure]).map { row in
      guard let form = Needle.Form(rawValue: try row.value("form")) else {
        throw StoreError.recordCorrupt(table: "needle", id: erasure, reason: "unknown form")
      }
      return Needle(form: form, rolling: UInt64(bitPattern: try row.value("rolling") as Int64), digest: try row.digest("digest"))
    }
  }
}

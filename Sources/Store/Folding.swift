import GRDB
import Synchronization

/// When the write-ahead log is folded back into the file.
///
/// SQLite does it within the commit that brings the log to 1,000 pages (https://www.sqlite.org/wal.html#ckpt), which is right for small
/// commits and doubles the time of a large one, durable though it is without. After a large one it is therefore put off until the
/// store is closed or written to again, whatever comes first: the log never holds more than one large commit and 1,000 pages.
struct Folding: ~Copyable, Sendable {
  /// Stored bytes from which a commit counts as large: about as many as 1,000 pages hold.
  private static let largeCommit = 4 << 20

  private let isDue = Atomic<Bool>(false)

  /// To be called before a transaction begins.
  func begin(_ db: Database) throws {
    guard isDue.exchange(false, ordering: .relaxed) else { return }
    try db.execute(sql: "PRAGMA wal_autocheckpoint = 1000")
    // What readers still need stays in the log, and what goes wrong here will be told by whoever needs it done.
    _ = try? db.checkpoint(.passive)
  }

  /// To be called when a transaction has written all that it writes.
  func willCommit(_ transaction: Transaction, _ db: Database) throws {
    guard transaction.storedBytes >= Self.largeCommit else { return }
    try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
    isDue.store(true, ordering: .relaxed)
  }
}

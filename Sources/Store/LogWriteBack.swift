import CFilters
import Dispatch
import Foundation
import GRDB

/// Has the system write a large transaction's part of the write-ahead log to the disk while there is more to come, so that the sync of its
/// commit finds little left to wait for.
///
/// It is a hint and no part of what makes a commit durable. SQLite locks other files than the log, so opening and closing it here costs
/// nobody a lock (https://www.sqlite.org/wal.html).
final class LogWriteBack: Sendable {
  /// Stored bytes after which it is time for another hint.
  static let step = 4 << 20

  private let descriptor: Int32
  private let queue = DispatchQueue(label: "lethe.log-write-back", qos: .userInitiated)

  init(_ db: Database) {
    let file = try? String.fetchOne(db, sql: "SELECT file FROM pragma_database_list WHERE name = 'main'")
    descriptor = file.map { open($0 + "-wal", O_RDONLY | O_CLOEXEC) } ?? -1
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Gives the hint, on another thread since the disk may make it wait.
  func begin() {
    guard descriptor >= 0 else { return }
    queue.async { lethe_begin_write_back(self.descriptor) }
  }
}

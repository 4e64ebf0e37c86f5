import Foundation
import GRDB
import Ledger
import Schema
import Synchronization

/// A model store that can forget and can show that it did: one SQLite file.
///
/// What it guarantees:
/// - **Atomic and durable.** `write` is one SQLite transaction with `synchronous=FULL`: rows, tensors, the log entry and the signed
///   tree head commit together, and what was committed survives a crash of the process or the machine.
/// - **Tamper-evident.** Every record row is bound to the log entry that wrote it (`RowEvidence`), every byte of a tensor to its
///   digest, every entry to the signed tree. `verify` finds what was changed, added or removed since.
/// - **Append-only.** Nothing here updates or deletes a record.
///
/// The arrays are named tensors; what they mean is the engine's business.
///
/// ## Topics
/// ### Opening
/// - ``create(at:origin:key:entry:)``
/// - ``open(at:for:)``
/// ### Reading and writing
/// - ``read(_:)``
/// - ``write(_:key:_:)``
/// ### Checking
/// - ``verify(reading:since:witnesses:progress:)``
public final class Store: Sendable {
  /// "Leth" in ASCII: `PRAGMA application_id` of every store, so that `file` and others can tell what it is.
  static let applicationID = 0x4C65_7468
  /// How long a writer waits for another one, in seconds.
  static let busyTimeout: Double = 30

  /// Where the file lies.
  public let path: String
  /// A pool of connections, or a single one.
  let pool: any DatabaseWriter
  let isReadOnly: Bool
  /// A connection of a store that is open for reading: it may write, and so it can remove the empty write-ahead log when it is closed.
  private let keeper: DatabaseQueue?
  private let committed = Mutex<Int64?>(nil)
  private let logEnd = Mutex<LogEnd?>(nil)
  let folding = Folding()

  /// What is wrong with the file as such, so that only `verify` may open it.
  let malformation: String?

  init(
    path: String, pool: any DatabaseWriter, keeper: DatabaseQueue? = nil, isReadOnly: Bool = false, malformation: String? = nil
  ) {
    (self.path, self.pool, self.keeper, self.isReadOnly, self.malformation) = (path, pool, keeper, isReadOnly, malformation)
  }

  /// Lets readers of this process go that are idle, so that they are in nobody's way.
  func releaseReaders() { (pool as? DatabasePool)?.invalidateReadOnlyConnections() }

  /// Makes a new store with its first log entry, signed with `key`.
  ///
  /// The file is built under a temporary name in the same folder and linked into place when it is complete, so that there is
  /// either no store at `path` or a whole one, whenever the process dies.
  /// - Throws: `StoreError.alreadyExists` when there is a file at `path`.
  public static func create(at path: String, origin: String, key: SigningKey, entry: NewEntry) throws {
    // A journal left behind by a file that is gone would be replayed into the new one: https://www.sqlite.org/howtocorrupt.html §1.4
    for taken in ["", "-wal", "-journal"].map({ path + $0 }) where FileManager.default.fileExists(atPath: taken) {
      throw StoreError.alreadyExists(path: taken)
    }
    let building = path + ".new-\(UUID().uuidString)"
    defer { for suffix in ["", "-wal", "-shm", "-journal"] { unlink(building + suffix) } }
    let store = try StoreError.translating(path) {
      Store(path: path, pool: try writingPool(StoreFile.absolute(building), create: true))
    }
    try store.write(entry, key: key) { transaction in
      _ = try transaction.insert(.store, [origin, key.named(origin).verifierKey.description])
    }
    // Only the file gets its name: closing would not tell if the log could not be folded into it.
    try store.foldLog()
    try store.close()
    guard link(building, path) == 0 else {
      let code = errno
      if code == EEXIST { throw StoreError.alreadyExists(path: path) }
      throw StoreError.unusable(path: path, message: "the new file cannot be linked into place: \(String(cString: strerror(code)))")
    }
    do {
      try StoreFile.syncFolder(of: path)
    } catch {
      // It might be gone after a power failure: then rather now.
      unlink(path)
      throw error
    }
  }

  /// The log entry that the last `write` committed, if there was one.
  package var lastCommit: Int64? { committed.withLock(\.self) }

  /// Folds the write-ahead log back into the file, so that the file alone is the store.
  /// - Throws: `busy` when somebody reads an older state, `unusable`, `inputOutput`.
  package func foldLog() throws {
    try StoreError.translating(path) {
      releaseReaders()
      _ = try pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
    }
  }

  /// Folds the write-ahead log back into the file, if that can be done and nobody else has it open, and closes it.
  public func close() throws {
    try StoreError.translating(path) {
      // GRDB closes its readers last, and a reader cannot fold the log back: let them go before.
      releaseReaders()
      try pool.close()
      try keeper?.close()
    }
  }

  /// Runs queries on one consistent snapshot; any number of readers run beside a writer.
  ///
  /// Within another `read` or `write` of the same thread it sees that one's snapshot.
  public func read<Value>(_ body: (Snapshot) throws -> Value) throws -> Value {
    try StoreError.translating(path) {
      // GRDB's own `read` must not be nested; this one can, and so it begins its transaction itself.
      try pool.unsafeReentrantRead { db in
        if db.isInsideTransaction { return try body(Snapshot(db: db)) }
        var result: Result<Value, any Error>?
        try db.inTransaction(.deferred) {
          result = Result { try body(Snapshot(db: db)) }
          return .commit
        }
        guard let result else { throw StoreError.database(path: path, message: "the transaction gave no result") }
        return try result.get()
      }
    }
  }

  /// Runs `body` and its log entry as one durable transaction; an error thrown by `body` undoes all of it.
  ///
  /// Writers wait their turn (`BEGIN IMMEDIATE`), so what `body` reads cannot change under it.
  /// - Throws: `StoreError.busy` after `busyTimeout`, `wrongKey` when `key` is not the one that the store's log is signed with.
  package func write<Value>(
    _ entry: NewEntry, key: SigningKey, _ body: (Transaction) throws -> Value
  ) throws -> Value {
    try StoreError.translating(path) {
      guard !isReadOnly else { throw StoreError.unusable(path: path, message: "it was opened for reading only") }
      return try pool.writeWithoutTransaction { db in
        try folding.begin(db)
        var (result, index, end): (Value?, Int64?, LogEnd?) = (nil, nil, nil)
        do {
          try db.inTransaction(.immediate) {
            let transaction = try Transaction(db: db, entry: entry, known: logEnd.withLock { $0 })
            result = try body(transaction)
            try transaction.seal(with: key)
            try folding.willCommit(transaction, db)
            (index, end) = (transaction.entryIndex, transaction.end)
            return .commit
          }
        } catch let error as DatabaseError where index != nil && error.resultCode == .SQLITE_IOERR {
          // The last page may have reached the log although the disk did not say so; then whoever opens the store next finds it there.
          throw StoreError.commitUncertain(path: path, message: error.message ?? "disk I/O error")
        }
        guard let result else { throw StoreError.database(path: path, message: "the transaction gave no result") }
        committed.withLock { $0 = index }
        logEnd.withLock { $0 = end }
        return result
      }
    }
  }

  /// A setting of the writer's connection, as SQLite says it is.
  func setting(_ pragma: String) throws -> String? {
    try pool.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA \(pragma)") }
  }
}

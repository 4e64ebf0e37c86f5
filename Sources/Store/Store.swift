import Foundation
import GRDB
import Ledger
import Schema

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
/// - ``open(at:)``
/// ### Reading and writing
/// - ``read(_:)``
/// - ``write(_:key:_:)``
/// ### Checking
/// - ``verify(progress:)``
package final class Store: Sendable {
  /// "Leth" in ASCII: `PRAGMA application_id` of every store, so that `file` and others can tell what it is.
  static let applicationID = 0x4C65_7468
  /// How long a writer waits for another one, in seconds.
  static let busyTimeout: Double = 30

  /// Where the file lies.
  package let path: String
  let pool: DatabasePool

  private init(path: String, pool: DatabasePool) {
    self.path = path
    self.pool = pool
  }

  /// Makes a new store with its first log entry, signed with `key`.
  ///
  /// The file is built under a temporary name in the same folder and linked into place when it is complete, so that there is
  /// either no store at `path` or a whole one, whenever the process dies.
  /// - Throws: `StoreError.alreadyExists` when there is a file at `path`.
  package static func create(at path: String, origin: String, key: SigningKey, entry: NewEntry) throws {
    // A journal left behind by a file that is gone would be replayed into the new one: https://www.sqlite.org/howtocorrupt.html §1.4
    for taken in ["", "-wal", "-journal"].map({ path + $0 }) where FileManager.default.fileExists(atPath: taken) {
      throw StoreError.alreadyExists(path: taken)
    }
    let building = path + ".new-\(UUID().uuidString)"
    defer { for suffix in ["", "-wal", "-shm", "-journal"] { unlink(building + suffix) } }
    let store = try StoreError.translating(path) { Store(path: building, pool: try openPool(building, create: true)) }
    try store.write(entry, key: key) { transaction in
      _ = try transaction.insert(.store, [origin, key.named(origin).verifierKey.description])
    }
    try store.close()
    guard link(building, path) == 0 else {
      let code = errno
      if code == EEXIST { throw StoreError.alreadyExists(path: path) }
      throw StoreError.database(path: path, message: "the new file cannot be linked into place: \(String(cString: strerror(code)))")
    }
    syncFolder(of: path)
  }

  /// Opens an existing store, migrating an older one.
  /// - Throws: `notFound`, `notAStore`, `newerVersion`, `database`.
  package static func open(at path: String) throws -> Store {
    try open(at: path, busyTimeout: busyTimeout)
  }

  static func open(at path: String, busyTimeout: Double) throws -> Store {
    guard FileManager.default.fileExists(atPath: path) else { throw StoreError.notFound(path: path) }
    return try StoreError.translating(path) {
      Store(path: path, pool: try openPool(path, create: false, busyTimeout: busyTimeout))
    }
  }

  /// Folds the write-ahead log back into the file and closes it.
  package func close() throws {
    try StoreError.translating(path) {
      // GRDB closes its readers last, and a reader cannot fold the log back: let them go before.
      pool.invalidateReadOnlyConnections()
      try pool.close()
    }
  }

  /// Runs queries on one consistent snapshot; any number of readers run beside a writer.
  ///
  /// Within another `read` or `write` of the same thread it sees that one's snapshot.
  package func read<Value>(_ body: (Snapshot) throws -> Value) throws -> Value {
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
      try pool.writeWithoutTransaction { db in
        var result: Value?
        try db.inTransaction(.immediate) {
          let transaction = try Transaction(db: db, entry: entry)
          result = try body(transaction)
          try transaction.seal(with: key)
          return .commit
        }
        guard let result else { throw StoreError.database(path: path, message: "the transaction gave no result") }
        return result
      }
    }
  }

  /// A setting of the writer's connection, as SQLite says it is.
  func setting(_ pragma: String) throws -> String? {
    try pool.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA \(pragma)") }
  }

  private static func openPool(_ path: String, create: Bool, busyTimeout: Double = Store.busyTimeout) throws -> DatabasePool {
    var configuration = Configuration()
    configuration.busyMode = .timeout(busyTimeout)
    configuration.foreignKeysEnabled = true
    configuration.maximumReaderCount = 4
    configuration.prepareDatabase { db in
      // Free pages are overwritten: SQLite manual, "PRAGMA secure_delete". `trusted_schema = OFF` would be good too, but SQLite
      // 3.40 then refuses JSON functions in our generated columns; verify looks at the schema before it reads anything by it.
      try db.execute(sql: "PRAGMA secure_delete = ON; PRAGMA cell_size_check = ON")
      if create {
        try db.execute(sql: "PRAGMA page_size = 4096; PRAGMA application_id = \(applicationID)")
      } else {
        try checkHeader(db, path: path)
      }
    }
    let pool = try DatabasePool(path: path, configuration: configuration)
    try pool.writeWithoutTransaction { db in
      try migrate(db)
      // GRDB sets NORMAL when it turns WAL on; with it the last commits may be lost when the machine dies. FULL syncs the
      // write-ahead log at each commit: https://www.sqlite.org/pragma.html#pragma_synchronous
      try db.execute(sql: "PRAGMA synchronous = FULL")
    }
    return pool
  }

  /// The application id and version are looked at before anything else of a file is believed.
  private static func checkHeader(_ db: Database, path: String) throws {
    guard try Int.fetchOne(db, sql: "PRAGMA application_id") == applicationID else {
      throw StoreError.notAStore(path: path)
    }
    let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    guard version <= Schema.migrations.count else {
      throw StoreError.newerVersion(path: path, found: version, known: Schema.migrations.count)
    }
    guard version > 0 else { throw StoreError.database(path: path, message: "its schema version is \(version)") }
  }

  /// Runs the migrations that the file has not seen, each in a transaction of its own. `user_version` counts them: unlike a
  /// table of names it needs no evidence of its own, since `verify` compares the whole schema.
  private static func migrate(_ db: Database) throws {
    func version() throws -> Int { try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0 }
    let found = try version()
    for (index, migration) in Schema.migrations.enumerated().dropFirst(found) {
      try db.inTransaction(.immediate) {
        // Another process may have run it while this one waited for its turn.
        guard try version() == index else { return .rollback }
        try db.execute(sql: migration.sql)
        // A migration that edits a table's text must tell the connections that have read it: SQLite counts its own changes only.
        let cookie = try Int.fetchOne(db, sql: "PRAGMA schema_version") ?? 0
        try db.execute(sql: "PRAGMA schema_version = \(cookie + 1); PRAGMA user_version = \(index + 1)")
        return .commit
      }
    }
  }

  private static func syncFolder(of path: String) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let descriptor = Foundation.open(folder, O_RDONLY)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    Foundation.close(descriptor)
  }
}

import GRDB
import Schema

extension Store {
  /// What a store is opened for.
  public enum Access: Sendable {
    /// Nothing of the file is changed, except that a store of an older version is migrated first where that can be done. Works in
    /// folders and on disks that cannot be written to.
    case reading
    /// As for reading, one read after the other on a single connection: a second and a third, which a pool opens, would read the schema
    /// again, and cost a command that asks one question more than the question. No read may wait for another thread's.
    case asking
    /// As for reading, and a file that SQLite itself calls malformed, such as a truncated one, is opened for what is left of it.
    case verifying
    case writing
  }

  /// Opens an existing store, migrating an older one.
  /// - Throws: `notFound`, `notAFile`, `notAStore`, `newerVersion`, `olderVersion`, `unusable`, `inputOutput`, `busy`, `database`.
  public static func open(at path: String, for access: Access = .writing) throws -> Store {
    try open(at: path, for: access, busyTimeout: busyTimeout)
  }

  static func open(at path: String, for access: Access = .writing, busyTimeout: Double) throws -> Store {
    let file = try StoreFile(path)
    return try StoreError.translating(path) {
      do {
        switch access {
        case .reading: return try openForReading(file, busyTimeout: busyTimeout)
        case .asking: return try openForReading(file, busyTimeout: busyTimeout, isAlone: true)
        case .verifying:
          do {
            return try openForReading(file, busyTimeout: busyTimeout)
          } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
            return try openWithoutWriting(file, busyTimeout: busyTimeout, malformed: true)
          }
        case .writing:
          if let obstacle = file.obstacle { throw StoreError.unusable(path: path, message: obstacle) }
          return Store(path: path, pool: try writingPool(file.location, create: false, shown: path, busyTimeout: busyTimeout))
        }
      } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
        throw StoreError.database(path: path, message: file.malformation)
      }
    }
  }

  /// A connection that may write is opened first, if that can be done, and closed last: one that may only read would leave an empty
  /// write-ahead log behind (https://www.sqlite.org/walformat.html §2, "persists until the last connection closes").
  private static func openForReading(_ file: StoreFile, busyTimeout: Double, isAlone: Bool = false) throws -> Store {
    guard file.obstacle == nil else { return try openWithoutWriting(file, busyTimeout: busyTimeout) }
    do {
      var keeper = try keeper(file, busyTimeout: busyTimeout)
      if try keeper.read(version) < Schema.migrations.count {
        try keeper.close()
        try writingPool(file.location, create: false, shown: file.path, busyTimeout: busyTimeout).close()
        keeper = try Self.keeper(file, busyTimeout: busyTimeout)
      }
      if isAlone {
        try keeper.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = ON") }
        return Store(path: file.path, pool: keeper, isReadOnly: true)
      }
      let pool = try DatabasePool(path: file.location, configuration: configuration(file.path, busyTimeout, readonly: true))
      // What stands in the way of reading shows here, and is told as that rather than as damage that verify found.
      _ = try pool.read(version)
      return Store(path: file.path, pool: pool, keeper: keeper, isReadOnly: true)
    } catch let error as DatabaseError where meansNoWriting(error) {
      return try openWithoutWriting(file, busyTimeout: busyTimeout)
    }
  }

  private static func keeper(_ file: StoreFile, busyTimeout: Double) throws -> DatabaseQueue {
    let keeper = try DatabaseQueue(path: file.location, configuration: configuration(file.path, busyTimeout))
    // The first read opens the write-ahead log, which makes it and its index where they are missing.
    _ = try keeper.read(version)
    return keeper
  }

  /// A disk that is full or cannot be written to: what lies on it can be read all the same.
  private static func meansNoWriting(_ error: DatabaseError) -> Bool {
    switch error.resultCode {
    case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_FULL, .SQLITE_PERM, .SQLITE_IOERR: true
    default: false
    }
  }

  /// Opens a file that this process cannot write to, or not beside.
  ///
  /// If somebody else has it open, there is an index of the write-ahead log, and reading takes part in its locks. If not, the file
  /// is read as it lies there: as unchanging if there is no write-ahead log, else with an index in memory, which SQLite builds for
  /// a connection that believes to be alone (https://www.sqlite.org/wal.html#noshm).
  private static func openWithoutWriting(_ file: StoreFile, busyTimeout: Double, malformed: Bool = false) throws -> Store {
    func open(_ location: String, alone: Bool) throws -> Store {
      let configuration = configuration(file.path, busyTimeout, readonly: true, alone: alone, malformed: malformed)
      let pool = try DatabasePool(path: location, configuration: configuration)
      let found = try pool.read(version)
      guard found == Schema.migrations.count else {
        throw StoreError.olderVersion(path: file.path, found: found, known: Schema.migrations.count)
      }
      return Store(path: file.path, pool: pool, isReadOnly: true, malformation: malformed ? file.malformation : nil)
    }
    if file.size(of: "-shm") != nil {
      do {
        return try open(file.location, alone: false)
      } catch let error as DatabaseError where meansNoWriting(error) {
        // A left-over that may not be read. Nobody can be using the file through it who could not replace it.
      }
    }
    return try file.size(of: "-wal") ?? 0 == 0
      ? open(file.uri("immutable=1"), alone: false) : open(file.uri("mode=ro&vfs=unix-none"), alone: true)
  }

  /// A pool whose writer has migrated the store and syncs every commit.
  /// - Parameters:
  ///   - location: the absolute path, so that SQLite takes no name for a URI.
  ///   - shown: the path as the user gave it, for errors.
  static func writingPool(
    _ location: String, create: Bool, shown: String? = nil, busyTimeout: Double = Store.busyTimeout
  ) throws -> DatabasePool {
    let pool = try DatabasePool(path: location, configuration: configuration(shown ?? location, busyTimeout, create: create))
    try pool.writeWithoutTransaction { db in
      // GRDB sets NORMAL when it turns WAL on; with it the last commits may be lost when the machine dies. FULL syncs the
      // write-ahead log at each commit: https://www.sqlite.org/pragma.html#pragma_synchronous
      // Statement journals hold old pages, and what is erased must not be left in a temporary file.
      try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY")
      try migrate(db)
    }
    return pool
  }

  private static func configuration(
    _ path: String, _ busyTimeout: Double, create: Bool = false, readonly: Bool = false, alone: Bool = false,
    malformed: Bool = false
  ) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = readonly
    configuration.busyMode = .timeout(busyTimeout)
    configuration.foreignKeysEnabled = true
    configuration.maximumReaderCount = 4
    configuration.prepareDatabase { db in
      // Free pages are overwritten: SQLite manual, "PRAGMA secure_delete". `trusted_schema = OFF` would be good too, but SQLite
      // 3.40 then refuses JSON functions in our generated columns; verify looks at the schema before it reads anything by it.
      try db.execute(sql: "PRAGMA secure_delete = ON; PRAGMA cell_size_check = ON")
      // A file that is shorter than its header says is opened for those who could repair the schema: btree.c, lockBtree().
      if malformed { try db.execute(sql: "PRAGMA writable_schema = ON") }
      if alone { try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE") }
      if create {
        try db.execute(sql: "PRAGMA page_size = 4096; PRAGMA application_id = \(applicationID)")
      } else {
        try checkHeader(db, path: path)
      }
      // Pages of an index that grows out of order are written and read again for nearly every row when they are not at hand: 1.28
      // million ids in SQLite's 2 MB cost ten times the system time of 16 MiB, which are taken only as far as they are filled. This
      // reads the schema, so it comes after what says whether that can be believed.
      try db.execute(sql: "PRAGMA cache_size = -16384")
    }
    return configuration
  }

  private static func version(_ db: Database) throws -> Int { try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0 }

  /// The application id and version are looked at before anything else of a file is believed.
  private static func checkHeader(_ db: Database, path: String) throws {
    guard try Int.fetchOne(db, sql: "PRAGMA application_id") == applicationID else {
      throw StoreError.notAStore(path: path)
    }
    let version = try version(db)
    guard version <= Schema.migrations.count else {
      throw StoreError.newerVersion(path: path, found: version, known: Schema.migrations.count)
    }
    guard version > 0 else { throw StoreError.database(path: path, message: "its schema version is \(version)") }
  }

  /// Runs the migrations that the file has not seen, each in a transaction of its own. `user_version` counts them: unlike a
  /// table of names it needs no evidence of its own, since `verify` compares the whole schema.
  private static func migrate(_ db: Database) throws {
    for (index, migration) in Schema.migrations.enumerated().dropFirst(try version(db)) {
      try db.inTransaction(.immediate) {
        // Another process may have done it while this one waited for its turn.
        guard try version(db) == index else { return .rollback }
        try db.execute(sql: migration.sql)
        // A migration that edits a table's text must tell the connections that have read it: SQLite counts its own changes only.
        let cookie = try Int.fetchOne(db, sql: "PRAGMA schema_version") ?? 0
        try db.execute(sql: "PRAGMA schema_version = \(cookie + 1); PRAGMA user_version = \(index + 1)")
        return .commit
      }
    }
  }
}

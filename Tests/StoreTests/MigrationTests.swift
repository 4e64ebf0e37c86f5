import Foundation
import Ledger
import Schema
import Testing

@testable import Store

/// A store as version 1 wrote it comes over to the present version with nothing lost.
@Suite("Migration")
struct MigrationTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  /// The filled store with the schema of the first migration alone, and its chunks in the forms that version 1 knew.
  private func versionOne(_ name: String = "lethe.db") throws -> String {
    let filled = try folder.write(FilledStore.shared.get().bytes, to: "filled.db")
    defer { for suffix in ["", "-wal", "-shm"] { unlink(filled + suffix) } }
    let store = try Store.open(at: filled)
    defer { try? store.close() }
    let path = folder.path(name)
    let schema = "PRAGMA page_size = 4096; PRAGMA application_id = \(Store.applicationID); PRAGMA journal_mode = WAL;"
    #expect(try SQLite.run(schema + Schema.migrations[0].sql + "PRAGMA user_version = 1;", on: path).status == 0)
    var script = ["ATTACH '\(filled)' AS filled; BEGIN;"]
    // Tables of later versions are empty in this store.
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'chunk'"
    for table in try SQLite.lines(tables, on: filled) where Schema.migrations[0].sql.contains("CREATE TABLE \(table) (") {
      let columns = try SQLite.lines("SELECT name FROM pragma_table_info('\(table)')", on: path).joined(separator: ", ")
      script.append("INSERT INTO main.\(table) (\(columns)) SELECT \(columns) FROM filled.\(table);")
    }
    try store.read { snapshot in
      for (index, row) in try snapshot.rows("SELECT \(StoredChunk.columns), c.digest FROM chunk c").enumerated() {
        let (chunk, digest) = (try StoredChunk(row), try row.digest("digest"))
        let plain = try chunk.plain()
        let bytes = index % 2 == 0 ? plain : ChunkFilterTests.shuffled(plain, width: 4)
        let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        script.append(
          """
          INSERT INTO main.chunk VALUES (\(chunk.id), x'\(digest.hex)', \(plain.count), '\(index % 2 == 0 ? "none" : "shuffle4")', 'stored',
          x'\(Digest.of(bytes).hex)', x'\(hex)');
          """)
      }
    }
    script.append("COMMIT; PRAGMA wal_checkpoint(TRUNCATE);")
    #expect(try SQLite.run(script.joined(separator: "\n"), on: path).status == 0)
    #expect(try SQLite.integer("PRAGMA user_version", on: path) == 1)
    #expect(try SQLite.integer("SELECT count(*) FROM chunk WHERE filter = 'shuffle4'", on: path) > 3)
    return path
  }

  /// All rows of all tables, without the schema and without what later versions add to the nodes of the tree.
  private func rows(_ path: String) throws -> [String] {
    let nodes = try SQLite.lines("SELECT level, position, hex(hash) FROM log_node ORDER BY level, position", on: path)
    return try nodes + SQLite.lines(".dump", on: path).filter { $0.hasPrefix("INSERT") && !$0.hasPrefix("INSERT INTO log_node ") }
  }

  @Test("keeps every row, verifies, takes new chunks of every kind, and happens once")
  func keepsAll() throws {
    let path = try versionOne()
    let before = try rows(path)
    #expect(before.count > 100)
    for _ in 0..<2 {
      let store = try Store.open(at: path)
      #expect(try store.setting("user_version") == "\(Schema.migrations.count)")
      #expect(store.verify().findings == [])
      try store.close()
      #expect(try rows(path).starts(with: before))
    }
    let store = try Store.open(at: path)
    var generator = Seeded(31)
    try store.write(.sample(.import), key: FilledStore.shared.get().key) { transaction in
      let codes = (0..<20_000).map { _ in UInt16.random(in: 0..<100, using: &generator) }
      let record = try transaction.insertTensor(codes, shape: [20_000])
      #expect(try transaction.load(record, as: UInt16.self) == codes)
    }
    #expect(try SQLite.integer("SELECT count(*) FROM chunk WHERE filter = 'bitshuffle2'", on: path) == 1)
    let imported = "SELECT count(*) FROM sqlite_schema WHERE name = 'checkpoint' AND sql LIKE '%''rolled back'', ''imported''%'"
    #expect(try SQLite.integer(imported, on: path) == 1)
    #expect(store.verify().findings == [])
  }

  @Test("of two who open it at the same time both find it migrated")
  func race() throws {
    let path = try versionOne()
    let found = parallel(4) { _ in codes(path) }
    #expect(found == [[], [], [], []])
  }

  @Test("a migration that died at any byte of the write-ahead log is done again")
  func torn() throws {
    let path = try versionOne()
    let (main, before) = (try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))), try rows(path))
    let store = try Store.open(at: path)
    let wal = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path + "-wal")))
    #expect(wal.count > 4_096)
    var generator = Seeded(32)
    for round in 0..<(LongTests.areWanted ? 500 : 25) {
      let length = round == 0 ? wal.count : Int.random(in: 0...wal.count, using: &generator)
      let copy = try folder.write(main, to: "copy.db")
      try folder.write(wal.prefix(length), to: "copy.db-wal")
      #expect(codes(copy) == [], "\(length)")
      #expect(try rows(copy).starts(with: before))
      for suffix in ["", "-wal", "-shm"] { unlink(copy + suffix) }
    }
    try store.close()
  }

  @Test("nodes that are not the tree's come over as they are and are told of")
  func surplus() throws {
    let path = try versionOne()
    let numbers = [Int64.min, -1, 0, 1, 63, 64, .max]
    let places = numbers.flatMap { level in numbers.map { "(\(level), \($0), zeroblob(\(level == 64 ? 31 : 32)))" } }
    let added = "INSERT OR IGNORE INTO log_node VALUES \(places.joined(separator: ", "));"
    let count = "SELECT count(*) FROM log_node"
    let nodes = try SQLite.integer(count, on: path)
    #expect(try SQLite.run("PRAGMA ignore_check_constraints = ON; \(added)", on: path).status == 0)
    let (before, surplus) = (try rows(path), try SQLite.integer(count, on: path) - nodes)
    let store = try Store.open(at: path)
    let found = store.verify().findings
    #expect(surplus > 40 && found.count == surplus && found.allSatisfy { $0.code == .nodeAdded })
    #expect(try store.setting("ignore_check_constraints") == "0")
    try store.close()
    #expect(try rows(path).starts(with: before))
  }

  @Test("a table that is not version 1's is left as it is and told of")
  func tampered() throws {
    let path = try versionOne()
    _ = try SQLite.run(
      "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'shuffle4', 'anything') WHERE name = 'chunk'",
      on: path)
    #expect(codes(path) == ["schema.changed"])
  }
}

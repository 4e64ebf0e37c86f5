import Foundation
import GRDB
import Ledger
import Schema
import Testing

@testable import Store

@Suite("Making and opening a store")
struct OpeningTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  @Test("the file says what it is, and every connection keeps the settings that durability and erasure need")
  func settings() throws {
    let (store, _) = try newStore(folder)
    #expect(try store.setting("application_id") == "\(0x4C65_7468)")
    #expect(try store.setting("user_version") == "\(Schema.migrations.count)")
    #expect(try store.setting("synchronous") == "2", "FULL")
    #expect(try store.setting("secure_delete") == "1")
    #expect(try store.setting("foreign_keys") == "1")
    #expect(try store.setting("journal_mode") == "wal")
    try store.close()
    #expect(try folder.names() == ["lethe.db"], "closing folds the write-ahead log back")
    #expect(codes(folder.path()) == [])
  }

  @Test("a new store has one entry, one tree head and nothing else in its folder")
  func firstEntry() throws {
    try Store.create(
      at: folder.path(), origin: "example.com/log", key: try SigningKey(name: "key"), entry: .sample(.`init`))
    #expect(try folder.names() == ["lethe.db"])
    let store = try Store.open(at: folder.path())
    let entries = try store.read { try $0.logEntries() }
    #expect(entries.map(\.action) == ["init"])
    #expect(entries.first?.time == "2026-09-21T14:13:20Z")
    #expect(entries.first?.sealed == ["actor": "Ada", "reason": "art. 17"])
    let (origin, verifierKey) = try store.read { try $0.identity() }
    #expect(origin == "example.com/log")
    #expect(verifierKey.hasPrefix("example.com/log+"))
    #expect(try store.read { try $0.lastSignedTreeHead() }.size == 1)
  }

  @Test("a store is never made over something else", arguments: ["", "-wal", "-journal"])
  func neverOverwrites(suffix: String) throws {
    let path = try folder.write(Array("mine".utf8), to: "lethe.db" + suffix)
    #expect(throws: StoreError.alreadyExists(path: path)) { try newStore(folder) }
    #expect(try folder.names() == ["lethe.db" + suffix])
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("mine".utf8))
  }

  @Test("of two who make the same store one wins, and the store is whole")
  func race() throws {
    for round in 0..<5 {
      let path = folder.path("\(round).db")
      let results = parallel(4) { _ -> String in
        do {
          let key = try SigningKey(name: "key")
          try Store.create(at: path, origin: "example.com/log", key: key, entry: .sample(.`init`))
          return "made"
        } catch let error as StoreError {
          return error.code
        } catch {
          return "\(error)"
        }
      }
      #expect(results.sorted() == ["made", "store.already_exists", "store.already_exists", "store.already_exists"])
      #expect(try folder.names() == (0...round).map { "\($0).db" })
      #expect(codes(path) == [])
    }
  }

  @Test("opening and verifying changes no content, and the file grows by one empty page at most")
  func opening() throws {
    let path = try FilledStore.copy(to: folder)
    let (size, dump) = (try FilledStore.shared.get().bytes.count, try SQLite.dump(path))
    for _ in 0..<3 {
      #expect(codes(path) == [])
      #expect(try SQLite.dump(path) == dump)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count <= size + 4_096)
    }
  }

  @Test("a folder that is not there is a typed error")
  func missingFolder() throws {
    let path = folder.path("none/lethe.db")
    #expect { try Store.create(at: path, origin: "o", key: SigningKey(name: "key"), entry: .sample(.`init`)) } throws: {
      ($0 as? StoreError)?.code == "store.unusable" && ($0 as? StoreError)?.isDamage == false
    }
  }

  @Test("what is missing, foreign, garbage, empty, newer or nonsense is told apart, and left as it was")
  func refused() throws {
    #expect(codes(folder.path("none.db")) == ["open: store.not_found"])
    try SQLite.run("CREATE TABLE t (x); INSERT INTO t VALUES (1);", on: folder.path("foreign.db"))
    var generator = Seeded(2)
    try folder.write(generator.bytes(10_000), to: "garbage.db")
    try folder.write([], to: "empty.db")
    for (name, version) in [
      ("newer.db", Schema.migrations.count + 1), ("newest.db", Int(Int32.max)), ("zero.db", 0), ("negative.db", -1),
    ] {
      try folder.write(FilledStore.shared.get().bytes, to: name)
      try SQLite.run("PRAGMA user_version = \(version)", on: folder.path(name))
    }
    let expected = [
      "foreign.db": "store.not_a_store", "garbage.db": "store.not_a_store", "empty.db": "store.not_a_store",
      "newer.db": "store.newer_version", "newest.db": "store.newer_version", "zero.db": "database.damaged",
      "negative.db": "database.damaged",
    ]
    for (name, code) in expected {
      let before = try Data(contentsOf: URL(fileURLWithPath: folder.path(name)))
      #expect(codes(folder.path(name)) == ["open: \(code)"], "\(name)")
      #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path(name))) == before, "\(name)")
    }
  }

  @Test(
    "a store that is open for reading or asking changes nothing and leaves nothing behind",
    arguments: [Store.Access.reading, .asking])
  func readOnly(access: Store.Access) throws {
    let (writer, key) = try newStore(folder)
    try writer.close()
    let (before, names) = (try folder.bytes(), try folder.names())
    let store = try Store.open(at: folder.path(), for: access)
    #expect(try store.read { _ in try store.read { try $0.history().count } } == 1)
    #expect { try store.write(.sample(.train), key: key) { _ in } } throws: { ($0 as? StoreError)?.code == "store.unusable" }
    #expect(throws: (any Error).self) { try store.pool.writeWithoutTransaction { try $0.execute(sql: "DROP TABLE chunk") } }
    try store.close()
    #expect(try folder.bytes() == before && folder.names() == names)
  }

  @Test("every error has a code, a message and a remedy without blanks")
  func errorTexts() {
    for error in [StoreError.notFound(path: "p"), .busy(path: "p"), .badName(kind: "model", name: "a b")] {
      #expect(!error.code.contains(" ") && !error.message.isEmpty && !error.remedy.isEmpty)
    }
  }
}

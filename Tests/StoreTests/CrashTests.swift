import Foundation
import Ledger
import Testing

@testable import Store

/// What lies on the disk when the process dies: the file and its write-ahead log, whole or torn. Either opens as a state that once
/// was committed.
@Suite("After a crash")
struct CrashTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func bytes(_ suffix: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder.path() + suffix)))
  }

  /// Opens a copy, which must verify and hold a prefix of the history.
  private func entries(_ main: [UInt8], _ wal: [UInt8], of history: [String]) throws -> Int {
    let path = try folder.write(main, to: "copy.db")
    try folder.write(wal, to: "copy.db-wal")
    defer { for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) } }
    let store = try Store.open(at: path)
    defer { try? store.close() }
    let result = store.verify()
    #expect(result.findings == [])
    let leaves = try SQLite.lines("SELECT leaf FROM log_entry ORDER BY log_index", on: path)
    #expect(leaves == Array(history.prefix(leaves.count)))
    #expect(result.logSize == Int64(leaves.count))
    return leaves.count
  }

  @Test("between transactions nothing is missing; a log torn at any byte gives a prefix of the history")
  func torn() throws {
    let (store, key) = try newStore(folder)
    try FilledStore.fill(store, key: key)
    let history = try SQLite.lines("SELECT leaf FROM log_entry ORDER BY log_index", on: folder.path())
    #expect(history.count == 7)
    let (main, wal) = try (bytes(""), bytes("-wal"))
    #expect(try entries(main, wal, of: history) == 7)
    var generator = Seeded(11)
    var seen = Set<Int>()
    for round in 0..<(LongTests.areWanted ? 2_000 : 60) {
      var torn = Array(wal.prefix(Int.random(in: 0...wal.count, using: &generator)))
      if round % 3 == 0, torn.count > 100 {
        // A sector that never reached the disk.
        let start = Int.random(in: 0..<(torn.count - 64), using: &generator)
        torn.replaceSubrange(start..<(start + 64), with: [UInt8](repeating: 0, count: 64))
      }
      seen.insert(try entries(main, torn, of: history))
    }
    #expect(seen.count > 2, "\(seen)")
  }

  @Test("what a transaction had written without committing is not there")
  func uncommitted() throws {
    struct Stop: Error {}
    let (store, key) = try newStore(folder)
    try FilledStore.fill(store, key: key)
    let history = try SQLite.lines("SELECT leaf FROM log_entry ORDER BY log_index", on: folder.path())
    var generator = Seeded(12)
    let random = generator.bytes(24 << 20)
    #expect(throws: Stop.self) {
      try store.write(.sample(.train), key: key) { transaction in
        let before = try bytes("-wal").count
        // Beyond SQLite's page cache, so that pages go to the log before the commit.
        _ = try transaction.insertTensor(random, shape: [random.count])
        let (main, wal) = try (bytes(""), bytes("-wal"))
        #expect(wal.count > before + (1 << 20))
        #expect(try entries(main, wal, of: history) == 7)
        for _ in 0..<5 {
          let length = Int.random(in: before...wal.count, using: &generator)
          #expect(try entries(main, Array(wal.prefix(length)), of: history) == 7)
        }
        throw Stop()
      }
    }
    #expect(store.verify().findings == [])
  }

  @Test("an error in the middle of a large transaction leaves a store that goes on")
  func goesOn() throws {
    struct Stop: Error {}
    let (store, key) = try newStore(folder)
    var generator = Seeded(13)
    let random = generator.bytes(3 << 20)
    for round in 0..<3 {
      #expect(throws: Stop.self) {
        try store.write(.sample(.train), key: key) { transaction in
          _ = try transaction.insertTensor(random, shape: [random.count])
          throw Stop()
        }
      }
      try store.write(.sample(.import), key: key) { _ = try $0.insertTensor([UInt8(round)], shape: [1]) }
    }
    #expect(store.verify().findings == [])
    #expect(try SQLite.integer("SELECT count(*) FROM chunk", on: folder.path()) == 3)
  }
}

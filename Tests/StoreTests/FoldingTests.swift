import Foundation
import Ledger
import Testing

@testable import Store

@Suite("Folding the write-ahead log")
struct FoldingTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func size(_ suffix: String) throws -> Int {
    try Data(contentsOf: URL(fileURLWithPath: folder.path() + suffix), options: .alwaysMapped).count
  }

  @Test("a large commit is durable in the log, and is folded by the next write or by closing")
  func putOff() throws {
    let (store, key) = try newStore(folder)
    var generator = Seeded(41)
    for round in 1...2 {
      let random = generator.bytes(6 << 20)
      let before = try size("")
      try store.write(.sample(.import), key: key) { _ = try $0.insertTensor(random, shape: [random.count]) }
      #expect(try size("") == before, "the commit itself folds nothing")
      #expect(try size("-wal") > random.count)
      // What a crash would leave is whole.
      let copy = try folder.write(Data(contentsOf: URL(fileURLWithPath: folder.path())), to: "copy.db")
      try folder.write(Data(contentsOf: URL(fileURLWithPath: folder.path() + "-wal")), to: "copy.db-wal")
      #expect(codes(copy) == [])
      #expect(try SQLite.integer("SELECT count(*) FROM tensor", on: copy) == round)
      for suffix in ["", "-wal", "-shm"] { unlink(copy + suffix) }
      if round == 1 {
        try store.write(.sample(.import), key: key) {
          _ = try $0.insertDataset(name: "d", encoder: nil, license: nil, dimension: 1, scale: 1, classes: [])
        }
        #expect(try size("") > before + random.count)
        // Small commits go back to SQLite's own rule.
        #expect(try store.setting("wal_autocheckpoint") == "1000")
      }
    }
    try store.close()
    #expect(try size("") > 12 << 20)
    #expect(try folder.names() == ["lethe.db"])
  }
}

import Foundation
import Ledger
import Testing

@testable import Store

@Suite("Copies on their way back")
struct RestoreFileTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func content(_ name: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder.path(name)))) }

  @Test("come with their write-ahead log, and the file that they come from is left as it was")
  func withLog() throws {
    // The store stays open, so that its last entries are in the log alone.
    let (store, key) = try newStore(folder, "b.db")
    try FilledStore.fill(store, key: key)
    let before = try (content("b.db"), content("b.db-wal"))
    #expect(before.1.count > 100_000)
    let copied = try Folder()
    try copied.write(before.0, to: "b.db")
    try copied.write(before.1, to: "b.db-wal")
    chmod(copied.url.path, 0o500)
    defer { chmod(copied.url.path, 0o700) }
    do {
      let copy = try StoreRestore(copied.path("b.db"), for: folder.path("new.db"))
      #expect(try copy.verify().logSize == 7)
      try copy.install()
    }
    #expect(codes(folder.path("new.db")) == [])
    #expect(try copied.names() == ["b.db", "b.db-wal"])
    #expect(try Data(contentsOf: URL(fileURLWithPath: copied.path("b.db"))) == Data(before.0))
    #expect(try !folder.names().contains { $0.hasPrefix("new.db-") || $0.hasSuffix(PartialFile.suffix) })
  }

  @Test("are refused if they are nothing or something else, before they are copied")
  func refused() throws {
    try folder.write([1, 2, 3], to: "short.db")
    try SQLite.run("CREATE TABLE t (x)", on: folder.path("foreign.db"))
    #expect(mkfifo(folder.path("pipe.db"), 0o600) == 0)
    for (name, code) in [
      ("none.db", "store.not_found"), ("short.db", "store.not_a_store"), ("foreign.db", "store.not_a_store"),
      ("pipe.db", "store.not_a_store"), (".", "store.not_a_store"),
    ] {
      #expect { _ = try StoreRestore(folder.path(name), for: folder.path("new.db")) } throws: { ($0 as? StoreError)?.code == code }
    }
    #expect(try folder.names() == ["foreign.db", "pipe.db", "short.db"])
  }

  @Test("are refused if any bit is wrong")
  func damaged() throws {
    let path = try FilledStore.copy(to: folder)
    try SQLite.tamper("UPDATE measurement SET value = value + 0.001 WHERE id = 1", on: path)
    let copy = try StoreRestore(path, for: folder.path("new.db"))
    #expect { _ = try copy.verify() } throws: { ($0 as? StoreError)?.code == "copy.damaged" }
  }

  @Test("give a damaged store its content back, while nobody else has it open")
  func replacing() throws {
    let path = try FilledStore.copy(to: folder)
    try folder.write(FilledStore.shared.get().bytes, to: "b.db")
    try SQLite.tamper("UPDATE chunk SET bytes = zeroblob(length(bytes) + 5000)", on: path)
    #expect(codes(path) != [])
    let copy = try StoreRestore(folder.path("b.db"), for: path)
    let head = try copy.verify()
    do {
      let other = try Store.open(at: path)
      #expect { try copy.replace((head.logSize, head.root)) } throws: { ($0 as? StoreError)?.code == "store.busy" }
      try other.close()
    }
    #expect(throws: StoreError.changedMeanwhile(path: path)) { try copy.replace((head.logSize - 1, head.root)) }
    #expect(codes(path) != [])
    try copy.replace((head.logSize, head.root))
    #expect(codes(path) == [])
    #expect(try SQLite.dump(path) == SQLite.dump(folder.path("b.db")))
  }
}

import Foundation
import Ledger
import Testing

@testable import Store

/// A log as others read it, read back by `TileReader`, which shares no step with what wrote it.
@Suite("Publishing the log")
struct LogExportTests {
  private let folder: Folder
  private let key: SigningKey

  init() throws {
    folder = try Folder()
    key = try SigningKey(name: "test")
  }

  /// A store with so many entries, of which each but the first writes nothing.
  private func store(_ size: Int) throws -> Store {
    try Store.create(at: folder.path(), origin: "example.com/log", key: key, entry: NewEntry(.`init`, actor: "Ada"))
    let store = try Store.open(at: folder.path())
    try grow(store, to: size)
    return store
  }

  private func grow(_ store: Store, to size: Int) throws {
    for _ in try store.read({ try $0.lastSignedTreeHead().size })..<Int64(size) {
      try store.write(NewEntry(.lift, actor: "Ada"), key: key) { _ in }
    }
  }

  @Test("what is published leads to the signed head, whatever the size and however often it was published before")
  func readsBack() throws {
    let store = try store(1)
    var files: [String: [UInt8]] = [:]
    var previous: TreeHead?
    for size in [1, 2, 255, 256, 257, 511, 513] {
      try grow(store, to: size)
      var order: [String] = []
      let export = try store.read { snapshot in
        try snapshot.exportLog(after: previous) { path, bytes in
          // A full tile is written once and never changes.
          #expect(path == "checkpoint" || files[path] == nil, "\(path) at \(size)")
          files[path] = bytes
          order.append(path)
        }
      }
      #expect(order.last == "checkpoint" && export.filesWritten == order.count && export.previousSize == previous?.size ?? 0)
      let checkpoint = try #require(files["checkpoint"])
      let head = try LogPolicy(key: key.named("example.com/log").verifierKey).verify(SignedNote(parsing: checkpoint)).head
      #expect(head.size == size && head == export.head)
      var count = 0
      let root = try TileReader { files[$0] }.root(size: size) { index, entry in
        let leaf = try store.read { try $0.leaf(Int64(index)) }
        #expect(leaf == entry)
        count += 1
      }
      #expect(root == head.root && count == size)
      // Earlier heads can be read under too.
      if let previous { #expect(try TileReader { files[$0] }.root(size: previous.size) == previous.root) }
      previous = head
      // Nothing has come: only the head is written.
      let again = try store.read { try $0.exportLog(after: head) { _, _ in } }
      #expect(again.filesWritten == 1)
    }
    try store.close()
  }

  @Test(
    "a log that is not what was signed is not published",
    arguments: [
      "UPDATE log_entry SET leaf = replace(leaf, 'lift', 'left') WHERE log_index = 2",
      "UPDATE log_node SET hash = zeroblob(32) WHERE level = 2", "DELETE FROM log_node WHERE level = 0 AND position = 1",
      "UPDATE log_checkpoint SET note = replace(note, '5', '6')", "DELETE FROM log_entry WHERE log_index = 4",
    ])
  func damaged(change: String) throws {
    try store(5).close()
    try SQLite.tamper(change, on: folder.path())
    let store = try Store.open(at: folder.path(), for: .reading)
    #expect {
      try store.read { try $0.exportLog(after: nil) { path, _ in #expect(path != "checkpoint") } }
    } throws: { ($0 as? StoreError)?.isDamage == true }
    // Nor is there a receipt for what is not there as signed.
    if change.contains("log_index = 2") { #expect(throws: StoreError.self) { try store.read { try $0.proof(of: 2) } } }
    try store.close()
  }

  @Test("a receipt for every entry of logs of many sizes holds under the last head")
  func receipts() throws {
    let store = try store(1)
    for size in [1, 2, 3, 7, 8, 21] {
      try grow(store, to: size)
      for index in 0..<size {
        let proof = try store.read { try $0.proof(of: Int64(index)) }
        let parsed = try TLogProof(parsing: proof.bytes)
        let policy = LogPolicy(key: try key.named("example.com/log").verifierKey)
        #expect(try parsed.verify(entry: #require(parsed.extra), policy: policy).head.size == size)
      }
      #expect(throws: StoreError.self) { try store.read { try $0.proof(of: Int64(size)) } }
    }
    try store.close()
  }
}

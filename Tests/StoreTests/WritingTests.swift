import Foundation
import Ledger
import Testing

@testable import Store

@Suite("Writing")
struct WritingTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private struct Stop: Error {}

  @Test("rows, leaf, tree and signed head commit together, and say the same")
  func together() throws {
    let (store, key) = try newStore(folder)
    for number in 1...5 {
      try store.write(.sample(.train), key: key) { transaction in
        #expect(transaction.entryIndex == Int64(number))
        _ = try transaction.modelOrNew("model\(number)")
      }
      let (size, root, note) = try store.read { try $0.lastSignedTreeHead() }
      let leaves = try SQLite.lines("SELECT leaf FROM log_entry ORDER BY log_index", on: folder.path())
      #expect(size == Int64(number) + 1)
      #expect(leaves.count == number + 1)
      #expect(TreeDefinition.root(of: leaves.map { MerkleTree.leafHash(Array($0.utf8)) }) == root)
      try SignedNote(parsing: Array(note.utf8)).verified(by: [key.named("example.com/log").verifierKey])
      #expect(try SQLite.integer("SELECT entry FROM model WHERE name = 'model\(number)'", on: folder.path()) == number)
    }
  }

  @Test("an error undoes everything: the content is byte for byte what it was")
  func undone() throws {
    let (store, key) = try newStore(folder)
    try FilledStore.fill(store, key: key)
    let before = try SQLite.dump(folder.path())
    #expect(throws: Stop.self) {
      try store.write(.sample(.train), key: key) { transaction in
        _ = try transaction.modelOrNew("other")
        _ = try transaction.insertTensor([1, 2, 3] as [Float], shape: [3])
        throw Stop()
      }
    }
    #expect(throws: StoreError.self, "a refused row undoes the rest too") {
      try store.write(.sample(.train), key: key) { transaction in
        _ = try transaction.modelOrNew("other")
        try transaction.insertReinstatement(event: 99)
      }
    }
    #expect(try SQLite.dump(folder.path()) == before)
    #expect(store.verify().ok)
  }

  @Test("a key that is not the log's is refused, and nothing is written")
  func wrongKey() throws {
    let (store, key) = try newStore(folder)
    let before = try SQLite.dump(folder.path())
    let other = try SigningKey(name: "example.com/log")
    let (expected, given) = (try key.named("example.com/log").verifierKey.description, other.verifierKey.description)
    #expect(throws: StoreError.wrongKey(expected: expected, given: given)) {
      try store.write(.sample(.train), key: other) { _ = try $0.modelOrNew("pets") }
    }
    #expect(try SQLite.dump(folder.path()) == before)
  }

  @Test("a text with a NUL, which SQLite's readers would cut short, is refused")
  func nul() throws {
    let (store, key) = try newStore(folder)
    #expect(throws: StoreError.self) {
      try store.write(.sample(.import), key: key) {
        _ = try $0.insertDataset(name: "d", encoder: "a\0b", license: nil, dimension: 1, scale: 1, classes: [])
      }
    }
    #expect(throws: StoreError.self) { try store.write(.sample(.train, reason: "a\0b"), key: key) { _ in } }
    #expect(store.verify().findings == [])
  }

  @Test("numbers that SQLite changes on the way in still verify")
  func numbers() throws {
    let (store, key) = try newStore(folder)
    let scales: [Double] = [
      0.0, -0.0, 1, -1, 0.1, 1e300, .leastNonzeroMagnitude, Double(Int64.max), 9_007_199_254_740_992, .infinity,
    ]
    try store.write(.sample(.import), key: key) { transaction in
      for (index, scale) in scales.enumerated() {
        _ = try transaction.insertDataset(
          name: "d\(index)", encoder: "é\u{FFFD}🦉", license: "", dimension: index, scale: scale, classes: []
        )
      }
    }
    #expect(store.verify().findings == [])
    #expect(try store.read { try $0.datasets() }.map(\.scale) == scales)
  }

  @Test("names are short and plain", arguments: ["", "-a", ".a", "a b", "a@1", "é", "a/b", String(repeating: "a", count: 101)])
  func badNames(name: String) throws {
    let (store, key) = try newStore(folder)
    #expect(throws: StoreError.badName(kind: "model", name: name)) {
      try store.write(.sample(.train), key: key) { _ = try $0.modelOrNew(name) }
    }
  }

  @Test("records read back as they were written, also within their own transaction")
  func readBack() throws {
    let store = try Store.open(at: FilledStore.copy(to: folder))
    try store.read { snapshot in
      #expect(try snapshot.checkpoints(model: "pets").map(\.name) == ["pets@1", "pets@2", "pets@3", "pets@4"])
      #expect(try snapshot.checkpoint(named: "pets").name == "pets@4")
      #expect(try snapshot.checkpoint(named: "pets@2").parentName == "pets@1")
      let second = try snapshot.checkpoint(named: "pets@2")
      #expect(try snapshot.checkpoint(named: String(second.digest.hex.prefix(8))).id == second.id)
      #expect(try snapshot.events().map(\.inForce) == [false, true])
      #expect(try snapshot.event(1).approvedBy == "Grace")
      #expect(try snapshot.event(1).classes.map(\.name) == ["cat"])
      #expect(try snapshot.splits(event: 1).count == 6)
      #expect(try snapshot.examples(externalID: "person 1").map(\.ordinal) == [1])
      #expect(try snapshot.measurements(checkpoint: second.id).count == 4)
      #expect(throws: StoreError.unknown(kind: "checkpoint", name: "pets@9", known: ["pets@1", "pets@2", "pets@3", "pets@4"])) {
        try snapshot.checkpoint(named: "pets@9")
      }
    }
    #expect(store.verify().findings == [])
  }
}

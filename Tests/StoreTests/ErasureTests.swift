import Foundation
import Ledger
import Testing

@testable import Store

/// After an erasure records and digests are there, and of the bytes nothing: not in a table, not in the file, not in its log.
@Suite("Erasing")
struct ErasureTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  /// A store in which the owl may be erased: forgotten at the head, known before.
  private func filled() throws -> (store: Store, key: SigningKey) {
    let (store, key) = try newStore(folder)
    try FilledStore.fill(store, key: key)
    return (store, key)
  }

  private func erase(_ store: Store, _ key: SigningKey) throws -> (erasure: Int64, outcome: ErasureOutcome) {
    let (erasure, _) = try store.write(.sample(.erase), key: key) { try $0.erase(FilledStore.scope($0)) }
    return (erasure, try certify(erasure, store, key))
  }

  private func certify(_ erasure: Int64, _ store: Store, _ key: SigningKey) throws -> ErasureOutcome {
    try store.certify(erasure, vacuum: false, tool: "test", entry: .sample(.certify), key: key)
  }

  /// Every file of the store as bytes.
  private func files() throws -> [UInt8] {
    try ["", "-wal", "-shm", "-journal"].flatMap { suffix in
      FileManager.default.fileExists(atPath: folder.path() + suffix)
        ? try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder.path() + suffix))) : []
    }
  }

  @Test("embeddings of the rows and values of the class are nowhere in the file; what stays reads as before, the rows blanked")
  func bytesAreGone() throws {
    let (store, key) = try filled()
    let (rows, gone) = try store.read { snapshot in
      let split = try snapshot.split(1)
      let embeddings = try snapshot.load(snapshot.tensor(split.embeddings ?? 0), as: UInt8.self)
      // Long enough that it stands there by no chance: three of the chunk's rows, of which one goes.
      let rows = stride(from: 2, to: 40, by: 3).map { Array(embeddings[($0 * 4)..<($0 * 4 + 4)]) }
      let values = try snapshot.tensors(checkpoint: 1)["values"]
      let plain = try snapshot.load(values.unsafelyUnwrapped, as: Float.self)
      return (rows, plain[(400 * FilledStore.rowWidth)..<(402 * FilledStore.rowWidth)].withUnsafeBytes { Array($0) })
    }
    #expect(rows.count == 13)
    let before = try store.read { try $0.plainBytes($0.tensors(checkpoint: 3)["values"].unsafelyUnwrapped) }
    guard case .certified(let certificate) = try erase(store, key).outcome else {
      Issue.record("not certified")
      return
    }
    #expect(certificate.hits == 0 && certificate.needles > 0 && certificate.scannedBytes > 100_000)
    let bytes = try files()
    #expect(Data(bytes).range(of: Data(gone)) == nil)
    try store.read { snapshot in
      let split = try snapshot.split(1)
      let embeddings = try snapshot.load(snapshot.tensor(split.embeddings ?? 0), as: UInt8.self)
      let labels = try snapshot.load(snapshot.tensor(split.labels ?? 0), as: UInt16.self)
      for row in 0..<40 {
        #expect((labels[row] == SplitRecord.erasedLabel) == (row % 3 == 2))
        if row % 3 == 2 { #expect(embeddings[(row * 4)..<(row * 4 + 4)].allSatisfy { $0 == 0 }) }
      }
      let codes = try snapshot.codeTable(checkpoint: 1, split: 1)
      #expect(try snapshot.load(codes.unsafelyUnwrapped, as: UInt16.self)[6..<9].allSatisfy { $0 == .max })
      #expect(try snapshot.plainBytes(snapshot.tensors(checkpoint: 3)["values"].unsafelyUnwrapped) == before)
      #expect(split.erasedCount == 13 && split.imported?.labels != split.labels)
    }
    #expect(store.verify().findings == [])
  }

  @Test("an erased checkpoint keeps its record and says that its bytes are gone, and since when")
  func records() throws {
    let (store, key) = try filled()
    let digest = try store.read { try $0.checkpoint(1).digest }
    let erasure = try erase(store, key).erasure
    try store.read { snapshot in
      #expect(try snapshot.checkpoint(1).digest == digest)
      #expect(try snapshot.erasure(ofCheckpoint: 1)?.id == erasure)
      #expect(try snapshot.erasure(ofCheckpoint: 3) == nil)
      let values = try snapshot.tensors(checkpoint: 1)["values"].unsafelyUnwrapped
      #expect(values.isErased)
      #expect {
        try snapshot.plainBytes(values)
      } throws: {
        if case .erased(_, erasure, "2026-09-21T14:13:20Z")? = $0 as? StoreError { true } else { false }
      }
      #expect(try snapshot.checkpoints(knowing: "owl").isEmpty)
      #expect(try snapshot.isExcluded(.checkpoint, digest))
    }
    // What is excluded does not come in again.
    #expect(throws: StoreError.excluded(kind: "checkpoint", digest: digest)) {
      try store.write(.sample(.train), key: key) { transaction in
        let old = try transaction.checkpoint(1)
        _ = try transaction.insertCheckpoint(
          .init(
            model: 1, parent: nil, base: nil, kind: .trained, dataset: 1, configuration: old.configuration, seed: 1,
            engineVersion: "1", tensors: transaction.tensors(checkpoint: 1)))
      }
    }
  }

  @Test("every byte that is left is reachable: no chunk without a tensor, no page that is free and not zero")
  func nothingUnreachable() throws {
    let (store, key) = try filled()
    _ = try erase(store, key)
    #expect(store.verify().findings == [])
    try store.close()
    let (path, size) = (folder.path(), 4_096)
    let bytes = try files()
    // https://www.sqlite.org/fileformat.html §1.5: trunk pages list the leaves of the free list; leaves are overwritten.
    func number(_ offset: Int) -> Int { bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) } }
    var (trunk, leaves) = (number(32), 0)
    while trunk != 0 {
      let start = (trunk - 1) * size
      for leaf in 0..<number(start + 4) {
        let page = (number(start + 8 + 4 * leaf) - 1) * size
        #expect(bytes[page..<(page + size)].allSatisfy { $0 == 0 })
        leaves += 1
      }
      trunk = number(start)
    }
    #expect(leaves > 0)
    #expect(try SQLite.lines("PRAGMA integrity_check", on: path) == ["ok"])
  }

  @Test("a reader keeps the erasure pending; the same certificate is issued when it is gone")
  func pending() throws {
    let (store, key) = try filled()
    let reader = try Store.open(at: folder.path())
    let id: Int64 = try reader.read { snapshot in
      _ = try snapshot.checkpoints()
      let (erasure, outcome) = try erase(store, key)
      guard case .pending = outcome else {
        Issue.record("\(outcome)")
        return erasure
      }
      return erasure
    }
    #expect(try store.read { try $0.erasure(id) }.certificate == nil)
    #expect(try SQLite.lines("SELECT state FROM erasures", on: folder.path()) == ["pending"])
    try reader.close()
    guard case .certified(let first) = try certify(id, store, key), case .certified(let second) = try certify(id, store, key) else {
      Issue.record("not certified")
      return
    }
    #expect(first.id == second.id && first.logIndex == second.logIndex)
    #expect(try SQLite.lines("SELECT state FROM erasures", on: folder.path()) == ["certified"])
    #expect(store.verify().findings == [])
  }

  @Test("the scan finds what is left: in the file, and in a file that a killed command left")
  func scanFinds() throws {
    let (store, key) = try filled()
    let chunks = try SQLite.lines("SELECT hex(bytes) FROM chunk", on: folder.path()).map { hex in
      stride(from: 0, to: hex.utf8.count, by: 2).compactMap { UInt8(hex.dropFirst($0).prefix(2), radix: 16) }
    }
    let (erasure, _) = try store.write(.sample(.erase), key: key) { try $0.erase(FilledStore.scope($0)) }
    // What the store held before lies beside it.
    try folder.write(chunks.flatMap { $0 }, to: "lethe.db.new-left")
    guard case .found(let hits) = try certify(erasure, store, key) else {
      Issue.record("not found")
      return
    }
    #expect(hits.allSatisfy { $0.file.hasSuffix("lethe.db.new-left") && $0.form == .stored } && !hits.isEmpty)
    #expect(try store.read { try $0.erasure(erasure) }.certificate == nil)
    unlink(folder.path("lethe.db.new-left"))
    guard case .certified = try certify(erasure, store, key) else {
      Issue.record("not certified")
      return
    }
  }

  @Test("a line of forgettings stands on the first of them, at the cost of their lists")
  func standsAlone() throws {
    let (store, key) = try newStore(folder)
    try FilledStore.fill(store, key: key)
    let (plain, derived) = try store.write(.sample(.forget), key: key) { transaction in
      let base = try transaction.tensors(checkpoint: 3)["values"].unsafelyUnwrapped
      var plain = try transaction.load(base, as: Float.self)
      for row in 900..<1_000 { for column in 0..<FilledStore.rowWidth { plain[row * FilledStore.rowWidth + column] = 0 } }
      let derived = try plain.withUnsafeBytes {
        try transaction.deriveTensor(from: base, rowCount: FilledStore.rowCount, zeroing: (900..<1_000).map { $0 }, plain: $0)
      }
      var tensors = try transaction.tensors(checkpoint: 3)
      tensors["values"] = derived
      _ = try transaction.insertCheckpoint(
        .init(
          model: 1, parent: 3, base: 1, kind: .unlearned, dataset: 1, configuration: "{}", seed: 1, engineVersion: "1",
          tensors: tensors))
      try transaction.insertAppliedEvent(checkpoint: 5, event: 2, how: .masked)
      return (plain, derived)
    }
    _ = try erase(store, key)
    try store.read { snapshot in
      let third = try snapshot.tensors(checkpoint: 3)["values"].unsafelyUnwrapped
      #expect(third.base == nil && !third.isErased)
      let fifth = try snapshot.tensor(derived.id)
      #expect(fifth.base == third.id)
      #expect(try snapshot.load(fifth, as: Float.self) == plain)
    }
    #expect(store.verify().findings == [])
  }

  @Test("bytes that come back after an erasure for age are stored again under the record that they have")
  func storedAgain() throws {
    let (store, key) = try filled()
    let plain = try store.read { try $0.load($0.tensors(checkpoint: 1)["values"].unsafelyUnwrapped, as: Float.self) }
    let (id, _) = try store.write(.sample(.retention), key: key) { transaction in
      var scope = EraseScope(kind: .retention, model: 1)
      scope.checkpoints = [1, 2]
      return try transaction.erase(scope)
    }
    #expect(try store.read { try $0.erasure(id) }.checkpoints == ["pets@1", "pets@2"])
    let again = try store.write(.sample(.train), key: key) { transaction in
      let tensor = try transaction.insertTensor(plain, shape: [FilledStore.rowCount, FilledStore.rowWidth])
      _ = try transaction.insertCheckpoint(
        .init(
          model: 1, parent: nil, base: nil, kind: .trained, dataset: 1, configuration: "{}", seed: 1, engineVersion: "1",
          tensors: ["values": tensor]))
      return tensor
    }
    #expect(!again.isErased)
    #expect(try store.read { try $0.load(again, as: Float.self) } == plain)
    #expect(store.verify().findings == [])
  }
}

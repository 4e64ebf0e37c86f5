import Ledger
import Tensors
import Testing

@testable import Store

@Suite("Derived tensors")
struct DerivedTensorTests {
  private let folder: Folder
  private static let (rowCount, width) = (5_000, 20)

  init() throws { folder = try Folder() }

  private func plain(zeroing rows: Set<UInt32> = []) -> [Float] {
    (0..<(Self.rowCount * Self.width)).map { rows.contains(UInt32($0 / Self.width)) ? 0 : Float($0 + 1) }
  }

  private func derive(
    _ transaction: Transaction, _ base: TensorRecord, _ rows: [UInt32], result: Set<UInt32>, rowCount: Int = rowCount
  ) throws -> TensorRecord {
    try plain(zeroing: result).withUnsafeBytes {
      try transaction.deriveTensor(from: base, rowCount: rowCount, zeroing: rows, plain: $0)
    }
  }

  @Test("a derived tensor is its base with rows zeroed; deriving again unites the rows and keeps the base")
  func union() throws {
    let (store, key) = try newStore(folder)
    var generator = Seeded(9)
    try store.write(.sample(.forget), key: key) { transaction in
      let base = try transaction.insertTensor(plain(), shape: [Self.rowCount, Self.width])
      var (last, all) = (base, Set<UInt32>())
      for share in [0.0002, 0.002, 0.02, 0.5, 1] {
        let before = transaction.storedBytes
        let rows = (0..<UInt32(Self.rowCount)).filter { _ in Double.random(in: 0..<1, using: &generator) <= share }
        all.formUnion(rows)
        last = try derive(transaction, last, rows, result: all)
        #expect(last.base == base.id)
        #expect(last.digest == Digest.of(plain(zeroing: all).withUnsafeBytes { Array($0) }))
        #expect(try transaction.load(last, as: Float.self) == plain(zeroing: all))
        #expect(try transaction.zeroedRows(of: last.id).rows == all.sorted())
        #expect(transaction.storedBytes - before <= 1 + Self.rowCount / 8)
      }
    }
    #expect(try SQLite.integer("SELECT count(DISTINCT base) FROM derived_tensor", on: folder.path()) == 1)
    #expect(store.verify().findings == [])
  }

  @Test("nothing zeroed is the base itself; the same rows twice are one tensor")
  func known() throws {
    let (store, key) = try newStore(folder)
    try store.write(.sample(.forget), key: key) { transaction in
      let base = try transaction.insertTensor(plain(), shape: [Self.rowCount, Self.width])
      #expect(try derive(transaction, base, [], result: []).id == base.id)
      let first = try derive(transaction, base, [1, 2], result: [1, 2])
      #expect(try derive(transaction, first, [2], result: [1, 2]).id == first.id)
    }
    #expect(store.verify().findings == [])
  }

  @Test("of tensors that are written together, one takes up the chunks that another has no use for")
  func together() throws {
    let (store, key) = try newStore(folder)
    let shape = [Self.rowCount, Self.width]
    try store.write(.sample(.forget), key: key) { transaction in
      let base = try transaction.insertTensor(plain(), shape: shape)
      let derived = try derive(transaction, base, [0, 4_999], result: [0, 4_999])
      var other = plain(zeroing: [0, 4_999])
      other[other.count - 1] = -1
      let contents = [plain(zeroing: [0, 4_999]), other, other]
      let records = try transaction.insertTensors(contents.map { try TensorContent($0, shape: shape) })
      #expect(records.map(\.id) == [derived.id, records[1].id, records[1].id])
      #expect(try records.map { try transaction.load($0, as: Float.self) } == contents)
    }
    #expect(store.verify().findings == [])
  }

  @Test("writing in full what is already there as a derived tensor leaves no chunk behind")
  func inFull() throws {
    let (store, key) = try newStore(folder)
    try store.write(.sample(.forget), key: key) { transaction in
      let base = try transaction.insertTensor(plain(), shape: [Self.rowCount, Self.width])
      let derived = try derive(transaction, base, [4_999], result: [4_999])
      let stored = transaction.storedBytes
      let again = try transaction.insertTensor(plain(zeroing: [4_999]), shape: [Self.rowCount, Self.width])
      #expect(again.id == derived.id)
      #expect(transaction.storedBytes == stored)
    }
    #expect(store.verify().findings == [])
  }

  @Test("rows of another size than the base was derived by are refused")
  func otherRows() throws {
    let (store, key) = try newStore(folder)
    #expect(throws: StoreError.self) {
      try store.write(.sample(.forget), key: key) { transaction in
        let base = try transaction.insertTensor(plain(), shape: [Self.rowCount, Self.width])
        let first = try derive(transaction, base, [1], result: [1])
        _ = try derive(transaction, first, [2], result: [1, 2], rowCount: Self.rowCount / 2)
      }
    }
  }

  @Test("a list that says the same in its longer form is found")
  func longerForm() throws {
    let (store, key) = try newStore(folder)
    try store.write(.sample(.forget), key: key) { transaction in
      _ = try derive(transaction, transaction.insertTensor(plain(), shape: [Self.rowCount, Self.width]), [9], result: [9])
    }
    try store.close()
    var bitmap = [UInt8](repeating: 0, count: 1 + Self.rowCount / 8)
    (bitmap[0], bitmap[1 + 9 / 8]) = (2, 1 << (9 % 8))
    let (digest, hex) = (Digest.of(bitmap).hex, bitmap.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    try SQLite.tamper(
      """
      UPDATE chunk SET digest = x'\(digest)', stored_digest = x'\(digest)', plain_size = \(bitmap.count), encoding = 'stored',
      bytes = x'\(hex)' WHERE id = (SELECT zeroed_rows FROM derived_tensor)
      """, on: folder.path())
    #expect(codes(folder.path()) == ["row_list.corrupt"])
  }

  @Test("a derived tensor can't be streamed, and says so")
  func noStream() throws {
    let (store, key) = try newStore(folder)
    let derived = try store.write(.sample(.forget), key: key) { transaction in
      try derive(transaction, transaction.insertTensor(plain(), shape: [Self.rowCount, Self.width]), [1], result: [1])
    }
    #expect {
      try TensorStream(derived, in: store)
    } throws: {
      ($0 as? StoreError)?.code == "tensor.corrupt"
    }
  }
}

import Ledger
import Tensors
import Testing

@testable import Store

@Suite("Tensors")
struct TensorTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  @Test("tensors of any type and shape come back, whole and in ranges")
  func roundTrip() throws {
    let (store, key) = try newStore(folder)
    var generator = Seeded(7)
    var written: [(TensorRecord, [UInt8])] = []
    let chunk = ChunkCodec.tensorChunkSize
    try store.write(.sample(.import), key: key) { transaction in
      let sizes = [[], [0], [1], [3, 0, 2], [chunk], [2, chunk], [chunk - 1], [chunk + 1], [17 * chunk + 5], [1, 1, 7]]
      for shape in sizes + (0..<10).map({ _ in (0..<3).map { _ in Int.random(in: 0...20, using: &generator) } }) {
        let dtype = shape.count == 1 ? DType.uint8 : DType.allCases.randomElement(using: &generator) ?? .uint8
        let description = try TensorDescription(dtype: dtype, shape: shape)
        let kind = ["sparse", "random"].randomElement(using: &generator) ?? ""
        let plain = ChunkCodecTests.data(kind, description.byteCount, &generator)
        let writer = transaction.tensorWriter(description)
        var rest = plain[...]
        while !rest.isEmpty {
          let piece = rest.prefix(Int.random(in: 1...900_000, using: &generator))
          try piece.withUnsafeBytes { try writer.append($0) }
          rest = rest.dropFirst(piece.count)
        }
        let record = try writer.finish()
        #expect(record.description == description && record.digest == Digest.of(plain))
        written.append((record, plain))
      }
    }
    for (record, plain) in written {
      #expect(try store.read { try $0.plainBytes(record) } == plain)
      let stream = try TensorStream(record, in: store)
      for _ in 0..<8 {
        let ends = (0..<2).map { _ in Int.random(in: 0...plain.count, using: &generator) }.sorted()
        var target = [UInt8](repeating: 1, count: ends[1] - ends[0])
        try target.withUnsafeMutableBytes { try stream.read(ends[0]..<ends[1], into: $0) }
        #expect(target == Array(plain[ends[0]..<ends[1]]))
      }
    }
    #expect(store.verify().findings == [])
  }

  @Test("elements come back as their type, and as no other")
  func elements() throws {
    let (store, key) = try newStore(folder)
    let record = try store.write(.sample(.import), key: key) { try $0.insertTensor([1.5, -2] as [Float], shape: [2]) }
    #expect(try store.read { try $0.load(record, as: Float.self) } == [1.5, -2])
    #expect(throws: StoreError.self) { try store.read { try $0.load(record, as: UInt32.self) } }
  }

  @Test("too few or too many bytes are refused, and nothing stays", arguments: [0, 3, 5])
  func wrongSize(count: Int) throws {
    let (store, key) = try newStore(folder)
    #expect(throws: StoreError.self) {
      try store.write(.sample(.import), key: key) { transaction in
        let writer = transaction.tensorWriter(try TensorDescription(dtype: .uint8, shape: [4]))
        try [UInt8](repeating: 1, count: count).withUnsafeBytes { try writer.append($0) }
        _ = try writer.finish()
      }
    }
    #expect(try SQLite.integer("SELECT count(*) FROM chunk", on: folder.path()) == 0)
  }

  @Test("a tensor is stored once, a chunk too")
  func shared() throws {
    let (store, key) = try newStore(folder)
    var generator = Seeded(8)
    let plain = generator.bytes(3 * ChunkCodec.tensorChunkSize)
    try store.write(.sample(.import), key: key) { transaction in
      let first = try transaction.insertTensor(plain, shape: [plain.count])
      let stored = transaction.storedBytes
      #expect(stored == plain.count)
      #expect(try transaction.insertTensor(plain, shape: [plain.count]).id == first.id)
      #expect(try transaction.insertTensor(plain, shape: [3, plain.count / 3]).id != first.id)
      #expect(transaction.storedBytes == stored)
      var other = plain
      other[plain.count - 1] ^= 1
      _ = try transaction.insertTensor(other, shape: [plain.count])
      #expect(transaction.storedBytes == stored + ChunkCodec.tensorChunkSize)
    }
    #expect(try SQLite.integer("SELECT count(*) FROM chunk", on: folder.path()) == 4)
    #expect(store.verify().findings == [])
  }
}

import Ledger
import Testing

@testable import Store

@Suite("Chunk codec")
struct ChunkCodecTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  /// Data of each kind that models and data sets are made of; sizes up to a few chunks' worth and odd ones.
  static func data(_ kind: String, _ count: Int, _ generator: inout Seeded) -> [UInt8] {
    switch kind {
    case "zero": return [UInt8](repeating: 0, count: count)
    case "sparse":
      var bytes = [UInt8](repeating: 0, count: count)
      for index in stride(from: 3, to: count, by: 61) { bytes[index] = UInt8(truncatingIfNeeded: generator.next()) }
      return bytes
    case "dense":
      let floats = (0..<(count / 4 + 1)).map { _ in Float.random(in: 0.01..<0.02, using: &generator) }
      return floats.withUnsafeBytes { Array($0.prefix(count)) }
    default: return generator.bytes(count)
    }
  }

  @Test("what is encoded decodes to the same bytes", arguments: ["zero", "sparse", "dense", "random"], [1, 2, 4, 8])
  func roundTrip(kind: String, width: Int) throws {
    var generator = Seeded(UInt64(width))
    for count in [0, 1, 2, 3, 4, 5, 63, 1_000, 4_099, 262_143, 262_144] {
      let plain = Self.data(kind, count, &generator)
      let encoded = plain.withUnsafeBytes { EncodedChunk($0, elementSize: width) }
      #expect(encoded.digest == Digest.of(plain))
      #expect(encoded.plainSize == count)
      #expect(encoded.storedDigest == Digest.of(encoded.bytes))
      #expect(encoded.bytes.count <= count)
      #expect(try decode(encoded.bytes, encoded.filter, encoded.encoding, count) == plain)
      if count >= 4_099 {
        let expected: (ChunkCodec.Filter, ChunkCodec.Encoding) =
          switch kind {
          case "zero", "sparse": (.none, .lz4)
          case "dense" where width == 4: (.bitshuffle4, .lz4)
          default: (.none, .stored)
          }
        #expect((encoded.filter, encoded.encoding) == expected, "\(count)")
      }
    }
  }

  @Test("the lz4 command opens the stored frames")
  func otherProgram() throws {
    var generator = Seeded(5)
    for kind in ["zero", "sparse", "dense"] {
      let plain = Self.data(kind, 200_000, &generator)
      let encoded = plain.withUnsafeBytes { EncodedChunk($0, elementSize: 4) }
      #expect(encoded.encoding == .lz4)
      let output = try run("lz4", ["-d", "-c"], input: encoded.bytes)
      #expect(output.status == 0)
      #expect(output.bytes.count == plain.count)
      #expect(try decode(output.bytes, encoded.filter, .stored, plain.count) == plain)
    }
  }

  @Test("a frame that is cut, lengthened, of another size or damaged is refused and crashes nothing")
  func hostile() throws {
    var generator = Seeded(6)
    let plain = Self.data("sparse", 5_000, &generator)
    let frame = plain.withUnsafeBytes { EncodedChunk($0, elementSize: 1) }.bytes
    for size in [0, 1, 4_999, 5_001, 1 << 20] {
      #expect(throws: ChunkCodec.ChunkProblem.self, "size \(size)") { try decode(frame, .none, .lz4, size) }
    }
    for count in 0..<frame.count {
      #expect(throws: ChunkCodec.ChunkProblem.self) { try decode(Array(frame.prefix(count)), .none, .lz4, 5_000) }
    }
    let skippable: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0]
    for tail in [[0], frame, skippable] as [[UInt8]] {
      #expect(throws: ChunkCodec.ChunkProblem.self) { try decode(frame + tail, .none, .lz4, 5_000) }
    }
    #expect(throws: ChunkCodec.ChunkProblem.self) { try decode(skippable, .none, .lz4, 1) }
    // The frames carry no checksum, so damage may decode: the digests are there for that.
    for _ in 0..<3_000 {
      var damaged = frame
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        damaged[Int.random(in: 0..<damaged.count, using: &generator)] = UInt8(truncatingIfNeeded: generator.next())
      }
      let size = Bool.random(using: &generator) ? 5_000 : Int.random(in: 0...9_000, using: &generator)
      if let decoded = try? decode(damaged, .none, .lz4, size) { #expect(decoded.count == size) }
    }
  }

  @Test("each filter takes exactly the recorded number of bytes, in either encoding", arguments: ChunkCodec.Filter.allCases)
  func sizes(filter: ChunkCodec.Filter) throws {
    var generator = Seeded(7)
    let plain = Self.data("sparse", 4_099, &generator)
    var filtered = plain
    plain.withUnsafeBytes { source in filtered.withUnsafeMutableBytes { filter.apply(source, into: $0) } }
    // Elements of 8 bytes have no filter: a plain LZ4 frame.
    let frame = filtered.withUnsafeBytes { EncodedChunk($0, elementSize: 8) }.bytes
    #expect(try decode(filtered, filter, .stored, plain.count) == plain)
    #expect(try decode(frame, filter, .lz4, plain.count) == plain)
    for size in [0, 1, 4_098, 4_100, 9_000] {
      #expect(throws: ChunkCodec.ChunkProblem.self) { try decode(filtered, filter, .stored, size) }
      #expect(throws: ChunkCodec.ChunkProblem.self) { try decode(frame, filter, .lz4, size) }
    }
    #expect(throws: ChunkCodec.ChunkProblem.self) { try decode([], filter, .lz4, 0) }
    #expect(try decode([], filter, .stored, 0) == [])
  }

  @Test("random and damaged bytes never decode to another number of bytes than recorded", arguments: ChunkCodec.Filter.allCases)
  func fuzz(filter: ChunkCodec.Filter) throws {
    var generator = Seeded(8)
    let frame = Self.data("sparse", 3_000, &generator).withUnsafeBytes { EncodedChunk($0, elementSize: 8) }.bytes
    for round in 0..<(LongTests.areWanted ? 200_000 : 2_000) {
      var bytes = frame
      switch round % 4 {
      case 0: bytes = generator.bytes(Int.random(in: 0...300, using: &generator))
      case 1: bytes = Array(frame.prefix(7)) + generator.bytes(Int.random(in: 0...300, using: &generator))
      case 2: bytes[Int.random(in: 0..<bytes.count, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      default:
        let start = Int.random(in: 0..<bytes.count, using: &generator)
        bytes.replaceSubrange(start..., with: generator.bytes(Int.random(in: 0...64, using: &generator)))
      }
      let encoding: ChunkCodec.Encoding = round % 5 == 0 ? .stored : .lz4
      let size = Bool.random(using: &generator) ? 3_000 : Int.random(in: 0...5_000, using: &generator)
      if let decoded = try? decode(bytes, filter, encoding, size) { #expect(decoded.count == size) }
    }
  }

  private func decode(
    _ bytes: [UInt8], _ filter: ChunkCodec.Filter, _ encoding: ChunkCodec.Encoding, _ size: Int
  ) throws -> [UInt8] {
    var target = [UInt8](repeating: 0xAA, count: size)
    try bytes.withUnsafeBytes { source in
      try target.withUnsafeMutableBytes { try ChunkCodec.decode(source, filter: filter, encoding: encoding, into: $0) }
    }
    return target
  }
}

/// A chunk as the codec encodes it, with bytes of its own.
struct EncodedChunk {
  var digest: Digest
  var plainSize: Int
  var filter: ChunkCodec.Filter
  var encoding: ChunkCodec.Encoding
  var storedDigest: Digest
  var bytes: [UInt8]

  init(_ plain: UnsafeRawBufferPointer, elementSize: Int) {
    self = ChunkCodec.withEncoded(plain, elementSize: elementSize) { chunk in
      Self(
        digest: chunk.digest, plainSize: chunk.plainSize, filter: chunk.filter, encoding: chunk.encoding,
        storedDigest: chunk.storedDigest, bytes: Array(chunk.bytes))
    }
  }

  private init(
    digest: Digest, plainSize: Int, filter: ChunkCodec.Filter, encoding: ChunkCodec.Encoding, storedDigest: Digest, bytes: [UInt8]
  ) {
    (self.digest, self.plainSize, self.filter, self.encoding) = (digest, plainSize, filter, encoding)
    (self.storedDigest, self.bytes) = (storedDigest, bytes)
  }
}

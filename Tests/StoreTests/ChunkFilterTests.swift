import CFilters
import Testing

@testable import Store

/// The filters in C against the plainest Swift that says the same.
@Suite("Chunk filters")
struct ChunkFilterTests {
  /// All first bytes of the elements, then all second ones, and so on; what is left over as it is.
  static func shuffled(_ plain: [UInt8], width: Int) -> [UInt8] {
    let count = plain.count / width
    let planes = (0..<width).flatMap { byte in (0..<count).map { plain[$0 * width + byte] } }
    return planes + plain.dropFirst(planes.count)
  }

  /// All first bits, lowest first, of the elements, then all second ones, and so on; what is left over as it is.
  static func bitshuffled(_ plain: [UInt8], width: Int) -> [UInt8] {
    let count = plain.count / width / 8 * 8
    var result = [UInt8](repeating: 0, count: count * width) + plain.dropFirst(count * width)
    for bit in 0..<(8 * width) {
      for element in 0..<count where plain[element * width + bit / 8] >> UInt8(bit % 8) & 1 != 0 {
        let place = bit * count + element
        result[place / 8] |= 1 << UInt8(place % 8)
      }
    }
    return result
  }

  private static func filtered(_ filter: ChunkCodec.Filter, _ plain: [UInt8], undo: Bool = false) -> [UInt8] {
    // Bytes behind the end show whether a filter writes there.
    var target = [UInt8](repeating: 0xA5, count: plain.count + 64)
    plain.withUnsafeBytes { source in
      target.withUnsafeMutableBytes { target in
        let target = UnsafeMutableRawBufferPointer(rebasing: target.prefix(plain.count))
        undo ? filter.undo(source, into: target) : filter.apply(source, into: target)
      }
    }
    #expect(target.dropFirst(plain.count).allSatisfy { $0 == 0xA5 })
    return Array(target.prefix(plain.count))
  }

  /// Every short length, and lengths around whole steps and tiles of the vector code.
  static let lengths =
    Array(0..<140) + [255, 256, 257, 511, 512, 513, 1_024, 2_047, 2_048, 2_049, 4_095, 4_103, 6_144, 10_007, 65_536]

  @Test("bytes and bits go where the plain definition puts them, and come back", arguments: ChunkCodec.Filter.allCases)
  func twins(filter: ChunkCodec.Filter) {
    var generator = Seeded(21)
    for length in Self.lengths {
      let plain = generator.bytes(length)
      let expected =
        switch filter {
        case .none: plain
        case .shuffle4: Self.shuffled(plain, width: 4)
        case .bitshuffle1: Self.bitshuffled(plain, width: 1)
        case .bitshuffle2: Self.bitshuffled(plain, width: 2)
        case .bitshuffle4: Self.bitshuffled(plain, width: 4)
        }
      #expect(Self.filtered(filter, plain) == expected, "\(length)")
      #expect(Self.filtered(filter, expected, undo: true) == plain, "\(length)")
    }
  }

  @Test("codes below 4,096 with gaps among them are stored in less than 13 of 16 bits, and dense floats in less than 29 of 32")
  func savings() {
    var generator = Seeded(22)
    let codes = (0..<131_072).map { _ in
      UInt16.random(in: 0..<1_000, using: &generator) == 0 ? 0xFFFF : UInt16.random(in: 0..<4_096, using: &generator)
    }
    let floats = (0..<65_536).map { _ in (0..<12).reduce(Float(-3)) { sum, _ in sum + .random(in: 0..<0.5, using: &generator) } }
    let packed = [
      codes.withUnsafeBytes { EncodedChunk($0, elementSize: 2) },
      floats.withUnsafeBytes { EncodedChunk($0, elementSize: 4) },
    ]
    #expect(packed.map(\.filter) == [.bitshuffle2, .bitshuffle4])
    #expect(packed[0].bytes.count * 16 < 262_144 * 13 && packed[1].bytes.count * 32 < 262_144 * 29)
  }
}

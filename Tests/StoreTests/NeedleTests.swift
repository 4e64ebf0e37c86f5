import Foundation
import Testing

@testable import Store

@Suite("Needles")
struct NeedleTests {
  /// FORMAT.md's definition in plain words.
  private func rolling(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reduce(0) { $0 &* 0x9E37_79B9_7F4A_7C15 &+ UInt64($1) &+ 1 }
  }

  @Test("the rolling hash is FORMAT.md's at every place, and the search finds every needle and nothing else")
  func search() throws {
    var generator = Seeded(21)
    for count in [0, 1, 31, 32, 33, 64, 1_000, 5_000] {
      let bytes = generator.bytes(count)
      let places = count < 32 ? [] : (0..<7).map { _ in Int.random(in: 0...(count - 32), using: &generator) }
      let needles = places.map { place in bytes[place..<(place + 32)].withUnsafeBytes { Needle($0, form: .plain) } }
      for (place, needle) in zip(places, needles) { #expect(needle.rolling == rolling(bytes[place..<(place + 32)])) }
      var found: [Int] = []
      bytes.withUnsafeBytes { NeedleSearch(needles).search($0) { place, _ in found.append(place) } }
      #expect(Set(found) == Set(places))
      found = []
      generator.bytes(count).withUnsafeBytes { NeedleSearch(needles).search($0) { place, _ in found.append(place) } }
      #expect(found.isEmpty)
    }
  }

  @Test("a needle across two blocks of a file is found once, at its place; files that are called alike are not the store's")
  func acrossBlocks() throws {
    let folder = try Folder()
    var generator = Seeded(22)
    var bytes = [UInt8](repeating: 7, count: (4 << 20) + 100)
    let needle = generator.bytes(32)
    let place = (4 << 20) - 13
    bytes.replaceSubrange(place..<(place + 32), with: needle)
    try folder.write(bytes)
    try folder.write(needle, to: "lethe.db-wal")
    try folder.write(needle, to: "lethe.db2")
    let scan = try FileScan(store: folder.path(), needles: [needle.withUnsafeBytes { Needle($0, form: .stored) }])
    #expect(scan.files.map(\.suffix) == ["", "-wal"])
    #expect(scan.hits.map(\.offset) == [Int64(place), 0])
    #expect(scan.scannedBytes == Int64(bytes.count + 32))
  }
}

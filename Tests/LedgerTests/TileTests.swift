import Testing

@testable import Ledger

@Suite("tlog-tiles")
struct TileTests {
  @Test(
    "the standard's paths, both ways",
    arguments: [
      ("tile/0/x001/x234/067", TilePath.Kind.hashes(level: 0), 1_234_067, 256), ("tile/0/000", .hashes(level: 0), 0, 256),
      ("tile/0/x001/234.p/17", .hashes(level: 0), 1_234, 17), ("tile/63/999.p/255", .hashes(level: 63), 999, 255),
      ("tile/entries/x001/000.p/1", .entries, 1_000, 1), ("tile/1/273.p/112", .hashes(level: 1), 273, 112),
      ("tile/entries/x009/x223/x372/x036/x854/x775/807", .entries, .max, 256),
    ])
  func paths(text: String, kind: TilePath.Kind, index: Int, count: Int) throws {
    let path = try TilePath(kind, index: index, count: count)
    #expect(path.text == text)
    #expect(try TilePath(parsing: text) == path)
  }

  @Test(
    "any other spelling is refused",
    arguments: [
      "", "tile", "tile/0", "tile/0/", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/00/000", "tile/64/000", "tile/-1/000",
      "tile/+1/000", "tile/x/000", "tile/Entries/000", "tile/0/x000/001", "tile/0/001/001", "tile/0/x001", "tile/0/x001/x002",
      "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/", "tile/0/000.p", "tile/0/000.p/1/2",
      "tile/0/000.p/-1", "/tile/0/000", "tile/0/000/", "tile//000", "tile/0/../000", "tile/0/0x0", "tile/0/+01", "tile/0/٠٠٠",
      "tile/0/x010/x000/x000/x000/x000/x000/000", "tile/0/x999/x999/x999/x999/x999/x999/x999/x999/999", "til/0/000",
    ])
  func otherSpellings(text: String) {
    #expect(throws: TileError.invalidPath) { try TilePath(parsing: text) }
  }

  @Test("numbers out of range are refused")
  func outOfRange() {
    for (kind, index, count) in [
      (TilePath.Kind.hashes(level: -1), 0, 1), (.hashes(level: 64), 0, 1), (.entries, -1, 1), (.entries, 0, 0), (.entries, 0, 257),
    ] {
      #expect(throws: TileError.invalidPath) { try TilePath(kind, index: index, count: count) }
    }
  }

  @Test("a tree of 70,000 has the tiles that the standard counts")
  func standardExample() throws {
    let paths = TilePath.all(size: 70_000)
    func counts(_ kind: TilePath.Kind) -> [Int] { paths.filter { $0.kind == kind }.map(\.count) }
    #expect(counts(.hashes(level: 0)) == [Int](repeating: 256, count: 273) + [112])
    #expect(counts(.hashes(level: 1)) == [256, 17])
    #expect(counts(.hashes(level: 2)) == [1])
    #expect(counts(.hashes(level: 3)) == [] && counts(.entries).count == 274)
    #expect(TilePath.all(size: 256).map(\.text) == ["tile/0/000", "tile/1/000.p/1", "tile/entries/000"])
    #expect(TilePath.all(size: 0).isEmpty)
  }

  /// A log as files in memory.
  private static func publish(_ entries: [[UInt8]], _ log: MemoryLog) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for path in TilePath.all(size: entries.count) {
      switch path.kind {
      case .hashes: files[path.text] = try Tile.bytes(path) { log.nodes[$0] }
      case .entries: files[path.text] = try Tile.bundle(entries[(path.index * 256)...].prefix(path.count))
      }
    }
    return files
  }

  private static func make(_ size: Int) throws -> (entries: [[UInt8]], log: MemoryLog, files: [String: [UInt8]]) {
    let entries = (0..<size).map { Array("entry \($0)".utf8) }
    let log = MemoryLog(leaves: entries.map { MerkleTree.leafHash($0) })
    return (entries, log, try publish(entries, log))
  }

  @Test("the root follows from the files, and every entry comes by in order", arguments: [0, 1, 255, 256, 257, 512, 1_000])
  func rootFromFiles(size: Int) throws {
    let (entries, log, files) = try Self.make(size)
    var seen: [[UInt8]] = []
    let root = try TileReader { files[$0] }.root(size: size) { index, entry in
      #expect(index == seen.count)
      seen.append(entry)
    }
    #expect(root == log.roots[size] && seen == entries)
  }

  @Test("three levels of tiles", .enabled(if: LongTests.areWanted))
  func threeLevels() throws {
    let (_, log, files) = try Self.make(70_000)
    #expect(files["tile/2/000.p/1"]?.count == 32)
    #expect(try TileReader { files[$0] }.root(size: 70_000) == log.roots[70_000])
  }

  @Test("every file that is missing, cut, lengthened or changed is named")
  func damaged() throws {
    let (_, log, files) = try Self.make(600)
    var random = Seeded(3)
    func root(_ files: [String: [UInt8]]) throws -> Digest { try TileReader { files[$0] }.root(size: 600) }
    #expect(try root(files) == log.roots[600])
    for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
      var damaged = files
      damaged[path] = nil
      #expect(throws: TileError.missingFile(path)) { try root(damaged) }
      for changed in [Array(bytes.dropLast()), bytes + [0], [], bytes + bytes] {
        damaged[path] = changed
        #expect(throws: TileError.wrongLength(path)) { try root(damaged) }
      }
      for _ in 0..<10 {
        var changed = bytes
        changed[Int.random(in: changed.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        damaged[path] = changed
        #expect(throws: TileError.self) { try root(damaged) }
      }
    }
    // Entries that change places keep every length.
    var swapped = files
    swapped["tile/entries/000"] = files["tile/entries/001"]
    #expect(throws: TileError.wrongHash("tile/0/000")) { try root(swapped) }
  }

  @Test("an entry fills 65,535 bytes of a bundle and not one more")
  func bundles() throws {
    let path = try TilePath(.entries, index: 0, count: 2)
    let entries = [[UInt8](repeating: 7, count: 65_535), []]
    let bytes = try Tile.bundle(entries)
    #expect(bytes.prefix(2) == [0xFF, 0xFF] && bytes.suffix(2) == [0, 0])
    #expect(try Tile.entries(bytes, path: path) == entries)
    #expect(throws: TileError.entryTooLong) { try Tile.bundle([[UInt8](repeating: 7, count: 65_536)]) }
    for changed in [bytes + bytes, Array(bytes.dropLast()), [0], [0, 5, 1], [0xFF, 0xFF]] {
      #expect(throws: TileError.wrongLength(path.text)) { try Tile.entries(changed, path: path) }
    }
  }

  @Test("a node that the log lacks is named, and a bundle is no tile of hashes")
  func missingNode() throws {
    #expect(throws: TreeError.missingNode(TreePosition(level: 8, index: 256))) {
      try Tile.bytes(TilePath(.hashes(level: 1), index: 1, count: 1)) { _ in nil }
    }
    #expect(throws: TileError.invalidPath) { try Tile.bytes(TilePath(.entries, index: 0)) { _ in nil } }
    #expect(throws: TreeError.negativeSize(-1)) { try TileReader { _ in nil }.root(size: -1) }
  }
}

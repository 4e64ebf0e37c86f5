/// What the files of a published log hold, and how a log's nodes and entries are found in them again.
///
/// A tile is its hashes, 32 bytes each, one after the other; a bundle is its entries, each behind its length in two bytes, most
/// significant first. Source: c2sp.org/tlog-tiles.
package enum Tile {
  /// The bytes of a tile of hashes, from a log's stored nodes. At most 256 look-ups.
  ///
  /// - Throws: `TileError.invalidPath` for a bundle, `TreeError.missingNode`, and whatever `node` throws.
  package static func bytes(_ path: TilePath, node: (TreePosition) throws -> Digest?) throws -> [UInt8] {
    guard case .hashes(let level) = path.kind, level < 8 else { throw TileError.invalidPath }
    return try (0..<path.count).flatMap { place in
      let position = TreePosition(level: 8 * level, index: path.index * TilePath.width + place)
      guard let hash = try node(position) else { throw TreeError.missingNode(position) }
      return hash.bytes
    }
  }

  /// The hashes of a tile.
  ///
  /// - Throws: `TileError.wrongLength`.
  package static func hashes(_ bytes: [UInt8], path: TilePath) throws(TileError) -> [Digest] {
    guard bytes.count == path.count * Digest.byteCount else { throw .wrongLength(path.text) }
    return stride(from: 0, to: bytes.count, by: Digest.byteCount).compactMap { start in
      try? Digest(bytes: bytes[start..<start + Digest.byteCount])
    }
  }

  /// The bytes of a bundle of entries.
  ///
  /// - Throws: `TileError.entryTooLong`.
  package static func bundle(_ entries: some Sequence<[UInt8]>) throws(TileError) -> [UInt8] {
    var bytes: [UInt8] = []
    for entry in entries {
      guard let length = UInt16(exactly: entry.count) else { throw .entryTooLong }
      bytes += [UInt8(length >> 8), UInt8(length & 0xFF)] + entry
    }
    return bytes
  }

  /// The entries of a bundle.
  ///
  /// - Throws: `TileError.wrongLength` if the bytes end early, go on, or hold another number of entries.
  package static func entries(_ bytes: [UInt8], path: TilePath) throws(TileError) -> [[UInt8]] {
    var entries: [[UInt8]] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      guard rest.count >= 2, entries.count < path.count else { throw .wrongLength(path.text) }
      let length = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
      guard rest.count >= 2 + length else { throw .wrongLength(path.text) }
      entries.append(Array(rest.dropFirst(2).prefix(length)))
      rest = rest.dropFirst(2 + length)
    }
    guard entries.count == path.count else { throw .wrongLength(path.text) }
    return entries
  }
}

/// Checks a published log against the tree head that it claims, from entries to root.
///
/// Every bundle is read and its entries hashed; every tile must hold the hashes that follow from them. Memory is that of one
/// path of tiles, whatever the size of the log: at most eight times 256 hashes and one bundle.
package struct TileReader {
  /// Gives the bytes of a file by its path in the log's folder, or nil if there is none.
  package typealias ReadFile = (String) throws -> [UInt8]?

  private let readFile: ReadFile

  /// Reads a log through a closure, which may open files or ask a server.
  package init(readFile: @escaping ReadFile) {
    self.readFile = readFile
  }

  /// Works out the root of the first `size` entries, comparing every tile on the way.
  ///
  /// - Parameter entry: is called with each entry and its place, in order.
  /// - Throws: `TileError.missingFile`, `.wrongLength`, `.wrongHash`; whatever the closures throw.
  package func root(size: Int, entry: (Int, [UInt8]) throws -> Void = { _, _ in }) throws -> Digest {
    guard size >= 0 else { throw TreeError.negativeSize(size) }
    var frontier = TreeFrontier()
    // For each level, the hashes that the tile which is being filled must hold.
    var pending = [[Digest]](repeating: [], count: 8)
    for index in 0..<(size + TilePath.width - 1) / TilePath.width {
      let count = min(TilePath.width, size - index * TilePath.width)
      let path = try TilePath(.entries, index: index, count: count)
      for (place, bytes) in try Tile.entries(file(path), path: path).enumerated() {
        try entry(index * TilePath.width + place, bytes)
        for node in frontier.append(MerkleTree.leafHash(bytes)) where node.position.level % 8 == 0 {
          let level = node.position.level / 8
          pending[level].append(node.hash)
          if pending[level].count == TilePath.width { try check(level, node.position.index, &pending) }
        }
      }
    }
    for level in 0..<8 where !pending[level].isEmpty { try check(level, (size >> (8 * level)) - 1, &pending) }
    return frontier.root()
  }

  /// Compares the tile that ends with the node of this index with what it must hold, and begins the next one.
  private func check(_ level: Int, _ index: Int, _ pending: inout [[Digest]]) throws {
    let path = try TilePath(.hashes(level: level), index: index / TilePath.width, count: pending[level].count)
    let found = try Tile.hashes(file(path), path: path)
    guard found == pending[level] else { throw TileError.wrongHash(path.text) }
    pending[level].removeAll(keepingCapacity: true)
  }

  /// A file's bytes.
  private func file(_ path: TilePath) throws -> [UInt8] {
    if let bytes = try readFile(path.text) { return bytes }
    throw TileError.missingFile(path.text)
  }
}

/// The ways in which the files of a published log can be wrong.
package enum TileError: Error, Hashable, CustomStringConvertible {
  /// A path that names no tile, or not in the one spelling that there is.
  case invalidPath
  /// A file that the log's size requires is not there.
  case missingFile(String)
  /// A file with another number of hashes, entries or bytes than its name says.
  case wrongLength(String)
  /// A tile with a hash that doesn't follow from the entries.
  case wrongHash(String)
  /// An entry of more than 65,535 bytes.
  case entryTooLong

  package var description: String {
    switch self {
    case .invalidPath: "not the path of a tile"
    case .missingFile(let path): "the published log lacks \(path)"
    case .wrongLength(let path): "\(path) does not hold what its name says: it was cut or lengthened"
    case .wrongHash(let path): "\(path) does not follow from the entries: an entry or a hash was changed"
    case .entryTooLong: "a published entry has at most 65535 bytes"
    }
  }
}

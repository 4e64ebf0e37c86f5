/// The name of a file that holds a stretch of a published log: a tile of hashes, or a bundle of entries.
///
/// `tile/<L>/<N>` is 256 hashes side by side, the roots of subtrees of 256^L leaves; `tile/entries/<N>` the 256 entries under a
/// tile of level 0. N is written in groups of three digits, all but the last with an `x` in front, so that no folder has more
/// than a thousand entries: 1234067 is `x001/x234/067`. The last file of a level may be partial: `.p/<W>` follows, W being
/// how many it has. Source: c2sp.org/tlog-tiles.
package struct TilePath: Hashable, Sendable {
  /// The number of hashes of a full tile and of entries of a full bundle.
  package static let width = 256

  /// What a file holds.
  package enum Kind: Hashable, Sendable {
    /// Hashes: the subtrees' height is 8 times this level, 0 … 63.
    case hashes(level: Int)
    /// Entries.
    case entries
  }

  /// What the file holds.
  package let kind: Kind
  /// Its place among those of its kind, counted from 0.
  package let index: Int
  /// How many hashes or entries it holds, 1 … 256.
  package let count: Int

  /// Names a file.
  ///
  /// - Throws: `TileError.invalidPath` for a level, index or count out of range.
  package init(_ kind: Kind, index: Int, count: Int = width) throws(TileError) {
    if case .hashes(let level) = kind, !(0...63).contains(level) { throw .invalidPath }
    guard index >= 0, (1...Self.width).contains(count) else { throw .invalidPath }
    (self.kind, self.index, self.count) = (kind, index, count)
  }

  /// Reads a path, relative to the log's folder.
  ///
  /// - Throws: `TileError.invalidPath` for anything that `text` wouldn't write.
  package init(parsing text: String) throws(TileError) {
    var parts = text.split(separator: "/", maxSplits: 12, omittingEmptySubsequences: false).map(String.init)
    guard text.utf8.count <= 64, parts.count >= 3, parts.removeFirst() == "tile" else { throw .invalidPath }
    let first = parts.removeFirst()
    let kind: Kind = first == "entries" ? .entries : .hashes(level: Int(first) ?? -1)
    var count = Self.width
    if parts.count >= 2, parts[parts.count - 2].hasSuffix(".p") {
      count = Int(parts.removeLast()) ?? 0
      parts.append(String(parts.removeLast().dropLast(2)))
    }
    var index = 0
    for part in parts {
      let digits = part.hasPrefix("x") ? part.dropFirst() : part[...]
      guard digits.utf8.count == 3, let group = Int(digits) else { throw .invalidPath }
      let (high, overflows) = index.multipliedReportingOverflow(by: 1_000)
      guard !overflows, let sum = Optional(high.addingReportingOverflow(group)), !sum.overflow else { throw .invalidPath }
      index = sum.partialValue
    }
    try self.init(kind, index: index, count: count)
    // One spelling: no leading zeros, no sign, an x where it belongs, no `.p` on a full tile.
    guard self.text == text else { throw .invalidPath }
  }

  /// The path, relative to the log's folder.
  package var text: String {
    var digits = String(index)
    digits = String(repeating: "0", count: (3 - digits.count % 3) % 3) + digits
    var groups: [Substring] = []
    var rest = digits[...]
    while !rest.isEmpty {
      groups.append(rest.prefix(3))
      rest = rest.dropFirst(3)
    }
    let name = groups.dropLast().map { "x\($0)/" }.joined() + (groups.last ?? "")
    let folder =
      switch kind {
      case .hashes(let level): String(level)
      case .entries: "entries"
      }
    return "tile/\(folder)/\(name)" + (count == Self.width ? "" : ".p/\(count)")
  }

  /// The files that publish a log of this many entries: every tile with hashes, the entries' bundles last, each from left
  /// to right.
  package static func all(size: Int) -> [TilePath] {
    var paths: [TilePath] = []
    for level in 0...7 { append(.hashes(level: level), hashes: max(size, 0) >> (8 * level), to: &paths) }
    append(.entries, hashes: max(size, 0), to: &paths)
    return paths
  }

  private static func append(_ kind: Kind, hashes: Int, to paths: inout [TilePath]) {
    for index in 0..<(hashes + width - 1) / width {
      if let path = try? TilePath(kind, index: index, count: min(width, hashes - index * width)) { paths.append(path) }
    }
  }
}

import Dispatch

/// The tree of a whole log at once, level by level and on all cores: what `verify` does before it believes a stored node.
///
/// A level's hashes depend only on those of the level below, so each is worked out in blocks that run side by side.
/// It gives the same hashes as `TreeDefinition`, which follows the recursive definition one node at a time; the tests
/// compare them. *n* leaves cost *n* − 1 hashes and, for `levels`, 64 bytes of memory each.
/// Source: RFC 9162 section 2.1.1.
package enum TreeRebuild {
  /// Hashes that one core works out in one go: a tenth of a millisecond or more, so that handing out work costs nothing.
  private static let blockSize = 1_024

  /// The leaf hashes of entries, in their order.
  package static func leafHashes(of entries: [[UInt8]]) -> [Digest] {
    blocks(count: entries.count) { MerkleTree.leafHash(entries[$0]) }
  }

  /// The hashes of every complete subtree, by level and then by index, as a log of these leaves has stored them.
  ///
  /// Level 0 repeats the leaves; without leaves there are no levels.
  package static func levels(of leafHashes: [Digest]) -> [[Digest]] {
    guard !leafHashes.isEmpty else { return [] }
    var levels = [leafHashes]
    while let below = levels.last, below.count > 1 {
      levels.append(blocks(count: below.count / 2) { MerkleTree.nodeHash(below[2 * $0], below[2 * $0 + 1]) })
    }
    return levels
  }

  /// The root of the first `size` leaves, from the levels of a log that has at least as many. O(log n).
  ///
  /// - Throws: `TreeError.negativeSize`; `TreeError.missingNode` if there are fewer leaves.
  package static func root(size: Int, levels: [[Digest]]) throws -> Digest {
    try TreeFrontier(size: size) { position in
      guard levels.indices.contains(position.level), levels[position.level].indices.contains(position.index) else { return nil }
      return levels[position.level][position.index]
    }.root()
  }

  /// An array of which `element` gives every place, block by block on all cores.
  private static func blocks(count: Int, _ element: @Sendable (Int) -> Digest) -> [Digest] {
    [Digest](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      // Each block writes its own stretch of the buffer, and nothing reads before all are done.
      nonisolated(unsafe) let target = buffer
      DispatchQueue.concurrentPerform(iterations: (count + blockSize - 1) / blockSize) { block in
        for place in block * blockSize..<min((block + 1) * blockSize, count) {
          target.initializeElement(at: place, to: element(place))
        }
      }
      initializedCount = count
    }
  }
}

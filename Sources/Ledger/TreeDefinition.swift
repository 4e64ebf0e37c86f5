/// The tree straight from its recursive definition: what `TreeRebuild` and `TreeFrontier` are held to.
///
/// It takes all leaf hashes and follows RFC 9162 section 2.1.1 to the letter: a list of *n* > 1 leaves splits at *k*, the
/// largest power of two below *n*, and its hash is that of the node over both parts. It keeps no state, knows nothing of
/// stored nodes, and shares no step with `TreeFrontier`, so that one can't repeat the other's mistake. *n* leaves cost
/// *n* − 1 hashes; the depth of the recursion is at most 63.
package enum TreeDefinition {
  /// The root over all leaf hashes, in order.
  package static func root(of leafHashes: [Digest]) -> Digest {
    guard !leafHashes.isEmpty else { return MerkleTree.emptyRoot }
    return hash(of: leafHashes[...]) { _, _ in }
  }

  /// The hashes of every complete subtree, by level and then by index: `expectedNodes(of:)[level][index]`.
  ///
  /// These are all the nodes that a log of this many leaves has stored, no more and no fewer; level 0 repeats the leaves.
  /// Without leaves there are no levels.
  package static func expectedNodes(of leafHashes: [Digest]) -> [[Digest]] {
    guard !leafHashes.isEmpty else { return [] }
    var levels = [[Digest]](repeating: [], count: Int.bitWidth - leafHashes.count.leadingZeroBitCount)
    for level in levels.indices {
      levels[level].reserveCapacity(leafHashes.count >> level)
    }
    // The recursion finishes the subtrees of one level from left to right.
    _ = hash(of: leafHashes[...]) { levels[$0].append($1) }
    return levels
  }

  /// The hash of a non-empty list of leaves; `complete` is called with the level and hash of each list of 2^level leaves.
  private static func hash(of leaves: ArraySlice<Digest>, complete: (Int, Digest) -> Void) -> Digest {
    let count = leaves.count
    guard count > 1 else {
      let leaf = leaves[leaves.startIndex]
      complete(0, leaf)
      return leaf
    }
    let half = 1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
    let left = hash(of: leaves.prefix(half), complete: complete)
    let right = hash(of: leaves.dropFirst(half), complete: complete)
    let node = MerkleTree.nodeHash(left, right)
    if count == 2 * half { complete(half.trailingZeroBitCount + 1, node) }
    return node
  }
}

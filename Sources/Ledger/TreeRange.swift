/// A run of leaves that is a node of some tree: the unit in which proofs are made.
///
/// RFC 9162 section 2.1.1 splits a list of leaves at the largest power of two below its length. Every run that this can
/// produce begins at a multiple of a power of two that is not shorter than the run, so its hash follows from stored
/// complete subtrees: one look-up if the run is complete itself, else one for each bit set in its length.
struct TreeRange {
  /// The leaves, by their indices.
  let leaves: Range<Int>

  /// Both parts of a run of more than one leaf.
  var halves: (left: TreeRange, right: TreeRange) {
    let half = 1 << (Int.bitWidth - 1 - (leaves.count - 1).leadingZeroBitCount)
    let middle = leaves.lowerBound + half
    return (TreeRange(leaves: leaves.lowerBound..<middle), TreeRange(leaves: middle..<leaves.upperBound))
  }

  /// The run's hash, from the complete subtrees that `node` looks up, the largest first.
  ///
  /// - Throws: `TreeError.missingNode` where `node` gives nil, and whatever `node` throws.
  func hash(_ node: (TreePosition) throws -> Digest?) throws -> Digest {
    var hashes: [Digest] = []
    for position in TreeFrontier.positions(size: leaves.count) {
      // The run begins at a multiple of every one of its subtrees' lengths.
      let place = TreePosition(
        level: position.level, index: (leaves.lowerBound >> position.level) + position.index)
      guard let hash = try node(place) else { throw TreeError.missingNode(place) }
      hashes.append(hash)
    }
    guard var root = hashes.popLast() else { return MerkleTree.emptyRoot }
    while let left = hashes.popLast() { root = MerkleTree.nodeHash(left, root) }
    return root
  }
}

/// Where a complete subtree stands in the tree.
///
/// The subtree of level *l* and index *i* covers the leaves from *i* · 2^*l* up to, not including, (*i* + 1) · 2^*l*.
/// Once those leaves exist its hash never changes again, which is why it may be stored in an append-only table.
/// Source: c2sp.org/tlog-tiles, "Merkle Tree", where the same coordinates name the tiles' hashes.
package struct TreePosition: Hashable, Sendable {
  /// The height above the leaves; a leaf has level 0.
  package let level: Int
  /// The number of subtrees of the same level to its left.
  package let index: Int

  /// Names a subtree by level and index.
  package init(level: Int, index: Int) {
    self.level = level
    self.index = index
  }

  /// The last leaf that it covers, with which its hash is made.
  package var lastLeaf: Int { (index + 1) << level - 1 }
}

/// A complete subtree's position and hash: a row of the table that holds the tree.
package struct TreeNode: Hashable, Sendable {
  /// Where the subtree stands.
  package let position: TreePosition
  /// The root hash of the subtree; for level 0 the leaf hash.
  package let hash: Digest

  /// Gives the subtree at a position its hash.
  package init(position: TreePosition, hash: Digest) {
    self.position = position
    self.hash = hash
  }
}

/// The right edge of a growing tree: all that is needed to append a leaf and to know the root.
///
/// A tree of *n* leaves is a row of complete subtrees, one for each bit set in *n*, the largest first. Appending a leaf
/// merges the smallest of them as a binary counter carries; the root folds them from the right. Both take O(log n)
/// time, and at most 63 hashes are held. This is the writer's side; `TreeDefinition` checks it from the other end.
/// Source: RFC 9162 section 2.1.1 (the definition) and 2.1.2 (the same stack in the verifier of a whole list).
///
/// ## Topics
/// ### Starting
/// - ``init()``
/// - ``init(size:node:)``
/// - ``positions(size:)``
/// ### Growing
/// - ``append(_:)``
/// - ``root()``
package struct TreeFrontier: Sendable {
  /// The number of leaves.
  package private(set) var size = 0

  /// The hashes of the complete subtrees, the largest first.
  private var peaks: [Digest] = []

  /// A tree without leaves.
  package init() {}

  /// Restores the edge of a tree of `size` leaves from its stored nodes.
  ///
  /// `node` is asked once for each of `positions(size:)`, in that order. The hashes are taken as they are: compare
  /// `root()` with the last signed tree head before appending.
  ///
  /// - Throws: `TreeError.negativeSize`, `TreeError.missingNode` where `node` gives nil, and whatever `node` throws.
  package init(size: Int, node: (TreePosition) throws -> Digest?) throws {
    guard size >= 0 else { throw TreeError.negativeSize(size) }
    self.size = size
    for position in Self.positions(size: size) {
      guard let hash = try node(position) else { throw TreeError.missingNode(position) }
      peaks.append(hash)
    }
  }

  /// The subtrees that make up a tree of `size` leaves, the largest first; none if `size` is zero or less.
  package static func positions(size: Int) -> [TreePosition] {
    var positions: [TreePosition] = []
    var rest = max(size, 0)
    while rest > 0 {
      let level = Int.bitWidth - 1 - rest.leadingZeroBitCount
      rest -= 1 << level
      positions.append(TreePosition(level: level, index: (size - rest - 1) >> level))
    }
    return positions
  }

  /// Appends a leaf by its hash.
  ///
  /// - Returns: the subtrees that became complete, the leaf itself first, then upwards; each is to be stored. Over the
  ///   life of a log that makes fewer than two for each leaf.
  package mutating func append(_ leafHash: Digest) -> [TreeNode] {
    var hash = leafHash
    var level = 0
    var complete = [TreeNode(position: TreePosition(level: 0, index: size), hash: hash)]
    // A set bit of the old size is a subtree of that level waiting for a right-hand neighbour.
    while size >> level & 1 == 1 {
      hash = MerkleTree.nodeHash(peaks.removeLast(), hash)
      level += 1
      complete.append(TreeNode(position: TreePosition(level: level, index: size >> level), hash: hash))
    }
    peaks.append(hash)
    size += 1
    return complete
  }

  /// The root of the tree as it stands.
  package func root() -> Digest {
    guard var root = peaks.last else { return MerkleTree.emptyRoot }
    for peak in peaks.dropLast().reversed() {
      root = MerkleTree.nodeHash(peak, root)
    }
    return root
  }
}

/// The ways in which a stored tree can fail to be restored.
package enum TreeError: Error, Hashable, CustomStringConvertible {
  /// A number of leaves below zero.
  case negativeSize(Int)
  /// A complete subtree's hash that should be stored is not.
  case missingNode(TreePosition)

  package var description: String {
    switch self {
    case .negativeSize(let size): "a log cannot have \(size) entries"
    case .missingNode(let position):
      "the log lacks the tree node of level \(position.level), index \(position.index); `lethe verify` lists what is gone"
    }
  }
}

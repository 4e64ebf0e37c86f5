/// The hashes that lead from one leaf to the root of a tree: proof that the log has the entry at that place.
///
/// It is made from stored nodes with the recursive definition (RFC 9162 section 2.1.3.1) and checked with the other
/// algorithm that the RFC gives (2.1.3.2), so that maker and checker share no step. Making it takes O(log n) look-ups,
/// checking it O(log n) hashes; at most 63 hashes are looked at, however many there are.
///
/// ## Topics
/// ### Making
/// - ``init(index:size:node:)``
/// ### Checking
/// - ``init(index:size:hashes:)``
/// - ``root(leafHash:)``
/// - ``verify(leafHash:root:)``
package struct InclusionProof: Hashable, Sendable {
  /// The leaf's place, counted from 0.
  package let index: Int
  /// The number of leaves of the tree.
  package let size: Int
  /// The hashes of the subtrees beside the path, that of the leaf's sibling first.
  package let hashes: [Digest]

  /// Takes a proof from somebody else; nothing is believed before `verify` has returned.
  package init(index: Int, size: Int, hashes: [Digest]) {
    self.index = index
    self.size = size
    self.hashes = hashes
  }

  /// Makes the proof for a leaf in a tree of `size` leaves, which may be an earlier one than the present tree.
  ///
  /// `node` looks up complete subtrees of that tree, fewer than 2 · log2(size) + 1 of them.
  ///
  /// - Throws: `ProofError.indexOutOfRange`, `TreeError.missingNode`, and whatever `node` throws.
  package init(index: Int, size: Int, node: (TreePosition) throws -> Digest?) throws {
    guard (0..<max(size, 0)).contains(index) else { throw ProofError.indexOutOfRange(index: index, size: size) }
    var siblings: [TreeRange] = []
    var run = TreeRange(leaves: 0..<size)
    while run.leaves.count > 1 {
      let (left, right) = run.halves
      let isLeft = left.leaves.contains(index)
      siblings.append(isLeft ? right : left)
      run = isLeft ? left : right
    }
    self.init(index: index, size: size, hashes: try siblings.reversed().map { try $0.hash(node) })
  }

  /// The root of the tree in which a leaf of this hash would stand at this place.
  ///
  /// - Throws: `ProofError.indexOutOfRange`, `.tooShort`, `.tooLong`.
  package func root(leafHash: Digest) throws(ProofError) -> Digest {
    guard (0..<max(size, 0)).contains(index) else { throw .indexOutOfRange(index: index, size: size) }
    // The names are those of RFC 9162 section 2.1.3.2.
    var (fn, sn, r) = (index, size - 1, leafHash)
    for p in hashes {
      guard sn > 0 else { throw .tooLong }
      if fn & 1 == 1 || fn == sn {
        r = MerkleTree.nodeHash(p, r)
        while fn & 1 == 0 && fn != 0 { (fn, sn) = (fn >> 1, sn >> 1) }
      } else {
        r = MerkleTree.nodeHash(r, p)
      }
      (fn, sn) = (fn >> 1, sn >> 1)
    }
    guard sn == 0 else { throw .tooShort }
    return r
  }

  /// Checks that the tree with this root has a leaf of this hash at this place.
  ///
  /// - Throws: `ProofError.indexOutOfRange`, `.tooShort`, `.tooLong`, `.wrongRoot`.
  package func verify(leafHash: Digest, root: Digest) throws(ProofError) {
    guard try self.root(leafHash: leafHash) == root else { throw .wrongRoot }
  }
}

/// The ways in which a proof about a tree can fail.
package enum ProofError: Error, Hashable, CustomStringConvertible {
  /// A place beyond the tree's leaves, or below zero.
  case indexOutOfRange(index: Int, size: Int)
  /// Two tree sizes of which the older is larger, or one below zero.
  case sizesOutOfOrder(old: Int, new: Int)
  /// Fewer hashes than the way to the root takes.
  case tooShort
  /// More hashes than the way to the root takes.
  case tooLong
  /// The hashes lead to another root: the leaf, its place, the size or a hash is not the one that the tree has.
  case wrongRoot
  /// The hashes don't lead to the older tree's root: the log was rewritten since, or the older head is another log's.
  case wrongOldRoot

  package var description: String {
    switch self {
    case .indexOutOfRange(let index, let size): "a log of \(size) entries has no entry \(index)"
    case .sizesOutOfOrder(let old, let new): "a log of \(old) entries does not grow to \(new) entries"
    case .tooShort: "the proof has too few hashes for this entry and this tree size"
    case .tooLong: "the proof has too many hashes for this entry and this tree size"
    case .wrongRoot: "the proof leads to another root: the entry is not in the log at this place"
    case .wrongOldRoot: "the log does not contain the older tree: its entries were changed, or put back and continued otherwise"
    }
  }
}

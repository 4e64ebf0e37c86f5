/// The hashes that show that a tree begins with the leaves of an older one: nothing was changed, removed or inserted since.
///
/// Made with the recursive definition (RFC 9162 section 2.1.4.1) in O(log n) look-ups, checked with the RFC's other
/// algorithm (2.1.4.2) in O(log n) hashes. Every tree is consistent with the empty one and with itself; both proofs are
/// empty, and there roots are compared instead.
///
/// ## Topics
/// ### Making
/// - ``init(from:to:node:)``
/// ### Checking
/// - ``init(from:to:hashes:)``
/// - ``verify(oldRoot:newRoot:)``
package struct ConsistencyProof: Hashable, Sendable {
  /// The number of leaves of the older tree.
  package let oldSize: Int
  /// The number of leaves of the newer tree.
  package let newSize: Int
  /// The hashes of subtrees, in the order of the RFC.
  package let hashes: [Digest]

  /// Takes a proof from somebody else; nothing is believed before `verify` has returned.
  package init(from oldSize: Int, to newSize: Int, hashes: [Digest]) {
    self.oldSize = oldSize
    self.newSize = newSize
    self.hashes = hashes
  }

  /// Makes the proof between two sizes of a log.
  ///
  /// `node` looks up complete subtrees of the newer tree, fewer than 3 · log2(newSize) + 1 of them.
  ///
  /// - Throws: `ProofError.sizesOutOfOrder`, `TreeError.missingNode`, and whatever `node` throws.
  package init(from oldSize: Int, to newSize: Int, node: (TreePosition) throws -> Digest?) throws {
    guard oldSize >= 0, oldSize <= newSize else { throw ProofError.sizesOutOfOrder(old: oldSize, new: newSize) }
    guard oldSize > 0 else {
      self.init(from: oldSize, to: newSize, hashes: [])
      return
    }
    // Down to the run that ends with the older tree's last leaf; what is beside the way goes into the proof.
    var parts: [TreeRange] = []
    var run = TreeRange(leaves: 0..<newSize)
    while run.leaves.upperBound != oldSize {
      let (left, right) = run.halves
      let isLeft = oldSize <= left.leaves.upperBound
      parts.append(isLeft ? right : left)
      run = isLeft ? left : right
    }
    // A run from 0 is the older tree itself, whose root the reader has.
    if run.leaves.lowerBound > 0 { parts.append(run) }
    self.init(from: oldSize, to: newSize, hashes: try parts.reversed().map { try $0.hash(node) })
  }

  /// Checks that the tree with the new root continues the one with the old root.
  ///
  /// - Throws: `ProofError.sizesOutOfOrder`, `.tooShort`, `.tooLong`, `.wrongOldRoot`, `.wrongRoot`.
  package func verify(oldRoot: Digest, newRoot: Digest) throws(ProofError) {
    guard oldSize >= 0, oldSize <= newSize else { throw .sizesOutOfOrder(old: oldSize, new: newSize) }
    guard oldSize > 0, oldSize < newSize else {
      guard hashes.isEmpty else { throw .tooLong }
      guard oldRoot == (oldSize == 0 ? MerkleTree.emptyRoot : newRoot) else { throw .wrongOldRoot }
      guard newSize > 0 || newRoot == MerkleTree.emptyRoot else { throw .wrongRoot }
      return
    }
    // The names are those of RFC 9162 section 2.1.4.2. An older tree that is complete is a node of the newer one, and its
    // root stands in for the hash that the proof leaves out.
    let path = oldSize & (oldSize - 1) == 0 ? [oldRoot] + hashes.prefix(64) : Array(hashes.prefix(65))
    guard let seed = path.first else { throw .tooShort }
    var (fn, sn) = (oldSize - 1, newSize - 1)
    while fn & 1 == 1 { (fn, sn) = (fn >> 1, sn >> 1) }
    var (fr, sr) = (seed, seed)
    for c in path.dropFirst() {
      guard sn > 0 else { throw .tooLong }
      if fn & 1 == 1 || fn == sn {
        (fr, sr) = (MerkleTree.nodeHash(c, fr), MerkleTree.nodeHash(c, sr))
        while fn & 1 == 0 && fn != 0 { (fn, sn) = (fn >> 1, sn >> 1) }
      } else {
        sr = MerkleTree.nodeHash(sr, c)
      }
      (fn, sn) = (fn >> 1, sn >> 1)
    }
    guard sn == 0 else { throw .tooShort }
    guard fr == oldRoot else { throw .wrongOldRoot }
    guard sr == newRoot else { throw .wrongRoot }
  }
}

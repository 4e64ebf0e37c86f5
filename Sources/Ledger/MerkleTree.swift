import Foundation

/// The three hashes that a log's Merkle tree is made of.
///
/// Leaves and nodes are hashed with different first bytes, so that a node can never be passed off as a leaf.
/// `TreeFrontier` (which writes) and `TreeDefinition` (which checks) share these three and nothing else; the published
/// test vectors pin them. Source: RFC 9162 section 2.1.1, the same bytes as RFC 6962 section 2.1.
package enum MerkleTree {
  /// The root of a tree without leaves: the SHA-256 of nothing.
  package static let emptyRoot = DigestBuilder().finalize()

  /// The hash of a log entry: SHA-256 of a zero byte and the entry's bytes.
  package static func leafHash(_ entry: some ContiguousBytes) -> Digest {
    var builder = DigestBuilder()
    builder.update(byte: 0)
    builder.update(entry)
    return builder.finalize()
  }

  /// The hash of a node over its two children: SHA-256 of a one byte and both hashes.
  package static func nodeHash(_ left: Digest, _ right: Digest) -> Digest {
    // One buffer and one call: a million of these are made when a log is checked.
    withUnsafeTemporaryAllocation(byteCount: 1 + 2 * Digest.byteCount, alignment: 1) { buffer in
      buffer[0] = 1
      left.withUnsafeBytes { buffer[1..<33].copyBytes(from: $0) }
      right.withUnsafeBytes { buffer[33..<65].copyBytes(from: $0) }
      return Digest.of(UnsafeRawBufferPointer(buffer))
    }
  }
}

import Ledger

/// The digest that names a split, so that a measurement says on exactly which examples it was made.
enum SplitDigest {
  /// An imported part: SHA-256 over `lethe split v1\n`, the embeddings' digest and the labels' digest.
  static func imported(embeddings: Digest, labels: Digest) -> Digest {
    var builder = DigestBuilder()
    builder.update(Array("lethe split v1\n".utf8))
    builder.update(embeddings.bytes)
    builder.update(labels.bytes)
    return builder.finalize()
  }

  /// A derived split: SHA-256 over `lethe derived split v1\n`, the imported part's digest, and each member's row as 4 bytes
  /// little-endian, ascending.
  static func derived(from split: Digest, members: [Int]) -> Digest {
    var builder = DigestBuilder()
    builder.update(Array("lethe derived split v1\n".utf8))
    builder.update(split.bytes)
    members.map { UInt32($0).littleEndian }.withUnsafeBytes { builder.update($0) }
    return builder.finalize()
  }
}

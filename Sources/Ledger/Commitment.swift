/// A salted hash that stands in a log entry for text which may have to be erased: a person's name, a free-text reason.
///
/// The entry holds the commitment; text and salt lie elsewhere. Whoever has both can check that they belong to the entry.
/// Once both are erased the entry still verifies and says nothing: the salt's 256 random bits keep anybody from finding
/// the text by trying likely ones. The bytes hashed are `lethe-commitment/v1` and a newline, the 32 bytes of salt, the
/// text in UTF-8. Its first byte keeps it apart from the tree's hashes, whose input begins with 0 or 1.
package struct Commitment: Hashable, Sendable, Codable {
  /// The number of bytes of a salt.
  package static let saltByteCount = 32

  /// Sets these hashes apart from all others that the project makes.
  private static let domain = Array("lethe-commitment/v1\n".utf8)

  /// The hash itself; its text form is what goes into the entry.
  package let digest: Digest

  /// Takes a commitment from a log entry.
  package init(digest: Digest) {
    self.digest = digest
  }

  /// Commits to a text under a salt; reading the text form back is `init(digest:)`.
  private init(value: String, salt: [UInt8]) {
    var builder = DigestBuilder()
    builder.update(Self.domain)
    builder.update(salt)
    builder.update(Array(value.utf8))
    digest = builder.finalize()
  }

  /// Commits to a text under a fresh salt from the system's generator.
  package static func make(_ value: String) -> (commitment: Commitment, salt: [UInt8]) {
    var generator = SystemRandomNumberGenerator()
    let salt = (0..<saltByteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    return (Commitment(value: value, salt: salt), salt)
  }

  /// Whether the text and salt are the ones committed to; a salt of any other length than 32 bytes never is.
  package func opens(_ value: String, salt: [UInt8]) -> Bool {
    salt.count == Self.saltByteCount && Commitment(value: value, salt: salt) == self
  }

  /// Reads the digest's text form.
  package init(from decoder: any Decoder) throws {
    digest = try Digest(from: decoder)
  }

  /// Writes the digest's text form.
  package func encode(to encoder: any Encoder) throws {
    try digest.encode(to: encoder)
  }
}

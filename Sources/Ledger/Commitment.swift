import Dispatch
import Foundation

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
  package static func make(_ value: String) -> (commitment: Commitment, salt: [UInt8]) { make([value])[0] }

  /// Commits to several texts, each under a fresh salt of its own: the salts are one read of the system's generator, the hashes are
  /// taken on all cores.
  package static func make(_ values: [String]) -> [(commitment: Commitment, salt: [UInt8])] {
    let salts = randomBytes(saltByteCount * values.count)
    // A hash takes less than a microsecond, so they are handed out a few hundred at a time.
    let stride = 256
    return [(commitment: Commitment, salt: [UInt8])](unsafeUninitializedCapacity: values.count) { buffer, count in
      nonisolated(unsafe) let slots = buffer
      DispatchQueue.concurrentPerform(iterations: (values.count + stride - 1) / stride) { part in
        for index in (part * stride)..<min((part + 1) * stride, values.count) {
          let salt = Array(salts[(index * saltByteCount)..<((index + 1) * saltByteCount)])
          slots.initializeElement(at: index, to: (Commitment(value: values[index], salt: salt), salt))
        }
      }
      count = values.count
    }
  }

  private static func randomBytes(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      // The kernel's generator: https://www.gnu.org/software/libc/manual/html_node/High-Quality-Random.html
      if let bytes = buffer.baseAddress { arc4random_buf(bytes, count) }
      initialized = count
    }
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

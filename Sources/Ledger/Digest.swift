import Crypto
import Foundation

/// A SHA-256 digest: the name of everything the store refers to by content.
///
/// Its text is `sha256:` followed by 64 lowercase hexadecimal digits; that text is what JSON carries. There is exactly
/// one text for each digest, so texts may be compared as well. Source: FIPS 180-4.
public struct Digest: Hashable, Sendable {
  /// The number of bytes of a digest.
  package static let byteCount = 32

  /// What every text form begins with.
  private static let prefix = "sha256:"

  // The 32 bytes in the order of memory, so that `withUnsafeBytes` needs no copy and an array of digests no pointers.
  private let word0, word1, word2, word3: UInt64

  /// Takes the 32 bytes that a hash function has just written.
  fileprivate init(raw: UnsafeRawBufferPointer) {
    precondition(raw.count == Self.byteCount)
    word0 = raw.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
    word1 = raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    word2 = raw.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
    word3 = raw.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
  }

  /// Takes the 32 bytes of a stored digest.
  ///
  /// - Throws: `DigestError.wrongLength` for any other number of bytes.
  package init(bytes: some Collection<UInt8>) throws(DigestError) {
    guard bytes.count == Self.byteCount else { throw .wrongLength(bytes.count) }
    self = Array(bytes).withUnsafeBytes { Digest(raw: $0) }
  }

  /// Reads 64 lowercase hexadecimal digits, without the `sha256:` in front.
  ///
  /// - Throws: `DigestError.wrongLength` or `DigestError.notLowercaseHexadecimal`.
  package init(hex: some StringProtocol) throws(DigestError) {
    let digits = hex.utf8
    guard digits.count == 2 * Self.byteCount else { throw .wrongLength(digits.count / 2) }
    guard let bytes = Hexadecimal.decode(digits) else { throw .notLowercaseHexadecimal }
    try self.init(bytes: bytes)
  }

  /// Reads `sha256:` followed by 64 lowercase hexadecimal digits.
  ///
  /// - Throws: `DigestError.missingPrefix`, `.wrongLength` or `.notLowercaseHexadecimal`.
  package init(text: some StringProtocol) throws(DigestError) {
    guard text.utf8.starts(with: Self.prefix.utf8) else { throw .missingPrefix }
    try self.init(hex: String(decoding: text.utf8.dropFirst(Self.prefix.utf8.count), as: UTF8.self))
  }

  /// The digest of some bytes.
  package static func of(_ bytes: some ContiguousBytes) -> Digest {
    var builder = DigestBuilder()
    builder.update(bytes)
    return builder.finalize()
  }

  /// The 32 bytes.
  public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

  /// The 64 lowercase hexadecimal digits.
  public var hex: String { withUnsafeBytes { Hexadecimal.encode($0) } }
}

extension Digest: ContiguousBytes {
  /// Lends the 32 bytes where they lie.
  public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try Swift.withUnsafeBytes(of: self, body)
  }
}

extension Digest: CustomStringConvertible {
  /// `sha256:` and the hexadecimal digits.
  public var description: String { Self.prefix + hex }
}

extension Digest: Codable {
  /// Reads the text form.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    do {
      try self.init(text: try container.decode(String.self))
    } catch let error as DigestError {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
    }
  }

  /// Writes the text form.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// Computes a digest piece by piece, from the buffers where the pieces lie.
package struct DigestBuilder: Sendable {
  private var hash = SHA256()

  /// Starts with no bytes.
  package init() {}

  /// Adds the bytes of a buffer; nothing is copied.
  package mutating func update(_ buffer: UnsafeRawBufferPointer) {
    hash.update(bufferPointer: buffer)
  }

  /// Adds the bytes of an array, of `Data` or of another digest.
  package mutating func update(_ bytes: some ContiguousBytes) {
    bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
  }

  /// Adds a single byte.
  package mutating func update(byte: UInt8) {
    withUnsafeBytes(of: byte) { hash.update(bufferPointer: $0) }
  }

  /// The digest of all bytes added so far; more may be added afterwards.
  package func finalize() -> Digest {
    hash.finalize().withUnsafeBytes { Digest(raw: $0) }
  }
}

/// The ways in which a digest's text or bytes can be wrong.
package enum DigestError: Error, Hashable, CustomStringConvertible {
  /// Not 32 bytes (or 64 digits); carries the number of whole bytes found.
  case wrongLength(Int)
  /// A character that is none of `0`–`9`, `a`–`f`.
  case notLowercaseHexadecimal
  /// The text does not begin with `sha256:`.
  case missingPrefix

  package var description: String {
    switch self {
    case .wrongLength(let count): "a SHA-256 digest has 32 bytes, this has \(count)"
    case .notLowercaseHexadecimal: "a digest is written in lowercase hexadecimal digits"
    case .missingPrefix: "a digest begins with sha256:"
    }
  }
}

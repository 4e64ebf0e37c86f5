import Crypto
import Foundation

/// A name and an Ed25519 public key: what a reader needs to check a log's signatures.
///
/// Its text is `<name>+<key id>+<base64 of 0x01 and the 32-byte key>`, the key id being the first four bytes of
/// SHA-256(name, newline, 0x01, key) in eight lowercase hexadecimal digits. Name and id together say which key made a
/// signature; the id is short and only a label. Source: c2sp.org/signed-note, "Signatures" and "Verifier keys".
public struct VerifierKey: Sendable {
  /// The byte that marks Ed25519 in key texts and key ids.
  static let ed25519: UInt8 = 1

  /// The longest key text that is looked at, in bytes.
  static let maximumTextBytes = 1_024

  /// The longest name of a key in bytes: with key id and key it fills the longest key text.
  static let maximumNameBytes = 970

  /// The key's name, usually the log's origin.
  public let name: String
  /// The first four bytes of the hash over name and key, the first one highest.
  package let keyID: UInt32

  private let key: Curve25519.Signing.PublicKey

  /// Gives a name to a public key of 32 bytes.
  ///
  /// - Throws: `KeyError.invalidName`, `KeyError.wrongLength`.
  package init(name: String, publicKey: some Collection<UInt8>) throws(KeyError) {
    guard Self.isName(name.utf8) else { throw .invalidName }
    guard publicKey.count == 32, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: Data(publicKey)) else {
      throw .wrongLength
    }
    self.name = name
    self.key = key
    keyID = KeyText.keyID(name: name, type: Self.ed25519, key: Array(publicKey))
  }

  /// Reads the text form.
  ///
  /// - Throws: every case of `KeyError`.
  package init(text: some StringProtocol) throws(KeyError) {
    let parts = try KeyText(text.utf8, type: Self.ed25519)
    try self.init(name: parts.name, publicKey: parts.key)
    guard keyID == parts.keyID else { throw .wrongKeyID }
  }

  /// The public key's 32 bytes (RFC 8032 section 5.1.5).
  package var publicKey: [UInt8] { Array(key.rawRepresentation) }

  /// Name and id, as `example.com/log+530d903a`: a label for people, never for decisions.
  package var shortName: String {
    "\(name)+" + withUnsafeBytes(of: keyID.bigEndian) { Hexadecimal.encode($0) }
  }

  /// Whether this key signed these bytes.
  package func isValid(signature: some Collection<UInt8>, for text: some Collection<UInt8>) -> Bool {
    key.isValidSignature(Data(signature), for: Data(text))
  }

  /// Whether a note's signature says it was made by this key; names are compared byte by byte.
  package func made(_ signature: NoteSignature) -> Bool {
    signature.keyID == keyID && signature.name.utf8.elementsEqual(name.utf8)
  }

  /// Whether bytes may name a key: UTF-8, 1 to 970 bytes, without white space, control characters or a plus sign.
  static func isName(_ bytes: some Collection<UInt8>) -> Bool {
    guard !bytes.isEmpty, bytes.count <= maximumNameBytes, let name = String(validating: bytes, as: UTF8.self) else { return false }
    return name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "+" && !$0.properties.isWhitespace }
  }
}

extension VerifierKey: CustomStringConvertible {
  /// The text form, for `log key` and configuration files.
  public var description: String { KeyText.encode(name: name, keyID: keyID, type: Self.ed25519, key: publicKey) }
}

/// The layout that verifier and signer keys have in common.
struct KeyText {
  let name: String
  let keyID: UInt32
  let key: [UInt8]

  /// Takes the text of a key of one type apart; whether the key id fits is for the caller to say, who knows the public key.
  init(_ text: some Collection<UInt8>, type wanted: UInt8) throws(KeyError) {
    guard text.count <= VerifierKey.maximumTextBytes else { throw .tooLarge }
    // A name has no plus sign; base64 may.
    let parts = text.split(separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[1].count == 8, let id = Hexadecimal.decode(parts[1]) else { throw .malformed }
    guard VerifierKey.isName(parts[0]) else { throw .invalidName }
    guard let bytes = StrictBase64.decode(parts[2]), let type = bytes.first else { throw .malformed }
    guard type == wanted else { throw .unsupportedType }
    guard bytes.count == 33 else { throw .wrongLength }
    name = String(decoding: parts[0], as: UTF8.self)
    keyID = id.reduce(0) { $0 << 8 | UInt32($1) }
    key = Array(bytes.dropFirst())
  }

  /// Puts a key text together.
  static func encode(name: String, keyID: UInt32, type: UInt8, key: [UInt8]) -> String {
    let id = withUnsafeBytes(of: keyID.bigEndian) { Hexadecimal.encode($0) }
    return "\(name)+\(id)+\(StrictBase64.encode([type] + key))"
  }

  /// The short id of a key: the first four bytes of SHA-256(name, newline, type, public key).
  static func keyID(name: String, type: UInt8, key: [UInt8]) -> UInt32 {
    let hash = Digest.of(Array(name.utf8) + [UInt8(ascii: "\n"), type] + key)
    return hash.withUnsafeBytes { UInt32(bigEndian: $0.loadUnaligned(as: UInt32.self)) }
  }
}

/// The ways in which a key's text can be wrong; no case carries any part of it, for it may be a secret.
public enum KeyError: Error, Hashable, CustomStringConvertible {
  /// More than 1,024 bytes.
  case tooLarge
  /// Not name, eight lowercase hexadecimal digits and base64, joined by plus signs; or no `PRIVATE+KEY+` in front of a
  /// signing key.
  case malformed
  /// A name that is empty, longer than 970 bytes, no UTF-8, or holds white space, control characters or a plus sign.
  case invalidName
  /// A key of another kind than the one asked for: Ed25519 for a log, an Ed25519 cosigner's for a witness.
  case unsupportedType
  /// An Ed25519 key that hasn't 32 bytes.
  case wrongLength
  /// A key id that does not belong to this name and key.
  case wrongKeyID

  /// What is wrong, in a sentence.
  public var description: String {
    switch self {
    case .tooLarge: "a key has at most \(VerifierKey.maximumTextBytes) bytes"
    case .malformed: "a key reads <name>+<8 hexadecimal digits>+<base64>, a signing key PRIVATE+KEY+ before that"
    case .invalidName:
      "a key's name has 1 to \(VerifierKey.maximumNameBytes) bytes and no white space, control characters or plus signs"
    case .unsupportedType: "only Ed25519 keys are supported: type 1 for a log, type 4 for a witness"
    case .wrongLength: "an Ed25519 key has 32 bytes"
    case .wrongKeyID: "the key id does not belong to this name and key: a digit was changed or lost"
    }
  }
}

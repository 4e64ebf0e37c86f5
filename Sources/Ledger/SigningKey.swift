import Crypto
import Foundation

/// The Ed25519 private key that signs a log's tree heads.
///
/// Its text, the content of a key file, is one line: `PRIVATE+KEY+` and then the verifier key's layout with the 32-byte
/// seed in place of the public key. Only `SigningKey.create` writes that text, and only to a file of mode 0600:
/// description, reflection and errors show the verifier key or nothing. Source: RFC 8032 section 5.1.5; the text is the
/// one Go's `golang.org/x/mod/sumdb/note` calls a signer key.
///
/// ## Topics
/// ### Keys in files
/// - ``load(path:)``
/// - ``create(path:name:)``
/// ### Keys in memory
/// - ``init(name:)``
/// - ``init(text:)``
/// ### Signing
/// - ``verifierKey``
/// - ``sign(_:)``
public struct SigningKey: Sendable {
  private static let prefix = "PRIVATE+KEY+"

  /// The public half, safe to show and to hand out.
  public let verifierKey: VerifierKey

  private let key: Curve25519.Signing.PrivateKey

  private init(name: String, key: Curve25519.Signing.PrivateKey) throws(KeyError) {
    self.key = key
    verifierKey = try VerifierKey(name: name, publicKey: key.publicKey.rawRepresentation)
  }

  private init(verifierKey: VerifierKey, key: Curve25519.Signing.PrivateKey) {
    (self.verifierKey, self.key) = (verifierKey, key)
  }

  /// Makes a new random key under a name.
  ///
  /// - Throws: `KeyError.invalidName`.
  public init(name: String) throws(KeyError) {
    try self.init(name: name, key: Curve25519.Signing.PrivateKey())
  }

  /// Reads the text form, without a newline at its end.
  ///
  /// - Throws: every case of `KeyError`; none repeats any of the text.
  package init(text: some StringProtocol) throws(KeyError) {
    let utf8 = text.utf8
    guard utf8.starts(with: Self.prefix.utf8) else { throw .malformed }
    let parts = try KeyText(utf8.dropFirst(Self.prefix.utf8.count), type: VerifierKey.ed25519)
    guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: parts.key) else { throw .wrongLength }
    try self.init(name: parts.name, key: key)
    guard verifierKey.keyID == parts.keyID else { throw .wrongKeyID }
  }

  /// The same key under another name: a log signs with its own origin as the key's name (C2SP tlog-checkpoint), so that one key
  /// file can serve several stores and no tree head of one can be taken for another's.
  ///
  /// - Throws: `KeyError.invalidName`.
  package func named(_ name: String) throws(KeyError) -> SigningKey {
    try SigningKey(name: name, key: key)
  }

  /// The same key as `named` gives it, if its public half under that name is known already: no curve, no hash.
  ///
  /// - Returns: nil if this is another key than the one that `verifierKey` is the public half of.
  package func known(as verifierKey: VerifierKey) -> SigningKey? {
    self.verifierKey.publicKey == verifierKey.publicKey ? SigningKey(verifierKey: verifierKey, key: key) : nil
  }

  /// The private text, for the key file alone.
  var secretText: String {
    Self.prefix
      + KeyText.encode(
        name: verifierKey.name, keyID: verifierKey.keyID, type: VerifierKey.ed25519, key: Array(key.rawRepresentation))
  }

  /// The 64 bytes of the signature over some bytes.
  ///
  /// On Linux the same bytes give the same signature, as RFC 8032 has it; Apple's CryptoKit mixes in random bytes, so
  /// nothing may depend on it.
  package func sign(_ bytes: some Collection<UInt8>) throws -> [UInt8] {
    Array(try key.signature(for: Data(bytes)))
  }
}

extension SigningKey: CustomStringConvertible, CustomReflectable {
  /// The verifier key, marked as belonging to a private one.
  public var description: String { "SigningKey(\(verifierKey))" }

  /// Shows the verifier key only, so that `dump` and test failures can't print the private one.
  public var customMirror: Mirror { Mirror(self, children: ["verifierKey": verifierKey.description]) }
}

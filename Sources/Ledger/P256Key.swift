import Crypto
import Foundation

/// An ECDSA public key on P-256: what a reader needs to check the signature of an exported model, or others' envelopes.
///
/// Its text is the PEM of a SubjectPublicKeyInfo, which `openssl` and `model_signing` read and write. Signatures are over
/// SHA-256, in DER (as Sigstore has them) or as 64 bytes r and s (as in the example of DSSE). Source: FIPS 186-5, RFC 5480.
package struct P256Key: Sendable {
  /// The longest text that is read, in bytes; a key has 178.
  static let maximumTextBytes = 1_024

  private let key: P256.Signing.PublicKey

  init(key: P256.Signing.PublicKey) {
    self.key = key
  }

  /// Takes a point of the curve by its coordinates, 32 bytes each.
  ///
  /// - Throws: `P256KeyError.malformed`, also if there is no such point.
  package init(x: [UInt8], y: [UInt8]) throws(P256KeyError) {
    guard x.count == 32, let key = try? P256.Signing.PublicKey(rawRepresentation: x + y) else { throw .malformed }
    self.key = key
  }

  /// Reads the PEM form.
  ///
  /// - Throws: `P256KeyError.tooLarge`, `.malformed`.
  package init(pem: String) throws(P256KeyError) {
    guard pem.utf8.count <= Self.maximumTextBytes else { throw .tooLarge }
    guard let key = try? P256.Signing.PublicKey(pemRepresentation: pem) else { throw .malformed }
    self.key = key
  }

  /// The point's coordinates, 32 bytes each.
  package var publicKey: [UInt8] { Array(key.rawRepresentation) }

  /// The PEM form with a newline at its end, byte for byte as OpenSSL writes it.
  package var pem: String { key.pemRepresentation + "\n" }

  /// SHA-256 of the PEM form in hexadecimal digits: how a bundle hints at its key (OMS v1.0).
  package var hint: String { Digest.of(Array(pem.utf8)).hex }

  /// Whether this key signed these bytes.
  package func isValid(signature: some Collection<UInt8>, for bytes: some Collection<UInt8>) -> Bool {
    let (signature, bytes) = (Data(signature), Data(bytes))
    if let raw = try? P256.Signing.ECDSASignature(rawRepresentation: signature), key.isValidSignature(raw, for: bytes) {
      return true
    }
    guard let der = try? P256.Signing.ECDSASignature(derRepresentation: signature) else { return false }
    return key.isValidSignature(der, for: bytes)
  }
}

/// The ways in which the text of a P-256 key can be wrong; no case carries any part of it, for it may be a secret.
public enum P256KeyError: Error, Hashable, CustomStringConvertible {
  /// More than 1,024 bytes.
  case tooLarge
  /// No PEM of a P-256 key, or a point that is not on the curve.
  case malformed

  /// What is wrong, in a sentence.
  public var description: String {
    switch self {
    case .tooLarge: "a P-256 key has at most \(P256Key.maximumTextBytes) bytes"
    case .malformed: "not the PEM of a P-256 key (openssl ecparam -name prime256v1 -genkey)"
    }
  }
}

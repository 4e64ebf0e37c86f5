import Crypto
import Foundation

/// The P-256 private key that signs exported models; never the key of the log.
///
/// OpenSSF Model Signing takes keys on NIST's curves only, a log's is Ed25519: two keys, two files. This one is a PEM (PKCS #8;
/// SEC 1 is read too), so that `openssl` reads it and a key that `openssl` or `model_signing` made can be used.
/// Description, reflection and errors show the public key or nothing.
package struct ModelSigningKey: Sendable {
  private let key: P256.Signing.PrivateKey

  /// The public half, safe to show and to hand out.
  package var publicKey: P256Key { P256Key(key: key.publicKey) }

  /// Makes a new random key.
  package init() {
    key = P256.Signing.PrivateKey()
  }

  /// Reads the PEM form.
  ///
  /// - Throws: `P256KeyError`; no case repeats any of the text.
  package init(pem: String) throws(P256KeyError) {
    guard pem.utf8.count <= P256Key.maximumTextBytes else { throw .tooLarge }
    guard let key = try? P256.Signing.PrivateKey(pemRepresentation: pem) else { throw .malformed }
    self.key = key
  }

  /// Reads a key file, if nobody but its owner can.
  ///
  /// - Throws: every case of `SigningKeyFileError` but `.invalid`.
  package static func load(path: String) throws(SigningKeyFileError) -> ModelSigningKey {
    let text = try KeyFile.read(path: path, maximumBytes: P256Key.maximumTextBytes)
    do throws(P256KeyError) {
      return try ModelSigningKey(pem: String(decoding: text, as: UTF8.self))
    } catch {
      throw .invalidModelKey(path: path, error)
    }
  }

  /// Makes a new key and its file of mode 0600, or takes the key of the file that is there.
  ///
  /// - Throws: every case of `SigningKeyFileError` but `.invalid`.
  package static func create(path: String) throws(SigningKeyFileError) -> ModelSigningKey {
    let key = ModelSigningKey()
    let isNew = try KeyFile.create(path: path, content: Array((key.key.pemRepresentation + "\n").utf8))
    return isNew ? key : try load(path: path)
  }

  /// The signature over some bytes in DER, as Sigstore has it; another one each time.
  func sign(_ bytes: [UInt8]) throws -> [UInt8] {
    Array(try key.signature(for: Data(bytes)).derRepresentation)
  }
}

extension ModelSigningKey: CustomStringConvertible, CustomReflectable {
  /// The public key's hint, marked as belonging to a private one.
  package var description: String { "ModelSigningKey(\(publicKey.hint))" }

  /// Shows the hint only, so that `dump` and test failures can't print the private key.
  package var customMirror: Mirror { Mirror(self, children: ["publicKey": publicKey.hint]) }
}

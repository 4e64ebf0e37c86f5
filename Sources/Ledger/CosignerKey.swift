import Crypto
import Foundation

/// A name and an Ed25519 public key of a witness: what a reader needs to check its cosignatures.
///
/// A cosignature says that at a time of the witness's clock this was the largest tree head of the log that it had seen, and
/// that it continues all that it had seen before. What is signed is `cosignature/v1`, `time` and seconds since 1970 on a
/// line each, then the checkpoint's text; under the note stand 8 bytes of time, most significant first, and 64 of
/// signature. The key's text is that of a `VerifierKey` with type 4. The witness's name is no part of what is signed, so
/// two names with one key are one witness. Source: c2sp.org/tlog-cosignature (Ed25519).
package struct CosignerKey: Sendable {
  /// The byte that marks Ed25519 cosignatures in key texts and key ids.
  static let type: UInt8 = 4

  /// The witness's name.
  package let name: String
  /// The first four bytes of the hash over name, type and key.
  package let keyID: UInt32

  private let key: Curve25519.Signing.PublicKey

  /// Gives a name to a public key of 32 bytes.
  ///
  /// - Throws: `KeyError.invalidName`, `KeyError.wrongLength`.
  package init(name: String, publicKey: some Collection<UInt8>) throws(KeyError) {
    guard VerifierKey.isName(name.utf8) else { throw .invalidName }
    guard publicKey.count == 32, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: Data(publicKey)) else {
      throw .wrongLength
    }
    self.name = name
    self.key = key
    keyID = KeyText.keyID(name: name, type: Self.type, key: Array(publicKey))
  }

  /// Reads the text form.
  ///
  /// - Throws: every case of `KeyError`.
  package init(text: some StringProtocol) throws(KeyError) {
    let parts = try KeyText(text.utf8, type: Self.type)
    try self.init(name: parts.name, publicKey: parts.key)
    guard keyID == parts.keyID else { throw .wrongKeyID }
  }

  /// The public key's 32 bytes.
  package var publicKey: [UInt8] { Array(key.rawRepresentation) }

  /// Whether a note's signature says it was made by this key; names are compared byte by byte.
  package func made(_ signature: NoteSignature) -> Bool {
    signature.keyID == keyID && signature.name.utf8.elementsEqual(name.utf8)
  }

  /// The time that a signature states, if this key made it over this text; else nil.
  func time(of signature: NoteSignature, over text: String) -> Int64? {
    guard signature.signature.count == 8 + 64 else { return nil }
    let time = signature.signature.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let time = Int64(exactly: time) else { return nil }
    let message = Data(Self.message(text: text, time: time))
    return key.isValidSignature(Data(signature.signature.dropFirst(8)), for: message) ? time : nil
  }

  /// What a cosigner signs.
  static func message(text: String, time: Int64) -> [UInt8] { Array("cosignature/v1\ntime \(time)\n\(text)".utf8) }
}

extension CosignerKey: CustomStringConvertible {
  /// The text form.
  package var description: String { KeyText.encode(name: name, keyID: keyID, type: Self.type, key: publicKey) }
}

/// A witness's signature of a tree head.
package struct Cosignature: Sendable {
  /// Who cosigned.
  package let key: CosignerKey
  /// When, in seconds since 1970 by the witness's clock; never negative.
  package let time: Int64
  /// The 64 bytes of the Ed25519 signature.
  package let signature: [UInt8]

  /// One that has been checked, or is yet to be: `isValid` says.
  package init(key: CosignerKey, time: Int64, signature: [UInt8]) {
    (self.key, self.time, self.signature) = (key, time, signature)
  }

  /// Whether the witness signed this text at this time.
  package func isValid(for text: String) -> Bool { key.time(of: noteSignature, over: text) == time }

  /// As it stands under a note.
  package var noteSignature: NoteSignature {
    NoteSignature(
      name: key.name, keyID: key.keyID,
      signature: withUnsafeBytes(of: UInt64(bitPattern: time).bigEndian) { Array($0) } + signature)
  }
}

extension SigningKey {
  /// The public half of this key in the role of a witness.
  ///
  /// One key file can serve both roles: what a cosigner signs begins with a line that begins no checkpoint of a log.
  package var cosignerKey: CosignerKey {
    get throws(KeyError) { try CosignerKey(name: verifierKey.name, publicKey: verifierKey.publicKey) }
  }

  /// Cosigns a checkpoint; whether it continues what was seen before is for the caller to check, and to remember, first.
  ///
  /// - Throws: `SignedNoteError.malformedText` for a text that is no checkpoint's or a time before 1970; whatever the
  ///   signing itself throws.
  package func cosign(_ note: SignedNote, time: Int64) throws -> NoteSignature {
    guard (try? TreeHead(parsing: Array(note.text.utf8))) != nil, time >= 0 else { throw SignedNoteError.malformedText }
    let cosigner = try cosignerKey
    let signature = try sign(CosignerKey.message(text: note.text, time: time))
    return NoteSignature(
      name: cosigner.name, keyID: cosigner.keyID,
      signature: withUnsafeBytes(of: UInt64(time).bigEndian) { Array($0) } + signature)
  }
}

extension SignedNote {
  /// Checks the signatures of witnesses.
  ///
  /// Signatures by other keys, the log's included, are passed over. A witness that signed twice is given once, with its
  /// latest time.
  ///
  /// - Throws: `SignedNoteError.badSignature` if any signature that names one of these keys is wrong.
  package func cosignatures(by keys: [CosignerKey]) throws(SignedNoteError) -> [Cosignature] {
    var found: [Cosignature] = []
    for key in keys {
      var latest: Cosignature?
      for signature in signatures where key.made(signature) {
        guard let time = key.time(of: signature, over: text) else { throw .badSignature(name: key.name) }
        if latest.map({ $0.time < time }) ?? true {
          latest = Cosignature(key: key, time: time, signature: Array(signature.signature.dropFirst(8)))
        }
      }
      if let latest { found.append(latest) }
    }
    return found
  }
}

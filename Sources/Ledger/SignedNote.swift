/// A text and the signatures under it.
///
/// ```text
/// example.com/log
/// 7
/// 3bib5AOAMl…
///
/// — example.com/log Az3grl…
/// ```
///
/// The text ends with a newline; then come an empty line and the signatures: em dash, space, key name, space, base64 of
/// the 4-byte key id and the signature. Signatures cover the text with its last newline and not the empty line. The text
/// may hold empty lines; the last one in the note separates. **Don't use the text before `verified(by:)` has returned.**
/// Source: c2sp.org/signed-note.
///
/// ## Topics
/// ### Reading
/// - ``init(parsing:)``
/// - ``verified(by:)``
/// - ``cosignatures(by:)``
/// ### Writing
/// - ``init(signing:with:)-(String,[SigningKey])``
/// - ``merging(_:of:)``
/// - ``bytes``
package struct SignedNote: Sendable {
  /// The longest note that is read or written, in bytes.
  package static let maximumBytes = 65_536

  /// The most signatures a note may carry: the standard asks for 16 at least, Go's `note` package stops at 100 too.
  package static let maximumSignatures = 100

  private static let newline = UInt8(ascii: "\n")

  /// What is signed, with the newline at its end.
  package let text: String
  /// The signatures in their order, known and unknown ones.
  package let signatures: [NoteSignature]

  /// Signs a text with one key, or with several in their order.
  ///
  /// - Throws: `SignedNoteError.malformedText`, `.controlCharacter`, `.tooLarge`, `.tooManySignatures`, `.noSignatures`
  ///   without a key; whatever the signing itself throws.
  package init(signing text: String, with keys: SigningKey...) throws { try self.init(signing: text, with: keys) }

  /// The same for a list of keys.
  package init(signing text: String, with keys: [SigningKey]) throws {
    let bytes = Array(text.utf8)
    guard bytes.last == Self.newline else { throw SignedNoteError.malformedText }
    try Self.refuseControlCharacters(bytes)
    try self.init(
      text: text,
      signatures: keys.map { key in
        NoteSignature(name: key.verifierKey.name, keyID: key.verifierKey.keyID, signature: try key.sign(bytes))
      })
  }

  /// Puts signatures under a text that has been checked.
  private init(text: String, signatures: [NoteSignature]) throws(SignedNoteError) {
    guard !signatures.isEmpty else { throw .noSignatures }
    guard signatures.count <= Self.maximumSignatures else { throw .tooManySignatures(signatures.count) }
    self.text = text
    self.signatures = signatures
    let count = self.bytes.count
    guard count <= Self.maximumBytes else { throw .tooLarge(count) }
  }

  /// Reads a note without believing it.
  ///
  /// Whatever is accepted is written again by `bytes` as it was read, byte for byte.
  ///
  /// - Throws: every case of `SignedNoteError` but the two about keys.
  package init(parsing input: some Collection<UInt8>) throws(SignedNoteError) {
    guard input.count <= Self.maximumBytes else { throw .tooLarge(input.count) }
    let bytes = Array(input)
    guard String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8 }
    try Self.refuseControlCharacters(bytes)
    let newlines = bytes.indices.dropLast().reversed()
    guard let end = newlines.first(where: { bytes[$0] == Self.newline && bytes[$0 + 1] == Self.newline }) else {
      throw .noSignatures
    }
    text = String(decoding: bytes[...end], as: UTF8.self)
    var lines = bytes[(end + 2)...].split(separator: Self.newline, omittingEmptySubsequences: false)
    // The last signature's newline leaves an empty piece behind it.
    guard let rest = lines.popLast(), rest.isEmpty else { throw .malformedSignature(line: lines.count + 1) }
    guard !lines.isEmpty else { throw .noSignatures }
    guard lines.count <= Self.maximumSignatures else { throw .tooManySignatures(lines.count) }
    var signatures: [NoteSignature] = []
    for line in lines {
      guard let signature = NoteSignature(line: line) else { throw .malformedSignature(line: signatures.count + 1) }
      signatures.append(signature)
    }
    self.signatures = signatures
  }

  /// The note as it is stored and published.
  package var bytes: [UInt8] {
    Array(text.utf8) + [Self.newline] + signatures.flatMap { Array($0.line.utf8) + [Self.newline] }
  }

  /// Checks the signatures by the keys one trusts.
  ///
  /// Signatures by other keys are passed over, even where name or key id alone is the same.
  ///
  /// - Returns: the keys whose signatures the note carries, never none.
  /// - Throws: `SignedNoteError.badSignature` if any signature by a known key is wrong, `.noKnownSignature` if there is none.
  @discardableResult
  package func verified(by keys: [VerifierKey]) throws(SignedNoteError) -> [VerifierKey] {
    var signers: [VerifierKey] = []
    for signature in signatures {
      for key in keys where key.made(signature) {
        guard key.isValid(signature: signature.signature, for: text.utf8) else { throw .badSignature(name: key.name) }
        signers.append(key)
      }
    }
    guard !signers.isEmpty else { throw .noKnownSignature }
    return signers
  }

  /// Adds the signatures of another copy of the note, say one that came back from a witness.
  ///
  /// A signature takes the place of one that is here under the same key name and id: a witness that signs again does so
  /// with a later time. Nothing is verified; do that with the copy before.
  ///
  /// - Throws: `SignedNoteError.otherText`, `.tooManySignatures`, `.tooLarge`.
  package func merging(_ signatures: [NoteSignature], of text: String) throws(SignedNoteError) -> SignedNote {
    guard text.utf8.elementsEqual(self.text.utf8) else { throw .otherText }
    var merged = self.signatures
    for signature in signatures {
      let place = merged.firstIndex { $0.keyID == signature.keyID && $0.name.utf8.elementsEqual(signature.name.utf8) }
      if let place { merged[place] = signature } else { merged.append(signature) }
    }
    return try SignedNote(text: self.text, signatures: merged)
  }

  private static func refuseControlCharacters(_ bytes: [UInt8]) throws(SignedNoteError) {
    if let offset = bytes.firstIndex(where: { $0 < 0x20 && $0 != newline }) { throw .controlCharacter(offset: offset) }
  }
}

/// The ways in which a note can be malformed or not signed by whom it should be.
package enum SignedNoteError: Error, Hashable, CustomStringConvertible {
  /// More than 64 KiB; carries the number of bytes.
  case tooLarge(Int)
  /// Bytes that are not UTF-8.
  case notUTF8
  /// A control character other than newline, at this byte.
  case controlCharacter(offset: Int)
  /// A text to be signed that doesn't end with a newline.
  case malformedText
  /// No empty line, or nothing after the last one.
  case noSignatures
  /// More than 100 signatures; carries their number.
  case tooManySignatures(Int)
  /// A signature line, counted from 1, that is no em dash, key name and base64, or that lacks its newline.
  case malformedSignature(line: Int)
  /// A key that is known under this name didn't make the signature that claims it.
  case badSignature(name: String)
  /// None of the keys one trusts has signed.
  case noKnownSignature
  /// Signatures that belong under another text.
  case otherText

  package var description: String {
    switch self {
    case .tooLarge(let count): "a signed note holds at most \(SignedNote.maximumBytes) bytes, this has \(count)"
    case .notUTF8: "the signed note is not UTF-8"
    case .controlCharacter(let offset): "the signed note has a control character at byte \(offset)"
    case .malformedText: "the text of a signed note ends with a newline"
    case .noSignatures: "the note carries no signatures"
    case .tooManySignatures(let count):
      "a note carries at most \(SignedNote.maximumSignatures) signatures, this has \(count)"
    case .malformedSignature(let line): "signature line \(line) of the note is malformed"
    case .badSignature(let name): "the signature by \(name) is wrong: the note was altered, or another key made it"
    case .otherText: "the signatures belong to another note: fetch a cosignature of this very checkpoint"
    case .noKnownSignature: "no known key has signed the note: give the log's verifier key (`lethe log key`)"
    }
  }
}

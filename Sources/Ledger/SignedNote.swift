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
/// ### Writing
/// - ``init(signing:with:)``
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

  /// Signs a text.
  ///
  /// - Throws: `SignedNoteError.malformedText`, `.controlCharacter`, `.tooLarge`; whatever the signing itself throws.
  package init(signing text: String, with key: SigningKey) throws {
    let bytes = Array(text.utf8)
    guard bytes.last == Self.newline else { throw SignedNoteError.malformedText }
    try Self.refuseControlCharacters(bytes)
    self.text = text
    signatures = [
      NoteSignature(
        name: key.verifierKey.name, keyID: key.verifierKey.keyID, signature: try key.sign(bytes))
    ]
    let count = self.bytes.count
    guard count <= Self.maximumBytes else { throw SignedNoteError.tooLarge(count) }
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

  private static func refuseControlCharacters(_ bytes: [UInt8]) throws(SignedNoteError) {
    if let offset = bytes.firstIndex(where: { $0 < 0x20 && $0 != newline }) { throw .controlCharacter(offset: offset) }
  }
}

/// One signature line of a note.
package struct NoteSignature: Sendable {
  private static let emDash = Array("\u{2014} ".utf8)

  /// The name of the key that is said to have signed.
  package let name: String
  /// The short id of that key.
  package let keyID: UInt32
  /// The signature in the form of the key's algorithm; 64 bytes for Ed25519.
  package let signature: [UInt8]

  init(name: String, keyID: UInt32, signature: [UInt8]) {
    self.name = name
    self.keyID = keyID
    self.signature = signature
  }

  /// Reads a line without its newline; nil if it isn't one that `line` could have written.
  init?(line: ArraySlice<UInt8>) {
    guard line.starts(with: Self.emDash) else { return nil }
    let parts = line.dropFirst(Self.emDash.count).split(
      separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, VerifierKey.isName(parts[0]) else { return nil }
    guard let bytes = StrictBase64.decode(parts[1]), bytes.count > 4 else { return nil }
    name = String(decoding: parts[0], as: UTF8.self)
    keyID = bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    signature = Array(bytes.dropFirst(4))
  }

  /// The line without its newline.
  var line: String {
    "\u{2014} \(name) " + StrictBase64.encode(withUnsafeBytes(of: keyID.bigEndian) { Array($0) } + signature)
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
    case .noKnownSignature: "no known key has signed the note: give the log's verifier key (`lethe log key`)"
    }
  }
}

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

import Foundation

/// Standard base64 (RFC 4648 section 4) with exactly one text for each sequence of bytes.
///
/// RFC 4648 leaves it to the reader whether unused bits of the last digit may be set (section 3.5) and whether foreign
/// characters may be skipped (section 3.3). Neither is allowed here: a note that is read and written again must have
/// the same bytes.
enum StrictBase64 {
  /// The text of some bytes, with padding.
  static func encode(_ bytes: some Collection<UInt8>) -> String {
    Data(bytes).base64EncodedString()
  }

  /// The bytes of a text, or nil if the text isn't exactly what `encode` gives for them.
  static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    guard let data = Data(base64Encoded: Data(text)), data.base64EncodedData().elementsEqual(text) else { return nil }
    return Array(data)
  }
}

extension StrictBase64 {
  /// The bytes of a text in the standard or the URL-safe alphabet (RFC 4648 sections 4 and 5), with its padding or without.
  static func decodeEitherAlphabet(_ text: some Collection<UInt8>) -> [UInt8]? {
    var standard = text.map { digit in
      switch digit {
      case UInt8(ascii: "-"): UInt8(ascii: "+")
      case UInt8(ascii: "_"): UInt8(ascii: "/")
      default: digit
      }
    }
    if standard.count % 4 > 1, standard.last != UInt8(ascii: "=") {
      standard += repeatElement(UInt8(ascii: "="), count: 4 - standard.count % 4)
    }
    return decode(standard)
  }
}

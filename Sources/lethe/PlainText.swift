/// Text that somebody else wrote, made fit to be shown on a terminal.
enum PlainText {
  /// Control characters as Unicode's pictures of them (`␛` for escape), so that no text can move the cursor, change colours or forge a
  /// line; so are the marks that change the direction of writing, as `�`.
  ///
  /// - parameter lines: whether line breaks and tabs stay.
  static func shown(_ text: String, lines: Bool) -> String {
    guard text.unicodeScalars.contains(where: { replacement($0, lines) != nil }) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { replacement($0, lines) ?? $0 }))
  }

  private static func replacement(_ scalar: Unicode.Scalar, _ lines: Bool) -> Unicode.Scalar? {
    switch scalar.value {
    case 0x09, 0x0A: lines ? nil : Unicode.Scalar(0x2400 + scalar.value)
    case 0x00...0x1F: Unicode.Scalar(0x2400 + scalar.value)
    case 0x7F: "\u{2421}"
    case 0x80...0x9F, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: "\u{FFFD}"
    default: nil
    }
  }
}

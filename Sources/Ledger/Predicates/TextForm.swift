/// The forms that texts in predicates have; each is a `pattern` of the schemas.
enum TextForm: CustomStringConvertible {
  /// Any text but the empty one.
  case nonEmpty
  /// A model's or a data set's name.
  case name
  /// A checkpoint's name: `pets@2`.
  case checkpoint
  /// RFC 3339 in UTC, to the second.
  case time
  /// A number in decimal digits, with a fraction or an exponent if need be.
  case decimal
  /// An unsigned whole number of up to 64 bits, which JSON's numbers do not carry everywhere.
  case unsigned

  /// Whether a text has the form. Characters outside of ASCII have none of them but the first.
  func accepts(_ text: String) -> Bool {
    guard text.utf8.allSatisfy({ 0x20..<0x7F ~= $0 }) || self == .nonEmpty else { return false }
    return switch self {
    case .nonEmpty: !text.isEmpty
    case .name: text.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]{0,99}/) != nil
    case .checkpoint: text.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]{0,99}@[1-9][0-9]*/) != nil
    case .time: text.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z/) != nil
    case .decimal: text.wholeMatch(of: /-?[0-9]+(\.[0-9]+)?(e-?[0-9]+)?/) != nil
    case .unsigned: text.wholeMatch(of: /0|[1-9][0-9]{0,19}/) != nil
    }
  }

  var description: String {
    switch self {
    case .nonEmpty: "a text"
    case .name: "the name of a model or a data set"
    case .checkpoint: "the name of a checkpoint"
    case .time: "a time in UTC such as 2026-01-31T12:00:00Z"
    case .decimal: "a number in decimal digits, as a text"
    case .unsigned: "an unsigned whole number, as a text"
    }
  }
}

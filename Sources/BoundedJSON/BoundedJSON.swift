import Foundation

/// Reads JSON that nobody vouches for with Foundation's parser, within limits that hold before it starts.
///
/// Foundation's parser follows nesting by recursion, takes memory for every value, keeps one of several members of the same name,
/// and accepts trailing commas and other encodings than UTF-8. Here bytes are looked at once before they reach it, and members are
/// counted before and after. O(n). The same rules hold for log entries and for the headers of tensor files, so they stand here once.
///
/// ## Topics
/// - ``value(of:maximumDepth:maximumValues:)``
/// - ``number(_:)``
package enum BoundedJSON {
  /// The value of `bytes` as Foundation returns it: `[String: Any]`, `[Any]`, `String`, `NSNumber` or `NSNull`.
  ///
  /// White space is allowed where JSON allows it. Names that differ only in how they compose the same letters count as the same.
  ///
  /// - Parameters:
  ///   - maximumDepth: the deepest nesting of arrays and objects.
  ///   - maximumValues: the most commas and colons outside of strings, and so the most values.
  package static func value(
    of bytes: [UInt8], maximumDepth: Int, maximumValues: Int = .max
  ) throws(BoundedJSONError) -> Any {
    let members = try check(bytes, maximumDepth: maximumDepth, maximumValues: maximumValues)
    guard String(validating: bytes, as: UTF8.self) != nil else { throw .malformed }
    let input = Data(escapingByteOrderMarks(bytes))
    guard let value = try? JSONSerialization.jsonObject(with: input, options: .fragmentsAllowed) else { throw .malformed }
    guard countMembers(of: value) == members else { throw .repeatedName }
    return value
  }

  /// What a number of Foundation's was written as, since any `NSNumber` can be cast to `Bool`, `Int64` and `Double`.
  package enum Number: Hashable, Sendable {
    case bool(Bool)
    case integer(Int64)
    /// A fraction, a number with an exponent, or one of more than 64 bits.
    case other
  }

  /// Tells truth values, whole numbers and the rest apart by what the number is stored as.
  package static func number(_ number: NSNumber) -> Number {
    switch String(cString: number.objCType) {
    case "c", "B": .bool(number.boolValue)
    case "i", "q": .integer(number.int64Value)
    default: .other
    }
  }

  /// Refuses what must not reach the parser, and returns the number of members (colons outside of strings).
  ///
  /// As far as the parser gets, both see the same strings: UTF-8 is all that is let through, and any other encoding of JSON has
  /// zero bytes, which are refused here.
  private static func check(_ bytes: [UInt8], maximumDepth: Int, maximumValues: Int) throws(BoundedJSONError) -> Int {
    var (depth, members, values) = (0, 0, 0)
    var isString = false
    var isEscaped = false
    var (previous, beforeThat): (UInt8, UInt8) = (0, 0)
    for byte in bytes {
      if isString {
        guard byte >= 0x20 else { throw .controlCharacter }
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isString = false
        }
        continue
      }
      if previous == UInt8(ascii: "0"), beforeThat == UInt8(ascii: "-"), !".eE0123456789".utf8.contains(byte) {
        throw .negativeZero
      }
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): continue
      case 0..<0x20: throw .controlCharacter
      case UInt8(ascii: "\""): isString = true
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        guard previous != UInt8(ascii: ",") else { throw .trailingComma }
        depth -= 1
      case UInt8(ascii: ","): values += 1
      case UInt8(ascii: ":"): (members, values) = (members + 1, values + 1)
      default: break
      }
      (beforeThat, previous) = (previous, byte)
      guard depth <= maximumDepth else { throw .tooDeep }
      guard values <= maximumValues else { throw .tooManyValues }
    }
    return members
  }

  private static func countMembers(of value: Any) -> Int {
    switch value {
    case let members as [String: Any]: members.values.reduce(members.count) { $0 + countMembers(of: $1) }
    case let elements as [Any]: elements.reduce(0) { $0 + countMembers(of: $1) }
    default: 0
    }
  }

  /// On Linux `JSONSerialization` drops U+FEFF at the beginning of a string and after an escape, unless it is escaped itself.
  private static func escapingByteOrderMarks(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(0xEF) else { return bytes }
    return bytes.replacing([0xEF, 0xBB, 0xBF], with: Array(#"\uFEFF"#.utf8))
  }
}

/// Why bytes were refused as JSON.
package enum BoundedJSONError: Error, Hashable, Sendable {
  /// A control character in a string, or one outside that is no white space.
  case controlCharacter
  /// Arrays and objects are nested too deep.
  case tooDeep
  /// There are too many values.
  case tooManyValues
  /// `-0`, a whole number to some readers and a fraction to others.
  case negativeZero
  /// A comma with nothing after it.
  case trailingComma
  /// Two members of one object have the same name, so that two readers could disagree.
  case repeatedName
  /// Not JSON in UTF-8.
  case malformed
}

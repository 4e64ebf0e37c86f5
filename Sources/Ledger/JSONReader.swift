import Foundation

/// Reads JSON with Foundation's parser, within limits that hold before it starts.
///
/// Foundation accepts more than an entry may hold (white space, trailing commas, repeated names, UTF-16 …); the value then
/// encodes to other bytes, and `CanonicalJSON.parse` refuses it for that.
enum JSONReader {
  /// The value of `bytes`, which the caller compares with its encoding.
  static func value(of bytes: [UInt8]) throws(CanonicalJSONError) -> JSONValue {
    try checkNesting(bytes)
    let input = Data(escapingByteOrderMarks(bytes))
    guard let object = try? JSONSerialization.jsonObject(with: input, options: .fragmentsAllowed) else {
      throw .malformed
    }
    return try value(of: object)
  }

  /// Refuses deep nesting, which parsers follow by recursion.
  ///
  /// Brackets outside of strings are counted. As far as the parser gets, both see the same strings: it reads UTF-8 only, since
  /// any other encoding of JSON has zero bytes, and control characters are escaped in the canonical form.
  private static func checkNesting(_ bytes: [UInt8]) throws(CanonicalJSONError) {
    var depth = 0
    var isString = false
    var isEscaped = false
    for byte in bytes {
      guard byte >= 0x20 else { throw .notCanonical }
      if isString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isString = true
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      default: break
      }
      guard depth <= CanonicalJSON.maximumDepth else { throw .tooDeep }
    }
  }

  /// On Linux `JSONSerialization` drops U+FEFF at the beginning of a string and after an escape, unless it is escaped itself.
  private static func escapingByteOrderMarks(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(0xEF) else { return bytes }
    return bytes.replacing([0xEF, 0xBB, 0xBF], with: Array(#"\uFEFF"#.utf8))
  }

  private static func value(of object: Any) throws(CanonicalJSONError) -> JSONValue {
    switch object {
    case let text as String: return .string(text)
    case let members as [String: Any]:
      var values: [String: JSONValue] = [:]
      for (name, member) in members { values[name] = try value(of: member) }
      return .object(values)
    case let elements as [Any]:
      var values: [JSONValue] = []
      for element in elements { values.append(try value(of: element)) }
      return .array(values)
    case let number as NSNumber: return try value(of: number)
    case is NSNull: return .null
    default: throw .malformed
    }
  }

  /// Tells truth values, whole numbers and the rest apart by what the number is stored as, since any `NSNumber` can be cast
  /// to `Bool`, `Int64` and `Double`.
  private static func value(of number: NSNumber) throws(CanonicalJSONError) -> JSONValue {
    switch String(cString: number.objCType) {
    case "c", "B": return .bool(number.boolValue)
    case "i", "q": return .integer(number.int64Value)
    default: throw .malformed
    }
  }
}

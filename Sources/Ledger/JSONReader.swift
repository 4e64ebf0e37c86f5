import BoundedJSON
import Foundation

/// Reads the JSON of log entries.
///
/// The parser accepts more than an entry may hold (white space, needless escapes, unsorted names …); the value then encodes to
/// other bytes, and `CanonicalJSON.parse` refuses it for that.
enum JSONReader {
  /// The value of `bytes`, which the caller compares with its encoding.
  static func value(of bytes: [UInt8]) throws(CanonicalJSONError) -> JSONValue {
    let object: Any
    do {
      object = try BoundedJSON.value(of: bytes, maximumDepth: CanonicalJSON.maximumDepth)
    } catch {
      switch error {
      case .tooDeep: throw .tooDeep
      case .controlCharacter, .negativeZero, .trailingComma, .repeatedName: throw .notCanonical
      case .tooManyValues, .malformed: throw .malformed
      }
    }
    return try value(of: object)
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
    case let number as NSNumber:
      switch BoundedJSON.number(number) {
      case .bool(let flag): return .bool(flag)
      case .integer(let integer): return .integer(integer)
      case .other: throw .malformed
      }
    case is NSNull: return .null
    default: throw .malformed
    }
  }
}

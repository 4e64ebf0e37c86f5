import BoundedJSON
import Foundation

/// Reads the JSON of log entries, and that of other programs.
///
/// The parser accepts more than an entry may hold (white space, needless escapes, unsorted names …); the value then encodes to
/// other bytes, and `CanonicalJSON.parse` refuses it for that. `JSONDocument` takes it as it is.
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

  /// What the parser found, as a value of ours.
  ///
  /// - Parameter fraction: what to make of a number that no entry holds; nil refuses it.
  static func value(of object: Any, fraction: ((NSNumber) -> JSONValue)? = nil) throws(CanonicalJSONError) -> JSONValue {
    switch object {
    case let text as String: return .string(text)
    case let members as [String: Any]:
      var values: [String: JSONValue] = [:]
      for (name, member) in members { values[name] = try value(of: member, fraction: fraction) }
      return .object(values)
    case let elements as [Any]:
      var values: [JSONValue] = []
      for element in elements { values.append(try value(of: element, fraction: fraction)) }
      return .array(values)
    case let number as NSNumber:
      switch BoundedJSON.number(number) {
      case .bool(let flag): return .bool(flag)
      case .integer(let integer): return .integer(integer)
      case .other:
        guard let fraction else { throw .malformed }
        return fraction(number)
      }
    case is NSNull: return .null
    default: throw .malformed
    }
  }
}

import BoundedJSON
import Foundation

/// JSON that other programs wrote: envelopes, statements, bundles.
///
/// Where an entry has one spelling, these have many: white space, any order of members, numbers of every kind. A fraction
/// or a number beyond 64 bits is read as its text, since only members that nobody here looks at hold one. Size, depth
/// and repeated names are checked, so that two readers can't see two documents in the same bytes. Source: RFC 8259, RFC
/// 7493 section 2.3 (names are unique).
package enum JSONDocument {
  /// The longest document that is read, in bytes.
  package static let maximumBytes = 1 << 20

  /// The most values in a document: each takes a hundred bytes of memory or so.
  private static let maximumValues = 200_000

  /// The value of bytes that nobody vouches for.
  ///
  /// - Throws: every case of `JSONDocumentError`.
  package static func parse(_ bytes: some Collection<UInt8>) throws(JSONDocumentError) -> JSONValue {
    guard bytes.count <= maximumBytes else { throw .tooLarge(bytes.count) }
    let input = Array(bytes)
    // A byte order mark is none of JSON's bytes, and the parser would skip it.
    guard input.first != 0xEF else { throw .malformed }
    let object: Any
    do throws(BoundedJSONError) {
      object = try BoundedJSON.value(
        of: input, maximumDepth: CanonicalJSON.maximumDepth, maximumValues: maximumValues)
    } catch {
      switch error {
      case .tooDeep: throw .tooDeep
      case .tooManyValues: throw .tooManyValues
      case .repeatedName: throw .repeatedName
      case .controlCharacter, .negativeZero, .trailingComma, .malformed: throw .malformed
      }
    }
    guard let value = try? JSONReader.value(of: object, fraction: { .string($0.stringValue) }) else { throw .malformed }
    return value
  }
}

extension JSONValue {
  /// The member of an object, or nil if this is no object or has none of that name.
  package subscript(name: String) -> JSONValue? {
    if case .object(let members) = self { members[name] } else { nil }
  }

  /// The text, or nil if this is none.
  package var text: String? { if case .string(let text) = self { text } else { nil } }

  /// The elements, or nil if this is no array.
  package var elements: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }

  /// The members, or nil if this is no object.
  package var members: [String: JSONValue]? { if case .object(let members) = self { members } else { nil } }
}

/// The ways in which bytes can fail to be a document.
package enum JSONDocumentError: Error, Hashable, CustomStringConvertible {
  /// More than 1 MiB; carries the number of bytes.
  case tooLarge(Int)
  /// Arrays and objects nested more than 32 deep.
  case tooDeep
  /// More than 200,000 values.
  case tooManyValues
  /// Not JSON in UTF-8.
  case malformed
  /// An object with two members of one name.
  case repeatedName

  package var description: String {
    switch self {
    case .tooLarge(let count): "a document holds at most \(JSONDocument.maximumBytes) bytes, this has \(count)"
    case .tooDeep: "a document nests at most \(CanonicalJSON.maximumDepth) deep"
    case .tooManyValues: "a document holds too many values"
    case .malformed: "not JSON in UTF-8"
    case .repeatedName: "an object has two members of the same name"
    }
  }
}

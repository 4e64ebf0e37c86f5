import Foundation

/// What a command prints with `--json`: one object whose `schema` names its shape, described in `schema/json/`.
///
/// Everything is read from the store in one snapshot, so an answer never mixes two states. Keys are written in snake_case.
package protocol Answer: Encodable {
  /// `lethe/<command>/v1`.
  static var schema: String { get }
}

extension Answer {
  /// The object as one line of UTF-8, keys sorted.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(Labelled(answer: self)), as: UTF8.self)
  }
}

/// An answer with its schema in the same object.
private struct Labelled<Content: Answer>: Encodable {
  let answer: Content

  private enum Keys: CodingKey { case schema }

  func encode(to encoder: any Encoder) throws {
    try answer.encode(to: encoder)
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(Content.schema, forKey: .schema)
  }
}

/// A value that is written as `null` when it is missing, where a reader may rely on the key.
package struct Nullable<Value: Codable & Sendable>: Codable, Sendable {
  package let value: Value?

  package init(_ value: Value?) {
    self.value = value
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    value = container.decodeNil() ? nil : try container.decode(Value.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let value { try container.encode(value) } else { try container.encodeNil() }
  }
}

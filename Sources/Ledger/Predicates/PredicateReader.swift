/// Takes the members of a predicate out of JSON that nobody vouches for, and says of the first one that does not suit where it stands.
///
/// It is the reading twin of the schemas in `schema/json/predicate-*.json`: what they refuse is refused here. Members that nobody
/// here knows are passed over (in-toto Attestation Framework, spec/v1/README.md, "Parsing rules"). O(size).
struct PredicateReader {
  private let members: [String: JSONValue]
  /// Where the object stands: names and indexes with `/` between them; empty for the predicate itself.
  private let place: String

  init(_ value: JSONValue?, at place: String = "") throws(PredicateError) {
    guard let value else { throw .missing(place) }
    guard let members = value.members else { throw .unsuitable(place, expected: "an object") }
    (self.members, self.place) = (members, place)
  }

  /// A text of a form.
  func text(_ name: String, _ form: TextForm) throws(PredicateError) -> String {
    try take(name, form.description) { value in value.text.flatMap { form.accepts($0) ? $0 : nil } }
  }

  /// A whole number from 0 on.
  func integer(_ name: String) throws(PredicateError) -> Int64 {
    try take(name, "a whole number from 0 on") { $0.natural }
  }

  /// A whole number from 0 on, or null.
  func integerOrNull(_ name: String) throws(PredicateError) -> Int64? {
    try take(name, "null or a whole number from 0 on") { $0 == .null ? .some(nil) : $0.natural.map { .some($0) } }
  }

  /// A digest in its text form.
  func digest(_ name: String) throws(PredicateError) -> Digest {
    try take(name, "sha256: and 64 hexadecimal digits") { $0.digest }
  }

  /// One of some words.
  func word(_ name: String, of words: [String]) throws(PredicateError) -> String {
    try take(name, "one of \(words.joined(separator: ", "))") { value in value.text.flatMap { words.contains($0) ? $0 : nil } }
  }

  /// An object as it is.
  func object(_ name: String) throws(PredicateError) -> JSONValue {
    try take(name, "an object") { $0.members == nil ? nil : $0 }
  }

  /// An object, to be taken apart.
  func reader(_ name: String) throws(PredicateError) -> PredicateReader {
    try PredicateReader(members[name], at: path(name))
  }

  /// An object to be taken apart, or nil where there is null; the member must be there.
  func readerOrNull(_ name: String) throws(PredicateError) -> PredicateReader? {
    if members[name] == .null { return nil }
    return try reader(name)
  }

  /// Objects in their order, to be taken apart.
  func readers(_ name: String) throws(PredicateError) -> [PredicateReader] {
    var readers: [PredicateReader] = []
    for (index, element) in try take(name, "an array", { $0.elements }).enumerated() {
      readers.append(try PredicateReader(element, at: "\(path(name))/\(index)"))
    }
    return readers
  }

  /// Whole numbers from 0 on, in their order.
  func integers(_ name: String) throws(PredicateError) -> [Int64] {
    try take(name, "an array of whole numbers from 0 on") { value in value.elements.flatMap { $0.all(\.natural) } }
  }

  /// Digests in their order.
  func digests(_ name: String) throws(PredicateError) -> [Digest] {
    try take(name, "an array of digests") { value in value.elements.flatMap { $0.all(\.digest) } }
  }

  /// Digests by name, of names that are known.
  func digests(_ name: String, named known: [String]) throws(PredicateError) -> [String: Digest] {
    try take(name, "digests by \(known.joined(separator: ", "))") { value in
      guard let members = value.members, Set(members.keys).isSubset(of: known) else { return nil }
      let digests = members.compactMapValues(\.digest)
      return digests.count == members.count ? digests : nil
    }
  }

  private func take<Value>(
    _ name: String, _ expected: String, _ suit: (JSONValue) -> Value?
  ) throws(PredicateError) -> Value {
    guard let value = members[name] else { throw .missing(path(name)) }
    guard let suited = suit(value) else { throw .unsuitable(path(name), expected: expected) }
    return suited
  }

  private func path(_ name: String) -> String { place.isEmpty ? name : "\(place)/\(name)" }
}

extension JSONValue {
  fileprivate var natural: Int64? { if case .integer(let number) = self, number >= 0 { number } else { nil } }

  fileprivate var digest: Digest? { text.flatMap { try? Digest(text: $0) } }

  /// A digest in its text form.
  static func digest(_ digest: Digest) -> JSONValue { .string(digest.description) }

  /// Whole numbers in their order.
  static func integers(_ numbers: [Int64]) -> JSONValue { .array(numbers.map { .integer($0) }) }

  /// Digests by name.
  static func digests(_ digests: [String: Digest]) -> JSONValue { .object(digests.mapValues { .digest($0) }) }
}

extension [JSONValue] {
  /// What all elements have, or nil if one lacks it.
  fileprivate func all<Value>(_ take: (JSONValue) -> Value?) -> [Value]? {
    let values = compactMap(take)
    return values.count == count ? values : nil
  }
}

/// The ways in which a predicate can differ from what its schema says; each names the member, as `measurements/3/value`.
package enum PredicateError: Error, Hashable, CustomStringConvertible {
  /// A member that has to be there is not.
  case missing(String)
  /// A member is of another kind or form.
  case unsuitable(String, expected: String)

  package var description: String {
    switch self {
    case .missing(let place): "the predicate lacks \(Self.shown(place))"
    case .unsuitable(let place, let expected): "the predicate's \(Self.shown(place)) is not \(expected)"
    }
  }

  private static func shown(_ place: String) -> String { place.isEmpty ? "content" : String(place.prefix(100)) }
}

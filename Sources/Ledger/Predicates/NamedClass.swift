/// A class as a receipt names it: by its label and the commitment to its name, which may be a person's.
package struct NamedClass: Sendable, Hashable {
  /// The label, counted from 0.
  package var ordinal: Int64
  /// The salted hash of the name (schema/FORMAT.md, "Commitment").
  package var commitment: Digest

  package init(ordinal: Int64, commitment: Digest) {
    (self.ordinal, self.commitment) = (ordinal, commitment)
  }

  init(_ reader: PredicateReader) throws(PredicateError) {
    ordinal = try reader.integer("ordinal")
    commitment = try reader.digest("commitment")
  }

  var members: [String: JSONValue] { ["ordinal": .integer(ordinal), "commitment": .digest(commitment)] }
}

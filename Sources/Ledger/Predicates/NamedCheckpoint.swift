/// A checkpoint as a receipt names it.
package struct NamedCheckpoint: Sendable, Hashable {
  /// Model and number: `pets@2`.
  package var name: String
  /// SHA-256 over configuration and tensor digests.
  package var digest: Digest

  package init(name: String, digest: Digest) {
    (self.name, self.digest) = (name, digest)
  }

  init(_ reader: PredicateReader) throws(PredicateError) {
    name = try reader.text("name", .checkpoint)
    digest = try reader.digest("digest")
  }

  var value: JSONValue { .object(["name": .string(name), "digest": .digest(digest)]) }

  var subject: Statement.Subject { Statement.Subject(name: name, digest: digest) }
}

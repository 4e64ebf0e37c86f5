/// A data set as a receipt names it: the parts with their digests, no example and no class.
package struct NamedDataset: Sendable, Hashable {
  /// The parts that there are.
  static let parts = ["train", "validation", "test"]

  /// A part, or the examples of a part that were forgotten.
  package struct Split: Sendable, Hashable {
    package var part: String
    /// Which examples exactly (schema/FORMAT.md, "Split").
    package var digest: Digest
    /// How many.
    package var count: Int64

    package init(part: String, digest: Digest, count: Int64) {
      (self.part, self.digest, self.count) = (part, digest, count)
    }

    init(_ reader: PredicateReader) throws(PredicateError) {
      part = try reader.word("part", of: NamedDataset.parts)
      digest = try reader.digest("digest")
      count = try reader.integer("count")
    }

    var value: JSONValue { .object(["part": .string(part), "digest": .digest(digest), "count": .integer(count)]) }
  }

  package var name: String
  package var splits: [Split]

  package init(name: String, splits: [Split]) {
    (self.name, self.splits) = (name, splits)
  }

  init(_ reader: PredicateReader) throws(PredicateError) {
    name = try reader.text("name", .name)
    splits = try Split.list(reader.readers("splits"))
  }

  var value: JSONValue { .object(["name": .string(name), "splits": .array(splits.map(\.value))]) }
}

extension NamedDataset.Split {
  static func list(_ readers: [PredicateReader]) throws(PredicateError) -> [Self] {
    var splits: [Self] = []
    for reader in readers { splits.append(try Self(reader)) }
    return splits
  }
}

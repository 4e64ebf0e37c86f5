/// Where a log records what a receipt says: the log's name, the entry's place, and the entry's hash in the tree.
package struct LogPlace: Sendable, Hashable {
  /// The log's name, the first line of its tree heads.
  package var origin: String
  /// The entry's place, counted from 0.
  package var index: Int64
  /// The entry's hash in the tree.
  package var leafHash: Digest

  package init(origin: String, index: Int64, leafHash: Digest) {
    (self.origin, self.index, self.leafHash) = (origin, index, leafHash)
  }

  init(_ reader: PredicateReader) throws(PredicateError) {
    origin = try reader.text("origin", .nonEmpty)
    index = try reader.integer("index")
    leafHash = try reader.digest("leaf_hash")
  }

  var value: JSONValue {
    .object(["origin": .string(origin), "index": .integer(index), "leaf_hash": .digest(leafHash)])
  }
}

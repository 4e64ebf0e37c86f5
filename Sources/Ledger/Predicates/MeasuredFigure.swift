/// One figure of a receipt: what was measured on which checkpoint and which examples. Fractions are texts.
package struct MeasuredFigure: Sendable, Hashable {
  /// Name of the checkpoint that was measured.
  package var checkpoint: String
  /// `accuracy`.
  package var metric: String
  /// Which examples of the part: `all`, `forget` or `retain`.
  package var role: String
  /// The label, if only one class was measured.
  package var ordinal: Int64?
  package var part: String
  /// Which examples exactly.
  package var splitDigest: Digest
  /// How many examples.
  package var n: Int64
  /// The figure, 0…1.
  package var value: String
  /// 95 % Wilson interval.
  package var low: String
  package var high: String

  package init(
    checkpoint: String, metric: String, role: String, ordinal: Int64?, part: String, splitDigest: Digest, n: Int64, value: Double,
    low: Double, high: Double
  ) {
    (self.checkpoint, self.metric, self.role, self.ordinal, self.part) = (checkpoint, metric, role, ordinal, part)
    (self.splitDigest, self.n) = (splitDigest, n)
    (self.value, self.low, self.high) = ("\(value)", "\(low)", "\(high)")
  }

  init(_ reader: PredicateReader) throws(PredicateError) {
    checkpoint = try reader.text("checkpoint", .checkpoint)
    metric = try reader.text("metric", .nonEmpty)
    role = try reader.word("role", of: ["all", "forget", "retain"])
    ordinal = try reader.integerOrNull("class")
    part = try reader.word("part", of: NamedDataset.parts)
    splitDigest = try reader.digest("split_digest")
    n = try reader.integer("n")
    value = try reader.text("value", .decimal)
    low = try reader.text("low", .decimal)
    high = try reader.text("high", .decimal)
  }

  static func list(_ readers: [PredicateReader]) throws(PredicateError) -> [Self] {
    var figures: [Self] = []
    for reader in readers { figures.append(try Self(reader)) }
    return figures
  }

  var json: JSONValue {
    .object([
      "checkpoint": .string(checkpoint), "metric": .string(metric), "role": .string(role),
      "class": ordinal.map { .integer($0) } ?? .null, "part": .string(part), "split_digest": .digest(splitDigest),
      "n": .integer(n), "value": .string(value), "low": .string(low), "high": .string(high),
    ])
  }
}

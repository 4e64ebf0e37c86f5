/// A JSON value of the kinds that log entries use.
///
/// Fractions have no case: a measured number enters an entry as a string, so that no two programs can write it
/// differently. Swift compares strings by Unicode equivalence; where bytes matter, compare encodings, not values.
package indirect enum JSONValue: Hashable, Sendable {
  /// Members by name, in no order.
  case object([String: JSONValue])
  /// Values in order.
  case array([JSONValue])
  /// Text.
  case string(String)
  /// A whole number; only those of at most 2^53 − 1 in size can be encoded.
  case integer(Int64)
  /// `true` or `false`.
  case bool(Bool)
  /// `null`.
  case null
}

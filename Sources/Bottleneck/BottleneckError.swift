/// What can be wrong with the input of a bottleneck operation; every case says what was found and what would do.
package enum BottleneckError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A dimension of the shape is out of its range, or the tables would be too large.
  case badShape(String)
  /// A setting lies outside its range.
  case badSetting(name: String, value: String, allowed: String)
  /// Two things that must be equally long are not.
  case sizeMismatch(what: String, expected: Int, found: Int)
  /// A label is not one of the V classes.
  case labelOutOfRange(example: Int, label: Int, classes: Int)
  /// An example index is not below the number of examples.
  case exampleOutOfRange(example: Int, count: Int)
  /// A pair number is not below C·K.
  case pairOutOfRange(pair: UInt32, count: Int)
  /// A code table holds a code that is neither below K nor ``CodeTable/none``.
  case codeOutOfRange(keys: Int)
  /// There are fewer examples than the operation needs.
  case tooFewExamples(found: Int, needed: Int, purpose: String)
  /// Examples were to be taken out of counts that they are not in.
  case notCounted
  /// An embedding, key or value is infinite or not a number.
  case nonFinite(what: String)

  package var description: String {
    switch self {
    case .badShape(let why): "bad bottleneck shape: \(why)"
    case .badSetting(let name, let value, let allowed): "setting \(name) is \(value), allowed is \(allowed)"
    case .sizeMismatch(let what, let expected, let found): "\(what): expected \(expected), found \(found)"
    case .labelOutOfRange(let example, let label, let classes):
      "example \(example) has label \(label), but there are \(classes) classes (0 to \(classes - 1))"
    case .exampleOutOfRange(let example, let count):
      "example \(example) does not exist: there are \(count) (0 to \(count - 1))"
    case .pairOutOfRange(let pair, let count): "pair \(pair) does not exist: there are \(count) (0 to \(count - 1))"
    case .codeOutOfRange(let keys):
      "the code table holds a code that is not below \(keys) keys: it belongs to another model or is damaged"
    case .tooFewExamples(let found, let needed, let purpose): "\(purpose) needs \(needed) examples, found \(found)"
    case .notCounted: "the counts do not hold these examples: they belong to another model or are damaged"
    case .nonFinite(let what): "\(what) holds an infinite number or NaN"
    }
  }
}

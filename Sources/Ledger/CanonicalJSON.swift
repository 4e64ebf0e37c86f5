/// Log entries as bytes: RFC 8785 (JSON Canonicalization Scheme), which gives each value exactly one encoding.
///
/// Members are sorted by their names' UTF-16 code units (section 3.2.3), strings carry only the escapes JSON demands
/// (3.2.2.2), there is no white space (3.2.1), and whole numbers are plain digits (3.2.2.3). Both directions keep the
/// same limits, so whatever can be written can be read back.
///
/// ## Topics
/// - ``encode(_:maximumBytes:)``
/// - ``parse(_:)``
package enum CanonicalJSON {
  /// The longest encoding in bytes: c2sp.org/tlog-tiles gives an entry a 16-bit length.
  package static let maximumBytes = 65_535

  /// The deepest nesting of arrays and objects; entries need four, and a hostile one can't exhaust the stack.
  package static let maximumDepth = 32

  /// The largest whole number that every reader of JSON holds exactly (RFC 7493 section 2.2); RFC 8785 rounds beyond it.
  package static let maximumInteger: Int64 = 9_007_199_254_740_991

  /// The encoding of a value, of at most 65,535 bytes unless it is for something else than an entry.
  ///
  /// - Throws: `CanonicalJSONError.tooLarge`, `.tooDeep` or `.integerOutOfRange`.
  package static func encode(_ value: JSONValue, maximumBytes: Int = maximumBytes) throws(CanonicalJSONError) -> [UInt8] {
    var writer = Writer()
    try writer.write(value, depth: 0)
    guard writer.bytes.count <= maximumBytes else { throw .tooLarge(writer.bytes.count) }
    return writer.bytes
  }

  /// The value of bytes that nobody vouches for.
  ///
  /// Limits are checked before anything is parsed, and the value's own encoding must give back the very same bytes:
  /// spaces, unsorted or repeated members and needless escapes are all refused by that one rule.
  ///
  /// - Throws: every case of `CanonicalJSONError`.
  package static func parse(_ bytes: some Collection<UInt8>) throws(CanonicalJSONError) -> JSONValue {
    guard bytes.count <= maximumBytes else { throw .tooLarge(bytes.count) }
    let input = Array(bytes)
    let value = try JSONReader.value(of: input)
    guard try encode(value) == input else { throw .notCanonical }
    return value
  }

  /// Appends encodings to one buffer.
  private struct Writer {
    var bytes: [UInt8] = []

    mutating func write(_ value: JSONValue, depth: Int) throws(CanonicalJSONError) {
      switch value {
      case .null: bytes += "null".utf8
      case .bool(let flag): bytes += (flag ? "true" : "false").utf8
      case .integer(let number):
        guard number.magnitude <= maximumInteger.magnitude else { throw .integerOutOfRange(number) }
        bytes += String(number).utf8
      case .string(let text): write(text)
      case .array(let elements):
        guard depth < maximumDepth else { throw .tooDeep }
        bytes.append(UInt8(ascii: "["))
        for (offset, element) in elements.enumerated() {
          if offset > 0 { bytes.append(UInt8(ascii: ",")) }
          try write(element, depth: depth + 1)
        }
        bytes.append(UInt8(ascii: "]"))
      case .object(let members):
        guard depth < maximumDepth else { throw .tooDeep }
        bytes.append(UInt8(ascii: "{"))
        let sorted = members.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
        for (offset, member) in sorted.enumerated() {
          if offset > 0 { bytes.append(UInt8(ascii: ",")) }
          write(member.key)
          bytes.append(UInt8(ascii: ":"))
          try write(member.value, depth: depth + 1)
        }
        bytes.append(UInt8(ascii: "}"))
      }
    }

    mutating func write(_ text: String) {
      bytes.append(UInt8(ascii: "\""))
      for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "\""): bytes += #"\""#.utf8
        case UInt8(ascii: "\\"): bytes += #"\\"#.utf8
        case 0x08: bytes += #"\b"#.utf8
        case 0x09: bytes += #"\t"#.utf8
        case 0x0A: bytes += #"\n"#.utf8
        case 0x0C: bytes += #"\f"#.utf8
        case 0x0D: bytes += #"\r"#.utf8
        case 0..<0x20: bytes += (#"\u00"# + Hexadecimal.encode([byte])).utf8
        default: bytes.append(byte)
        }
      }
      bytes.append(UInt8(ascii: "\""))
    }
  }
}

/// The ways in which bytes can fail to be a canonical entry, or a value to have an encoding.
package enum CanonicalJSONError: Error, Hashable, CustomStringConvertible {
  /// More than 65,535 bytes; carries their number.
  case tooLarge(Int)
  /// Arrays and objects nested more than 32 deep.
  case tooDeep
  /// A whole number that other readers would round; such numbers are written as strings.
  case integerOutOfRange(Int64)
  /// Not JSON in UTF-8, or a number of a kind that entries don't use (a fraction, an exponent, more than 64 bits).
  case malformed
  /// A JSON value that RFC 8785 would have written otherwise.
  case notCanonical

  package var description: String {
    switch self {
    case .tooLarge(let count): "a log entry holds at most 65535 bytes, this has \(count): put the rest behind a digest"
    case .tooDeep: "a log entry nests at most 32 deep"
    case .integerOutOfRange(let number): "\(number) is beyond 2^53 - 1: write it as a string"
    case .malformed: "not JSON, or with numbers that no log entry holds"
    case .notCanonical: "not in the canonical form of RFC 8785"
    }
  }
}

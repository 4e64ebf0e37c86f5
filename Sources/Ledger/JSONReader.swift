/// Reads the JSON that `CanonicalJSON` writes, and nothing looser.
///
/// Only what could not be told from the value later is checked here; whether the bytes are the *canonical* ones is
/// settled by encoding the value again. Own code rather than Foundation's because a log is checked entry by entry:
/// decoding an open-ended value through `Codable` tries one type after the other and throws for each that isn't it.
/// Source: RFC 8259, restricted to what RFC 8785 section 3.2 can produce without fractions.
struct JSONReader {
  private let bytes: [UInt8]
  private var offset = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Reads one value that takes up all the bytes.
  mutating func document() throws(CanonicalJSONError) -> JSONValue {
    let value = try value(depth: 0)
    guard offset == bytes.count else { throw .malformed(offset: offset) }
    return value
  }

  private mutating func value(depth: Int) throws(CanonicalJSONError) -> JSONValue {
    guard offset < bytes.count else { throw .malformed(offset: offset) }
    switch bytes[offset] {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    default: return try integer()
    }
  }

  private mutating func object(depth: Int) throws(CanonicalJSONError) -> JSONValue {
    guard depth < CanonicalJSON.maximumDepth else { throw .tooDeep }
    offset += 1
    var members: [String: JSONValue] = [:]
    if take(UInt8(ascii: "}")) { return .object(members) }
    repeat {
      guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else { throw .malformed(offset: offset) }
      let name = try string()
      try expect(UInt8(ascii: ":"))
      // A repeated name loses its first value here, and the encoding then no longer equals the input.
      members[name] = try value(depth: depth + 1)
    } while take(UInt8(ascii: ","))
    try expect(UInt8(ascii: "}"))
    return .object(members)
  }

  private mutating func array(depth: Int) throws(CanonicalJSONError) -> JSONValue {
    guard depth < CanonicalJSON.maximumDepth else { throw .tooDeep }
    offset += 1
    var elements: [JSONValue] = []
    if take(UInt8(ascii: "]")) { return .array(elements) }
    repeat {
      elements.append(try value(depth: depth + 1))
    } while take(UInt8(ascii: ","))
    try expect(UInt8(ascii: "]"))
    return .array(elements)
  }

  private mutating func string() throws(CanonicalJSONError) -> String {
    let start = offset
    offset += 1
    var text: [UInt8] = []
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else { throw .notUTF8(offset: start) }
        return string
      case UInt8(ascii: "\\"): text.append(try escape())
      default: text.append(byte)
      }
    }
    throw .malformed(offset: offset)
  }

  /// Reads what follows a backslash; the canonical form escapes nothing beyond ASCII, so the result is one byte.
  private mutating func escape() throws(CanonicalJSONError) -> UInt8 {
    guard offset < bytes.count else { throw .malformed(offset: offset) }
    let letter = bytes[offset]
    offset += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return letter
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "f"): return 0x0C
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "u"):
      guard bytes.count - offset >= 4 else { throw .malformed(offset: offset) }
      guard let unit = Hexadecimal.decode(bytes[offset..<offset + 4]), unit[0] == 0, unit[1] < 0x80 else {
        throw .notCanonical
      }
      offset += 4
      return unit[1]
    default: throw .malformed(offset: offset - 1)
    }
  }

  private mutating func integer() throws(CanonicalJSONError) -> JSONValue {
    let start = offset
    while offset < bytes.count, bytes[offset] == UInt8(ascii: "-") || (0x30...0x39).contains(bytes[offset]) {
      offset += 1
    }
    guard let number = Int64(String(decoding: bytes[start..<offset], as: UTF8.self)) else {
      throw .malformed(offset: start)
    }
    return .integer(number)
  }

  private mutating func literal(_ word: StaticString, _ value: JSONValue) throws(CanonicalJSONError) -> JSONValue {
    let count = word.utf8CodeUnitCount
    let matches = word.withUTF8Buffer { bytes[offset...].prefix(count).elementsEqual($0) }
    guard matches else { throw .malformed(offset: offset) }
    offset += count
    return value
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard offset < bytes.count, bytes[offset] == byte else { return false }
    offset += 1
    return true
  }

  private mutating func expect(_ byte: UInt8) throws(CanonicalJSONError) {
    guard take(byte) else { throw .malformed(offset: offset) }
  }
}

import Foundation
import Testing

@testable import Ledger

@Suite("Canonical JSON")
struct CanonicalJSONTests {
  private func encode(_ value: JSONValue) throws -> String {
    String(decoding: try CanonicalJSON.encode(value), as: UTF8.self)
  }

  private func parse(_ text: String) throws(CanonicalJSONError) -> JSONValue { try CanonicalJSON.parse(text.utf8) }

  @Test("members are sorted as in RFC 8785 section 3.2.3")
  func sorting() throws {
    // By UTF-16 the emoji (surrogates D83D DE00) comes before U+FB33; by code point or UTF-8 it would come after.
    let names = ["\u{20ac}", "\r", "\u{fb33}", "1", "\u{1F600}", "\u{80}", "\u{f6}"]
    let sorted = ["\\r", "1", "\u{80}", "\u{f6}", "\u{20ac}", "\u{1F600}", "\u{fb33}"]
    let value = JSONValue.object(Dictionary(uniqueKeysWithValues: names.map { ($0, .null) }))
    let text = "{" + sorted.map { "\"\($0)\":null" }.joined(separator: ",") + "}"
    #expect(try encode(value) == text)
    #expect(try parse(text) == value)
  }

  @Test("the string and the literals of RFC 8785 section 3.2.2")
  func sample() throws {
    let value = JSONValue.object([
      "string": .string("\u{20ac}$\u{F}\nA'B\"\\\\\"/"), "literals": .array([.null, .bool(true), .bool(false)]),
    ])
    let text = #"{"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}"#
    #expect(try encode(value) == text)
    #expect(try parse(text) == value)
  }

  @Test("every control character has its one escape, and nothing else has any")
  func escapes() throws {
    let escaped: [UInt32: String] = [
      8: #"\b"#, 9: #"\t"#, 10: #"\n"#, 12: #"\f"#, 13: #"\r"#, 34: #"\""#, 92: #"\\"#,
    ]
    for code: UInt32 in Array(0..<0x300) + [0x2028, 0x2029, 0xFEFF, 0xFFFF, 0x10FFFF] {
      let scalar = try #require(Unicode.Scalar(code))
      let body = escaped[code] ?? (code < 32 ? "\\u00" + Hexadecimal.encode([UInt8(code)]) : String(scalar))
      #expect(try encode(.string(String(scalar))).utf8.elementsEqual("\"\(body)\"".utf8), "U+\(code)")
      #expect(try parse("\"\(body)\"") == .string(String(scalar)))
    }
  }

  @Test("whole numbers", arguments: [0, 1, -1, 10, 9_007_199_254_740_991, -9_007_199_254_740_991] as [Int64])
  func integers(number: Int64) throws {
    #expect(try encode(.integer(number)) == "\(number)")
    #expect(try parse("\(number)") == .integer(number))
  }

  @Test("numbers that readers would round are refused both ways", arguments: [1 << 53, -1 << 53, .max] as [Int64])
  func integerOutOfRange(number: Int64) {
    #expect(throws: CanonicalJSONError.integerOutOfRange(number)) { try CanonicalJSON.encode(.array([.integer(number)])) }
    #expect(throws: CanonicalJSONError.integerOutOfRange(number)) { try parse("[\(number)]") }
  }

  @Test("the least number is refused both ways")
  func leastInteger() {
    #expect(throws: CanonicalJSONError.integerOutOfRange(.min)) { try CanonicalJSON.encode(.integer(.min)) }
    // Foundation holds it as a decimal number.
    #expect(throws: CanonicalJSONError.malformed) { try parse("\(Int64.min)") }
  }

  @Test("a byte order mark in a text is a character like any other")
  func byteOrderMarks() throws {
    let mark = "\u{FEFF}"
    for text in [mark, mark + mark + "a", "\n" + mark, "\\" + mark, "\\uFEFF", "\u{FEFE}" + mark, "a\(mark)\"\(mark)"] {
      let bytes = try CanonicalJSON.encode(.object([text: .string(text)]))
      #expect(try CanonicalJSON.encode(CanonicalJSON.parse(bytes)) == bytes)
    }
    for text in ["\"\\\u{FEFF}\"", #""\uFEFF""#] { #expect(throws: CanonicalJSONError.notCanonical) { try parse(text) } }
  }

  @Test("an entry fills 65,535 bytes and not one more")
  func tooLarge() throws {
    let most = JSONValue.string(String(repeating: "a", count: 65_533))
    #expect(try CanonicalJSON.parse(CanonicalJSON.encode(most)) == most)
    let more = String(repeating: "a", count: 65_534)
    #expect(throws: CanonicalJSONError.tooLarge(65_536)) { try CanonicalJSON.encode(.string(more)) }
    #expect(throws: CanonicalJSONError.tooLarge(65_536)) { try parse("\"\(more)\"") }
  }

  @Test("nesting ends at 32 levels")
  func tooDeep() throws {
    var value = JSONValue.integer(1)
    for level in 0..<32 { value = level.isMultiple(of: 2) ? .array([value]) : .object(["a": value]) }
    let text = try encode(value)
    #expect(try parse(text) == value)
    #expect(throws: CanonicalJSONError.tooDeep) { try CanonicalJSON.encode(.array([value])) }
    #expect(throws: CanonicalJSONError.tooDeep) { try parse("[\(text)]") }
    #expect(throws: CanonicalJSONError.tooDeep) { try parse(String(repeating: "[", count: 65_000)) }
    #expect(throws: CanonicalJSONError.tooDeep) { try parse(String(repeating: "{\"\":", count: 16_000)) }
  }

  @Test(
    "what is no JSON of an entry is refused",
    arguments: [
      "", "1.5", "1.0", "-0.0", "1e3", "1E400", "-", "+1", "01", "007", "-01", "0x1", "tru", "nulll", "True", "NaN", "[1", "[,1]",
      "[1 2]", "[1]]", "{", "{1:2}", "{\"a\"}", "{\"a\":}", "\"", "\"\\x\"", "\"\\u00", "\"\\", "\"\\ud83d\"", "1,2",
      "9223372036854775808", "-9223372036854775809", "99999999999999999999", "\u{FEFF}1", "1\u{FEFF}",
      "[\u{FEFF}]", "// no\"", "'a'",
    ])
  func malformed(text: String) {
    #expect(throws: CanonicalJSONError.malformed) { try parse(text) }
  }

  @Test(
    "strings that are not UTF-8 are refused",
    arguments: [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]] as [[UInt8]])
  func notUTF8(bytes: [UInt8]) {
    #expect(throws: CanonicalJSONError.malformed) { try CanonicalJSON.parse([0x5B, 0x22] + bytes + [0x22, 0x5D]) }
  }

  @Test(
    "another spelling of the same value is refused",
    arguments: [
      "-0", " 1", "1 ", "1\n", "[1, 2]", "[1,]", #"{"a":1,}"#, #"{"a" :1}"#, #"{"b":1,"a":2}"#, #"{"a":1,"a":1}"#,
      #"{"a":1,"a":2}"#, #"{"a":{"b":1,"b":1}}"#, #""\/""#, #""\u0041""#, #""\u000A""#, #""\u00e9""#, #""\ud83d\ude00""#,
      "\"\u{1}\"", "\"\n\"", "\"\u{0}\"", #"{"😀":1,"דּ":2,"a":3}"#,
    ])
  func notCanonical(text: String) {
    #expect(throws: CanonicalJSONError.notCanonical) { try parse(text) }
  }

  @Test(
    "only UTF-8 is read",
    arguments: [.utf16, .utf16LittleEndian, .utf16BigEndian, .utf32, .utf32LittleEndian, .utf32BigEndian] as [String.Encoding])
  func otherEncodings(encoding: String.Encoding) throws {
    for text in ["1", "[1]", #"{"a":"∀"}"#] {
      let bytes = try #require(text.data(using: encoding))
      #expect(throws: CanonicalJSONError.notCanonical) { try CanonicalJSON.parse(bytes) }
    }
  }

  @Test("truth values and numbers are told apart")
  func truthValuesAndNumbers() throws {
    let text = "[0,false,1,true,-1,127,128,255,256,65536,2147483648,-2147483649]"
    let numbers: [Int64] = [-1, 127, 128, 255, 256, 65_536, 2_147_483_648, -2_147_483_649]
    let expected: [JSONValue] = [.integer(0), .bool(false), .integer(1), .bool(true)] + numbers.map { .integer($0) }
    #expect(try parse(text) == .array(expected))
    for number in Int64(-300)...300 { #expect(try parse("\(number)") == .integer(number)) }
  }

  @Test("brackets within strings do not nest")
  func bracketsInStrings() throws {
    for text in [String(repeating: "[", count: 100), String(repeating: "{\"", count: 100), "\\", "\\\"["] {
      let value = JSONValue.array([.string(text), .array([.string(text)])])
      #expect(try CanonicalJSON.parse(CanonicalJSON.encode(value)) == value)
    }
    let open = String(repeating: "[", count: 33)
    for lead in [#"["\\","#, #"["\"","#, #"["]]]","#] { #expect(throws: CanonicalJSONError.tooDeep) { try parse(lead + open) } }
  }

  @Test("names that only Unicode equivalence makes equal are refused rather than merged")
  func equivalentNames() {
    #expect(throws: CanonicalJSONError.notCanonical) { try parse("{\"e\u{301}\":1,\"\u{e9}\":2}") }
  }

  @Test("random values come back equal, and JSONDecoder reads the same into them")
  func randomValues() throws {
    var random = Seeded(3)
    for _ in 0..<500 {
      let value = JSONValue.array([Self.value(depth: 0, using: &random)])
      let bytes = try CanonicalJSON.encode(value)
      #expect(try CanonicalJSON.parse(bytes) == value)
      #expect(try JSONDecoder().decode(ReadByDecoder.self, from: Data(bytes)).value == value)
    }
  }

  @Test("a damaged entry is refused or is itself canonical")
  func mutations() throws {
    var random = Seeded(4)
    var accepted = 0
    for _ in 0..<200 {
      let original = try CanonicalJSON.encode(.array([Self.value(depth: 0, using: &random)]))
      for _ in 0..<50 {
        let damaged = mutate(original, using: &random)
        do throws(CanonicalJSONError) {
          #expect(try CanonicalJSON.encode(CanonicalJSON.parse(damaged)) == damaged)
          accepted += 1
        } catch {
          #expect(!error.description.isEmpty)
        }
      }
    }
    #expect(accepted > 100)
  }

  private static func text(using random: inout Seeded) -> String {
    let alphabet = ["a", "B", "7", "\"", "\\", "/", "\n", "\u{1}", "\u{7F}", "ß", "€", "\u{1F600}", "\u{FB33}", "\u{FEFF}", " "]
    return (0..<Int.random(in: 0...6, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "" }.joined()
  }

  private static func value(depth: Int, using random: inout Seeded) -> JSONValue {
    switch Int.random(in: 0..<(depth < 4 ? 7 : 4), using: &random) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &random))
    case 2: return .integer(.random(in: -9_007_199_254_740_991...9_007_199_254_740_991, using: &random))
    case 3: return .string(text(using: &random))
    case 4:
      let count = Int.random(in: 0...4, using: &random)
      return .array((0..<count).map { _ in value(depth: depth + 1, using: &random) })
    default:
      var members: [String: JSONValue] = [:]
      for _ in 0..<Int.random(in: 0...5, using: &random) {
        members[text(using: &random)] = value(depth: depth + 1, using: &random)
      }
      return .object(members)
    }
  }
}

/// A value as `JSONDecoder` sees it, whose parser is another one than `JSONSerialization`'s.
private struct ReadByDecoder: Decodable {
  let value: JSONValue

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      value = .null
    } else if let flag = try? container.decode(Bool.self) {
      value = .bool(flag)
    } else if let number = try? container.decode(Int64.self) {
      value = .integer(number)
    } else if let text = try? container.decode(String.self) {
      value = .string(text)
    } else if let elements = try? container.decode([ReadByDecoder].self) {
      value = .array(elements.map(\.value))
    } else {
      value = .object(try container.decode([String: ReadByDecoder].self).mapValues(\.value))
    }
  }
}

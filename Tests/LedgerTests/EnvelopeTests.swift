import Foundation
import Testing

@testable import Ledger

@Suite("DSSE envelope")
struct EnvelopeTests {
  /// The two keys of RFC 8032 section 7.1 that DSSE's published vectors use.
  private static let keyA = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
  private static let keyB = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"

  private static func key(_ hex: String, _ name: String) throws -> EnvelopeKey {
    .ed25519(try VerifierKey(name: name, publicKey: Hexadecimal.decode(hex.utf8) ?? []))
  }

  private static let payload = "eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEifQ=="
  private static let byA = "2WAfaHm5jluo0w+0rk8uVkluELJYWjSmU9x7EUzx+AyteDGJ4/nqyJXfmAUVFIAoQafWm7AxBZNw5M9ixNHiCA=="
  private static let byB = "c1+67/aT0yqEpwx8PsVY3MLHsj9D0CZ014/Fv/QlG59P+9CobUZ7xECJ/V3USG0Ob9CiE5LjReEZUzNF2l7eBw=="

  private static func json(_ payload: String, _ type: String, _ signatures: String...) -> [UInt8] {
    let lines = signatures.map { #"{"sig":"\#($0)"}"# }.joined(separator: ",")
    return Array(#"{"payload":"\#(payload)","payloadType":"\#(type)","signatures":[\#(lines)]}"#.utf8)
  }

  @Test("the example of DSSE's protocol: PAE, and an ECDSA signature on P-256")
  func protocolExample() throws {
    let message = Envelope.message(type: "http://example.com/HelloWorld", payload: Array("hello world".utf8))
    #expect(String(decoding: message, as: UTF8.self) == "DSSEv1 29 http://example.com/HelloWorld 11 hello world")
    let key = try P256Key(
      x: decimal("46950820868899156662930047687818585632848591499744589407958293238635476079160"),
      y: decimal("5640078356564379163099075877009565129882514886557779369047442380624545832820"))
    let envelope = try Envelope(
      parsing: Self.json(
        "aGVsbG8gd29ybGQ=", "http://example.com/HelloWorld",
        "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="))
    let verified = try envelope.verified(by: [.p256(key)])
    #expect(verified.bytes == Array("hello world".utf8))
    #expect(verified.type == "http://example.com/HelloWorld")
  }

  @Test("DSSE's published vectors (testvectors/vectors.json)")
  func publishedVectors() throws {
    let (a, b) = (try Self.key(Self.keyA, "a"), try Self.key(Self.keyB, "b"))
    let type = "application/vnd.in-toto+json"
    func accepts(_ bytes: [UInt8], _ keys: [EnvelopeKey], _ threshold: Int = 1) throws -> VerifiedPayload? {
      try? Envelope(parsing: bytes).verified(by: keys, threshold: threshold)
    }
    #expect(try accepts(Self.json(Self.payload, type, Self.byA), [a])?.bytes.starts(with: "{\"_type\"".utf8) == true)
    let safe = "P-_KHICeR7tI6S_YyejJTRtrXhcQyQ2LYPaL8h90KjC9qN8HU_svOQ6TuDOT1HIrsGW886DbWNWcCmX5twLrAw=="
    #expect(try accepts(Self.json("-_-_Pj8=", type, safe), [a])?.bytes == [0xFB, 0xFF, 0xBF, 0x3E, 0x3F])
    #expect(try accepts(Self.json(Self.payload, "application/vnd.example.other+json", Self.byA), [a]) == nil)
    let umlaut = "xmSk/ug66ysT7ayhkCIjhAq42zgZXSsEWuzUaNL7w2eGAdF/NU6/fRXPtmfN+5DNSAs5/i2lUnHjbbjPsu0tAw=="
    #expect(try accepts(Self.json(Self.payload, "application/vnd.exämple+json", umlaut), [a]) != nil)
    let empty = "gSggCAaTLTYyRH6FIDBem6meyIynsYy8RTHVzwx9tnTb7Bg/1jMWnuVgI/gffqmbsC2VX5/jHfkkDqsj7CDbDg=="
    #expect(try accepts(Self.json("", type, empty), [a])?.bytes == [])
    let noType = "iC3q/+3Rm0+lpAJRueDmDh15PnwCfxKmS0NAfKsbv+zgulXQC/WM9trc+j1XEqlwDIg/vf/uNfebeD6sxInrDg=="
    let untyped = try #require(try accepts(Self.json(Self.payload, "", noType), [a]))
    #expect(throws: StatementError.wrongPayloadType) { try Statement(untyped) }
    #expect(try accepts(Self.json(Self.payload, type, Self.byA, Self.byB), [a, b], 2) != nil)
    #expect(try accepts(Self.json(Self.payload, type, Self.byA, Self.byA), [a, b], 2) == nil)
    #expect(try accepts(Self.json(Self.payload, type, Self.byA), [b]) == nil)
  }

  @Test("one key under two names does not meet a threshold of two, and none is never enough")
  func distinctKeys() throws {
    let envelope = try Envelope(parsing: Self.json(Self.payload, "application/vnd.in-toto+json", Self.byA))
    let keys = [try Self.key(Self.keyA, "a"), try Self.key(Self.keyA, "alias")]
    #expect(throws: EnvelopeError.tooFewSignatures(found: 1, needed: 2)) { try envelope.verified(by: keys, threshold: 2) }
    for threshold in [0, -1] {
      #expect(throws: EnvelopeError.tooFewSignatures(found: 0, needed: 1)) {
        try envelope.verified(by: [], threshold: threshold)
      }
    }
  }

  @Test("what we sign is read again, in any spelling, whatever its key ids say")
  func roundTrip() throws {
    let (one, two) = (try SigningKey(name: "example.com/log"), try SigningKey(name: "example.com/other"))
    let payload = Array(#"{"a":"b"}"#.utf8)
    let envelope = try Envelope(signing: payload, type: "text/x", with: one, two)
    let keys: [EnvelopeKey] = [.ed25519(two.verifierKey), .ed25519(one.verifierKey)]
    let text = String(decoding: envelope.bytes, as: UTF8.self)
    #expect(text.hasSuffix("}\n"))
    for spelling in [
      text, text.replacing(",", with: " ,\r\n\t"), text.replacing("example.com", with: "EXAMPLE.COM"),
      text.replacing("{\"payload\"", with: "{\"extra\":{\"x\":[1.5e3,null,1e300,true]},\"payload\""),
    ] {
      let read = try Envelope(parsing: spelling.utf8)
      #expect(try read.verified(by: keys, threshold: 2).bytes == payload)
    }
    #expect(try Envelope(parsing: envelope.bytes).bytes == envelope.bytes)
    #expect(envelope.signatures[0].keyID == one.verifierKey.shortName)
    #expect(throws: EnvelopeError.noSignatures) { try Envelope(signing: payload, type: "text/x") }
    #expect(throws: EnvelopeError.tooLarge) {
      try Envelope(signing: [UInt8](repeating: 1, count: Envelope.maximumBytes), type: "text/x", with: one)
    }
  }

  @Test("malformed envelopes are refused, each for its reason")
  func malformed() throws {
    func parse(_ text: String) throws(EnvelopeError) { _ = try Envelope(parsing: text.utf8) }
    let signatures = #""signatures":[{"sig":"AQ=="}]"#
    try parse("{\(signatures)}")
    for text in [
      "[]", "1", "null", "{\"payload\":1,\(signatures)}", "{\"payloadType\":[],\(signatures)}", #"{"signatures":{}}"#,
      #"{"signatures":[1]}"#, #"{"signatures":[{}]}"#, #"{"signatures":[{"sig":1}]}"#,
      #"{"signatures":[{"sig":"AQ==","keyid":7}]}"#,
    ] {
      #expect(throws: EnvelopeError.malformed, "\(text)") { try parse(text) }
    }
    for payload in ["A", "AQ=", "AQ===", "A Q==", "AR==", "A+-_!", "=", "AQ==AQ=="] {
      #expect(throws: EnvelopeError.malformedBase64, "\(payload)") { try parse("{\"payload\":\"\(payload)\",\(signatures)}") }
    }
    for text in ["{}", #"{"signatures":[]}"#] { #expect(throws: EnvelopeError.noSignatures) { try parse(text) } }
    let many = String(repeating: #"{"sig":"AQ=="},"#, count: 100) + #"{"sig":"AQ=="}"#
    #expect(throws: EnvelopeError.tooManySignatures(101)) { try parse("{\"signatures\":[\(many)]}") }
    let cases: [(String, JSONDocumentError)] = [
      ("", .malformed), ("{", .malformed), ("\u{FEFF}{}", .malformed), ("{\"a\":\"\t\"}", .malformed), ("{}\u{0}", .malformed),
      (#"{"payload":"AQ==","payload":"Ag=="}"#, .repeatedName), (#"{"x":[{"a":1,"\u0061":2}]}"#, .repeatedName),
      (#"{"é":1,"é":2}"#, .repeatedName),
      (String(repeating: "[", count: 33), .tooDeep), (String(repeating: #"{"a":"#, count: 100_000), .tooDeep),
      (String(repeating: " ", count: JSONDocument.maximumBytes + 1), .tooLarge(JSONDocument.maximumBytes + 1)),
    ]
    for (text, error) in cases { #expect(throws: EnvelopeError.notJSON(error), "\(text.prefix(40))") { try parse(text) } }
    #expect(throws: EnvelopeError.notJSON(.malformed)) { try Envelope(parsing: Array("{}".utf8) + [0xFF]) }
    #expect(throws: EnvelopeError.notJSON(.malformed)) { try Envelope(parsing: "{}".utf16.flatMap { [UInt8($0), 0] }) }
  }

  @Test("a damaged envelope is refused or gives what was signed")
  func mutations() throws {
    let key = try SigningKey(name: "example.com/log")
    let payload = Array(#"{"_type":"x","n":[1,2,3]}"#.utf8)
    let original = try Envelope(signing: payload, type: "text/x", with: key).bytes
    var random = Seeded(13)
    var accepted = 0
    for _ in 0..<LongTests.count(3_000, long: 200_000) {
      let damaged = mutate(original, using: &random)
      do throws(EnvelopeError) {
        let envelope = try Envelope(parsing: damaged)
        let verified = try envelope.verified(by: [.ed25519(key.verifierKey)])
        #expect(verified.bytes == payload && verified.type == "text/x")
        accepted += 1
      } catch {
        #expect(!error.description.isEmpty)
      }
    }
    #expect(accepted > 30)
  }
}

/// The 32 bytes of a number in decimal digits, most significant first: long multiplication by ten.
private func decimal(_ digits: String) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: 32)
  for digit in digits.utf8 {
    var carry = Int(digit - UInt8(ascii: "0"))
    for place in bytes.indices.reversed() {
      carry += Int(bytes[place]) * 10
      bytes[place] = UInt8(carry & 0xFF)
      carry >>= 8
    }
  }
  return bytes
}

import Foundation
import Testing

@testable import Ledger

@Suite("Digest")
struct DigestTests {
  /// FIPS 180-4's own example, "abc".
  private static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

  @Test("the standard's example, whole and in pieces")
  func example() {
    #expect(Digest.of(Array("abc".utf8)).hex == Self.abc)
    var builder = DigestBuilder()
    Array("ab".utf8).withUnsafeBytes { builder.update($0) }
    builder.update(byte: UInt8(ascii: "c"))
    #expect(builder.finalize().hex == Self.abc)
    builder.update(Data([0]))
    #expect(builder.finalize() == Digest.of(Array("abc\0".utf8)))
  }

  @Test("bytes, digits and text lead back to the same digest")
  func roundTrips() throws {
    let digest = try Digest(hex: Self.abc)
    #expect(digest.description == "sha256:" + Self.abc)
    #expect(try Digest(text: digest.description) == digest)
    #expect(try Digest(bytes: digest.bytes) == digest)
    #expect(Digest.of(digest) == Digest.of(digest.bytes))
    let json = try JSONEncoder().encode([digest])
    #expect(String(decoding: json, as: UTF8.self) == "[\"sha256:\(Self.abc)\"]")
    #expect(try JSONDecoder().decode([Digest].self, from: json) == [digest])
  }

  @Test("wrong lengths are refused")
  func wrongLength() {
    #expect(throws: DigestError.wrongLength(31)) { try Digest(bytes: [UInt8](repeating: 0, count: 31)) }
    #expect(throws: DigestError.wrongLength(33)) { try Digest(hex: Self.abc + "00") }
    #expect(throws: DigestError.wrongLength(0)) { try Digest(text: "sha256:") }
  }

  @Test("capitals and other characters are refused")
  func notLowercaseHexadecimal() {
    #expect(throws: DigestError.notLowercaseHexadecimal) { try Digest(hex: Self.abc.uppercased()) }
    #expect(throws: DigestError.notLowercaseHexadecimal) { try Digest(hex: "g" + Self.abc.dropFirst()) }
  }

  @Test("a text without its algorithm is refused, in JSON too")
  func missingPrefix() {
    #expect(throws: DigestError.missingPrefix) { try Digest(text: Self.abc) }
    #expect(throws: DigestError.missingPrefix) { try Digest(text: "SHA256:" + Self.abc) }
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([Digest].self, from: Data("[\"\(Self.abc)\"]".utf8))
    }
  }
}

import Foundation
import Testing

@testable import Ledger

@Suite("in-toto statement")
struct StatementTests {
  private static let digest = Digest.of([1])

  private static func statement() throws -> Statement {
    try Statement(
      subjects: [Statement.Subject(name: "pets@2", digest: digest)], predicateType: PredicateType.unlearning.uri,
      predicate: .object(["method": .string("activations"), "masked_pairs": .integer(12)]))
  }

  @Test("is canonical JSON with the standard's members, and is read again from a signed envelope")
  func roundTrip() throws {
    let statement = try Self.statement()
    let text = String(decoding: try statement.encoded(), as: UTF8.self)
    #expect(
      text == #"{"_type":"https://in-toto.io/Statement/v1","predicate":{"masked_pairs":12,"method":"activations"},"#
        + #""predicateType":"\#(PredicateType.unlearning.uri)","#
        + #""subject":[{"digest":{"sha256":"\#(Self.digest.hex)"},"name":"pets@2"}]}"#)
    let key = try SigningKey(name: "example.com/log")
    let envelope = try Envelope(signing: statement.encoded(), type: Statement.payloadType, with: key)
    let verified = try Envelope(parsing: envelope.bytes).verified(by: [.ed25519(key.verifierKey)])
    let read = try Statement(verified)
    #expect(read == statement)
    #expect(read.subjects[0].matches(Self.digest) && !read.subjects[0].matches(Digest.of([2])))
    #expect(PredicateType(uri: read.predicateType) == .unlearning)
  }

  @Test("predicate types are URIs, distinct, and recognised by every byte", arguments: PredicateType.allCases)
  func predicateTypes(type: PredicateType) throws {
    #expect(PredicateType(uri: type.uri) == type)
    for other in [type.uri + "/", type.uri.uppercased(), String(type.uri.dropLast()) + "2", type.rawValue, ""] {
      #expect(PredicateType(uri: other) == nil)
    }
    #expect(Set(PredicateType.allCases.map(\.uri)).count == PredicateType.allCases.count)
  }

  @Test("the published schemas are those of the predicate types", arguments: [PredicateType.training, .unlearning, .rollback])
  func schemas(type: PredicateType) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("schema/json")
    let schema = try JSONDocument.parse(Data(contentsOf: folder.appendingPathComponent("predicate-\(type.rawValue).json")))
    #expect(schema["$id"]?.text == "urn:lethe:predicate-\(type.rawValue):v1")
    #expect(schema["description"]?.text?.contains(" \(type.uri). ") == true)
    let required = Set((schema["required"]?.elements ?? []).compactMap(\.text))
    #expect(required == Set((schema["properties"]?.members ?? [:]).keys))
  }

  @Test("others' statements are read: white space, unknown members, several digests, no predicate, no name")
  func others() throws {
    let text = """
      { "predicateType" : "https://slsa.dev/provenance/v1", "more": [1.25],
        "subject": [ {"digest": {"sha512": "ab", "sha256": "\(Self.digest.hex)"}, "uri": "x:y"} ],
        "_type": "https://in-toto.io/Statement/v1" }
      """
    let statement = try Statement(parsing: Array(text.utf8))
    #expect(statement.subjects[0].name == nil && statement.subjects[0].matches(Self.digest))
    #expect(statement.predicate == nil)
  }

  @Test("what is no statement is refused for its reason")
  func malformed() throws {
    let good = String(decoding: try Self.statement().encoded(), as: UTF8.self)
    func parse(_ text: String) throws(StatementError) { _ = try Statement(parsing: Array(text.utf8)) }
    try parse(good)
    #expect(throws: StatementError.wrongType) { try parse(good.replacing("Statement/v1", with: "Statement/v0.1")) }
    for text in ["[]", "{}", "7"] { #expect(throws: StatementError.wrongType) { try parse(text) } }
    let subject = #"[{"digest":{"sha256":"\#(Self.digest.hex)"},"name":"pets@2"}]"#
    for (wrong, error) in [
      ("[]", StatementError.noSubjects), ("{}", .malformed), ("[7]", .noDigest(subject: 0)),
      (#"[{"name":"x"}]"#, .noDigest(subject: 0)),
      (#"[{"digest":{}}]"#, .noDigest(subject: 0)), (#"[{"digest":{"sha256":7}}]"#, .malformed),
      (#"[{"digest":{"sha256":"aa"},"name":7}]"#, .malformed),
    ] {
      #expect(throws: error, "\(wrong)") { try parse(good.replacing(subject, with: wrong)) }
    }
    #expect(throws: StatementError.malformed) {
      try parse(good.replacing(#"{"masked_pairs":12,"method":"activations"}"#, with: "7"))
    }
    for uri in ["", "x", ":x", "a b:c", "ü:x"] {
      #expect(throws: StatementError.invalidPredicateType) {
        try Statement(subjects: [.init(name: nil, digest: Self.digest)], predicateType: uri, predicate: nil)
      }
    }
    let many = [Statement.Subject](repeating: .init(name: nil, digest: Self.digest), count: 10_001)
    #expect(throws: StatementError.tooManySubjects(10_001)) {
      try Statement(subjects: many, predicateType: "x:y", predicate: nil)
    }
    #expect(throws: StatementError.notJSON(.malformed)) { try parse("{") }
    let wrongType = try Envelope(signing: Array(good.utf8), type: "application/json", with: SigningKey(name: "a"))
    #expect(throws: EnvelopeError.tooFewSignatures(found: 0, needed: 1)) { try wrongType.verified(by: []) }
    let large = JSONValue.object(["x": .string(String(repeating: "x", count: 800_000))])
    #expect(throws: CanonicalJSONError.self) {
      try Statement(subjects: [.init(name: nil, digest: Self.digest)], predicateType: "x:y", predicate: large).encoded()
    }
  }

  @Test("a damaged statement is refused or read; nothing worse")
  func mutations() throws {
    let original = try Self.statement().encoded()
    var random = Seeded(17)
    var accepted = 0
    for _ in 0..<LongTests.count(3_000, long: 200_000) {
      if (try? Statement(parsing: mutate(original, using: &random))) != nil { accepted += 1 }
    }
    #expect(accepted > 100)
  }
}

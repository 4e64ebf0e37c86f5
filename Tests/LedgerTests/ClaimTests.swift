import Foundation
import Testing

@testable import Ledger

/// Predicates of each kind, made up.
enum SampleClaims {
  static let log = LogPlace(origin: "example.com/log", index: 7, leafHash: Digest.of([7]))
  static let parent = NamedCheckpoint(name: "pets@1", digest: Digest.of([1]))
  static let child = NamedCheckpoint(name: "pets@2", digest: Digest.of([2]))
  static let sealed = ["actor": Digest.of([3]), "reason": Digest.of([4])]
  static let dataset = NamedDataset(
    name: "faces",
    splits: [
      .init(part: "train", digest: Digest.of([5]), count: 60), .init(part: "test", digest: Digest.of([6]), count: 20),
    ])
  static let figures = [
    MeasuredFigure(
      checkpoint: "pets@2", metric: "accuracy", role: "forget", ordinal: nil, part: "test", splitDigest: Digest.of([6]), n: 20,
      value: 0, low: 1e-17, high: 0.1389),
    MeasuredFigure(
      checkpoint: "pets@1", metric: "accuracy", role: "all", ordinal: 2, part: "test", splitDigest: Digest.of([6]), n: 20, value: 1,
      low: 0.5, high: 1),
  ]
  static let item = NamedClass(ordinal: 2, commitment: Digest.of([8]))

  static let training = TrainingPredicate(
    log: log, time: "2026-01-31T12:00:00Z", model: "pets", parent: nil, child: child, dataset: dataset,
    configuration: .object(["engine": .string("dkvb/v1")]), seed: .max, engineVersion: "0.1.0", leftOutEvents: [1, 2],
    measurements: figures, measurementsLeftOut: 0, sealed: sealed)
  static let unlearning = UnlearningPredicate(
    log: log, time: "2026-01-31T12:00:00Z", model: "pets", event: 1, parent: parent, child: child, dataset: dataset,
    classes: [.init(item: item, amount: 300, activePairs: 400)], forgottenExamples: dataset.splits, method: "activations",
    parameters: .object(["until": .string("0.0")]), maskedPairs: 300, activePairs: 400, forwardPasses: 0, storedBytes: 40, seed: 0,
    engineVersion: "0.1.0", measurements: figures, sealed: sealed)
  static let rollback = RollbackPredicate(
    log: log, time: "2026-01-31T12:00:00Z", model: "pets", from: child, to: parent, child: child, reappliedEvents: [1],
    reinstatedEvents: [], engineVersion: "0.1.0", measurements: [], measurementsLeftOut: 3, sealed: sealed)
  static let erasure = ErasurePredicate(
    log: log, erasureLog: LogPlace(origin: "example.com/log", index: 6, leafHash: Digest.of([9])), started: "2026-01-31T11:59:59Z",
    time: "2026-01-31T12:00:00Z", kind: "class", model: "pets", classes: [.init(dataset: "faces", item: item)],
    checkpoints: [parent, NamedCheckpoint(name: "pets@9", digest: parent.digest)],
    rows: [
      .init(
        dataset: "faces", part: "train", count: 60, members: Digest.of([10]), split: Digest.of([5]), embeddings: Digest.of([11]),
        labels: Digest.of([12]))
    ], arrays: [Digest.of([13]), Digest.of([14])], removedBytes: 1_000, technique: "SQLite", level: "Clear", scannedBytes: 9_000,
    needles: 12, hits: 0, tool: "lethe 0.1.0", sealed: sealed)

  static let all: [Claim] = [.training(training), .unlearning(unlearning), .rollback(rollback), .erasure(erasure)]
}

@Suite("Receipts as statements")
struct ClaimTests {
  private let key: SigningKey

  init() throws { key = try SigningKey(name: "example.com/log") }

  private func envelope(_ payload: String, type: String = Statement.payloadType, _ keys: [SigningKey]? = nil) throws -> Envelope {
    let message = Envelope.message(type: type, payload: Array(payload.utf8))
    return try Envelope(
      payload: Array(payload.utf8), type: type,
      signatures: (keys ?? [key]).map { Envelope.Signature(keyID: $0.verifierKey.shortName, bytes: try $0.sign(message)) })
  }

  private func read(_ envelope: Envelope) throws -> VerifiedClaim {
    try VerifiedClaim(Envelope(parsing: envelope.bytes), by: key.verifierKey)
  }

  private func text(_ claim: Claim) throws -> String { String(decoding: try claim.statement.encoded(), as: UTF8.self) }

  @Test("each kind is written, signed, read and verified; the same claim gives the same bytes", arguments: SampleClaims.all)
  func roundTrip(claim: Claim) throws {
    let signed = try envelope(text(claim))
    let verified = try read(signed)
    #expect(verified.claim == claim && verified.uncheckedSigners == [] && verified.key.shortName == key.verifierKey.shortName)
    #expect(try signed.bytes == envelope(text(claim)).bytes)
    #expect(try claim.statement.predicateType == claim.type.uri && claim.log == SampleClaims.log)
    // Seeds are 64 bits, and things that are the same by their digest are one subject.
    if case .erasure = claim { #expect(claim.subjects.map(\.name) == ["pets@1", "faces/train", nil, nil]) }
  }

  @Test("members that nobody knows are passed over", arguments: SampleClaims.all)
  func extensible(claim: Claim) throws {
    let statement = try claim.statement
    let members = try #require(statement.predicate?.members).merging(["salt": .array([.object([:])])]) { $1 }
    let more = try Statement(
      subjects: statement.subjects, predicateType: statement.predicateType, predicate: .object(members))
    #expect(try read(envelope(String(decoding: more.encoded(), as: UTF8.self))).claim == claim)
  }

  @Test(
    "a predicate without any one of its members, or with one of another kind, is refused and the member named",
    arguments: SampleClaims.all)
  func members(claim: Claim) throws {
    let statement = try claim.statement
    var count = 0
    /// Every predicate that differs in one member, with the place of that member.
    func variants(_ value: JSONValue, at place: String) -> [(String, JSONValue)] {
      switch value {
      case .object(let members) where place != "configuration" && place != "parameters":
        return members.flatMap { name, member -> [(String, JSONValue)] in
          let inner = place.isEmpty ? name : "\(place)/\(name)"
          let optional = place == "sealed"
          let changed: [(String, JSONValue)] = [JSONValue.bool(true), .integer(-1), .string("")].map { other in
            (optional ? place : inner, .object(members.merging([name: other]) { $1 }))
          }
          let missing = optional ? [] : [(inner, JSONValue.object(members.filter { $0.key != name }))]
          return changed + missing + variants(member, at: inner).map { ($0.0, .object(members.merging([name: $0.1]) { $1 })) }
        }
      case .array(let elements):
        return elements.indices.flatMap { index -> [(String, JSONValue)] in
          let inner = elements[index].members == nil ? place : "\(place)/\(index)"
          return ([("\(inner)", JSONValue.bool(true))] + variants(elements[index], at: inner)).map { at, value in
            var changed = elements
            changed[index] = value
            return (at, .array(changed))
          }
        }
      default: return []
      }
    }
    for (place, predicate) in variants(try #require(statement.predicate), at: "") {
      count += 1
      let changed = try Statement(subjects: statement.subjects, predicateType: statement.predicateType, predicate: predicate)
      do throws(ClaimError) {
        _ = try Claim(changed)
        Issue.record("accepted with \(place) changed to \(predicate)")
      } catch {
        guard case .predicate(let error) = error else {
          Issue.record("\(place): \(error)")
          continue
        }
        switch error {
        case .missing(let found), .unsuitable(let found, _): #expect(found == place)
        }
      }
    }
    #expect(count > 80)
  }

  @Test("texts and numbers have the forms that the schemas give them")
  func forms() throws {
    for (form, good, bad) in [
      (TextForm.name, ["a", "A.b-c_9"], ["", "-a", "a b", "ä", "a\u{301}", "a\n", String(repeating: "a", count: 101)]),
      (.checkpoint, ["pets@1", "pets@10"], ["pets", "pets@0", "pets@01", "@1", "pets@1@2", "pets@-1", "pets@1\n"]),
      (.time, ["2026-01-31T12:00:00Z"], ["2026-01-31", "2026-01-31T12:00:00+00:00", "2026-01-31T12:00:00.0Z"]),
      (.decimal, ["0", "-1.5", "1e-05", "0.123"], ["", ".5", "1.", "inf", "nan", "0x1", "1e+5", "١"]),
      (.unsigned, ["0", "18446744073709551615"], ["-1", "01", "1.0", ""]), (.nonEmpty, ["ä", "\n"], [""]),
    ] as [(TextForm, [String], [String])] {
      for text in good { #expect(form.accepts(text), "\(form): \(text)") }
      for text in bad { #expect(!form.accepts(text), "\(form): \(text.debugDescription)") }
    }
    let seed = try text(.training(SampleClaims.training)).replacing("\(UInt64.max)", with: "99999999999999999999")
    #expect(throws: ClaimError.predicate(.unsuitable("seed", expected: TextForm.unsigned.description))) { try read(envelope(seed)) }
  }

  @Test("every way in which an envelope or a statement lies has a name of its own")
  func lies() throws {
    let good = try text(.unlearning(SampleClaims.unlearning))
    let other = try SigningKey(name: "example.com/log")
    func refuses(
      _ error: ClaimError, _ envelope: @autoclosure () throws -> Envelope, at location: SourceLocation = #_sourceLocation
    ) {
      #expect(throws: error, sourceLocation: location) { try read(envelope()) }
    }
    // Signatures.
    let changed = try Envelope(
      payload: Array(good.replacing("pets@2", with: "pets@3").utf8), type: Statement.payloadType,
      signatures: envelope(good).signatures)
    refuses(.envelope(.badSignature(key.verifierKey.shortName)), changed)
    refuses(.envelope(.tooFewSignatures(found: 0, needed: 1)), try envelope(good, [other]))
    let right = try #require(try envelope(good).signatures.first)
    let wrong = Envelope.Signature(keyID: key.verifierKey.shortName, bytes: [UInt8](repeating: 0, count: 64))
    for pair in [[right, wrong], [wrong, right]] {
      refuses(
        .envelope(.badSignature(key.verifierKey.shortName)),
        try Envelope(payload: Array(good.utf8), type: Statement.payloadType, signatures: pair))
    }
    // What others sign is neither asked for nor vouched for.
    let both = try read(envelope(good, [other, key]))
    #expect(both.uncheckedSigners == [other.verifierKey.shortName])
    let nameless = try Envelope(
      payload: Array(good.utf8), type: Statement.payloadType,
      signatures: [Envelope.Signature(keyID: nil, bytes: right.bytes), Envelope.Signature(keyID: nil, bytes: [])])
    #expect(try read(nameless).uncheckedSigners == [""])
    // Types and forms.
    refuses(.statement(.wrongPayloadType), try envelope(good, type: "application/json"))
    refuses(.statement(.wrongType), try envelope(good.replacing("Statement/v1", with: "Statement/v0.1")))
    refuses(.statement(.notJSON(.repeatedName)), try envelope(good.replacing(#""event":1"#, with: #""event":1,"event":1"#)))
    refuses(
      .statement(.notJSON(.tooDeep)),
      try envelope(good.replacing(#""event":1"#, with: #""event":"# + String(repeating: "[", count: 9_999))))
    refuses(.notCanonical, try envelope(good.replacing(#""event":1"#, with: #""event": 1"#)))
    refuses(.notCanonical, try envelope(good.replacing(#""value":"0.0""#, with: #""value":0.0"#)))
    let type = PredicateType.unlearning.uri
    refuses(.unknownPredicate(type + "1"), try envelope(good.replacing(type, with: type + "1")))
    refuses(.unknownPredicate(ModelManifest.predicateType), try envelope(good.replacing(type, with: ModelManifest.predicateType)))
    refuses(.predicate(.missing("from")), try envelope(good.replacing(type, with: PredicateType.rollback.uri)))
    refuses(.predicate(.missing("event")), try envelope(good.replacing(#""event":1,"#, with: "")))
    // Subjects and logs.
    let third = Digest.of([99])
    let subject = good.replacing(
      #""subject":[{"digest":{"sha256":"\#(SampleClaims.child.digest.hex)"#, with: #""subject":[{"digest":{"sha256":"\#(third.hex)"#
    )
    refuses(.otherSubject, try envelope(subject))
    refuses(.otherSubject, try envelope(good.replacing(#""name":"pets@2"}]}"#, with: #""name":"pets@1"}]}"#)))
    refuses(
      .otherLog(expected: "example.com/log", found: "example.com/lag"),
      try envelope(good.replacing(#""example.com/log""#, with: #""example.com/lag""#)))
    // One private key may sign for several logs, under the name of each.
    #expect(throws: ClaimError.otherLog(expected: "example.com/two", found: "example.com/log")) {
      try VerifiedClaim(envelope(good), by: key.named("example.com/two").verifierKey)
    }
  }

  @Test("a claim is compared with the entry that it names")
  func entries() throws {
    func leaf(_ action: String, _ change: (inout [String: JSONValue]) -> Void = { _ in }) throws -> [UInt8] {
      var members: [String: JSONValue] = [
        "format": .string("lethe/entry/v1"), "action": .string(action), "time": .string("2026-01-31T12:00:00Z"),
        "model": .string("pets"), "parent": .string("pets@1"), "parent_digest": .digest(SampleClaims.parent.digest),
        "child": .string("pets@2"), "child_digest": .digest(SampleClaims.child.digest), "sealed": .digests(SampleClaims.sealed),
        "rows": .object([:]),
      ]
      change(&members)
      return try CanonicalJSON.encode(.object(members))
    }
    func claim(_ leaf: [UInt8]) -> Claim {
      var predicate = SampleClaims.unlearning
      predicate.log.leafHash = MerkleTree.leafHash(leaf)
      return .unlearning(predicate)
    }
    let good = try leaf("forget")
    try claim(good).verify(against: good, at: 7)
    #expect(throws: ClaimError.otherEntry(expected: 7, found: 6)) { try claim(good).verify(against: good, at: 6) }
    #expect(throws: ClaimError.otherEntry(expected: 7, found: 7)) { try claim(good).verify(against: leaf("train"), at: 7) }
    for (what, bad) in [
      ("action", try leaf("train")), ("time or model", try leaf("forget") { $0["model"] = .string("other") }),
      ("time or model", try leaf("forget") { $0["time"] = .string("2026-01-31T12:00:01Z") }),
      ("checkpoints", try leaf("forget") { $0["child_digest"] = .digest(Digest.of([77])) }),
      ("checkpoints", try leaf("forget") { $0["parent"] = .string("pets@7") }),
      ("sealed texts", try leaf("forget") { $0["sealed"] = .object([:]) }), ("form", Array("{}".utf8)),
    ] {
      #expect(throws: ClaimError.contradictsEntry(what)) { try claim(bad).verify(against: bad, at: 7) }
    }
  }

  @Test("a damaged receipt is refused or says what was signed")
  func mutations() throws {
    let original = try envelope(text(.unlearning(SampleClaims.unlearning))).bytes
    var random = Seeded(23)
    for _ in 0..<LongTests.count(2_000, long: 200_000) {
      guard let damaged = try? Envelope(parsing: mutate(original, using: &random)),
        let verified = try? VerifiedClaim(damaged, by: key.verifierKey)
      else { continue }
      #expect(verified.claim == .unlearning(SampleClaims.unlearning))
    }
  }
}

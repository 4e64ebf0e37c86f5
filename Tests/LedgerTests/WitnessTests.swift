import Testing

@testable import Ledger

@Suite("Witnesses and policies")
struct WitnessTests {
  private static let origin = "example.com/log"

  private static func head(size: Int = 7) throws -> TreeHead {
    try TreeHead(origin: origin, size: size, root: Digest.of([UInt8(size)]))
  }

  @Test("a cosignature is checked with its time, beside the log's signature")
  func cosignature() throws {
    let (log, witness) = (try SigningKey(name: Self.origin), try SigningKey(name: "witness.example"))
    let note = try SignedNote(signing: Self.head().text, with: log)
    let cosigned = try note.merging([witness.cosign(note, time: 1_679_315_147)], of: note.text)
    let read = try SignedNote(parsing: cosigned.bytes)
    #expect(read.signatures.count == 2)
    #expect(read.signatures[1].signature.count == 72)
    #expect(try read.verified(by: [log.verifierKey]).count == 1)
    let key = try CosignerKey(text: witness.cosignerKey.description)
    #expect(try read.cosignatures(by: [key]).map(\.time) == [1_679_315_147])
    #expect(try note.cosignatures(by: [key]).isEmpty)
    #expect(try read.cosignatures(by: [log.cosignerKey]).isEmpty)
    // The witness's ordinary key is another key, and signed nothing.
    #expect(throws: SignedNoteError.noKnownSignature) { try read.verified(by: [witness.verifierKey]) }
  }

  @Test("what is signed are the standard's bytes, and the key id is its formula")
  func layout() throws {
    // c2sp.org/tlog-cosignature, "Ed25519 signed message".
    let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    #expect(
      String(decoding: CosignerKey.message(text: text, time: 1_679_315_147), as: UTF8.self)
        == "cosignature/v1\ntime 1679315147\n" + text)
    let key = try CosignerKey(name: "w", publicKey: [UInt8](1...32))
    let hash = Digest.of(Array("w\n\u{4}".utf8) + [UInt8](1...32))
    #expect(key.keyID == hash.bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) })
    #expect(key.description == "w+\(Hexadecimal.encode(hash.bytes.prefix(4)))+" + StrictBase64.encode([4] + [UInt8](1...32)))
  }

  @Test("the standard's cosigned checkpoint is read: the time is where it should be")
  func standardExample() throws {
    let note = try SignedNote(
      parsing: """
        example.com/behind-the-sofa
        20852163
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
        — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==

        """.utf8)
    #expect(try TreeHead(parsing: note.text.utf8).size == 20_852_163)
    #expect(note.signatures[1].signature.prefix(8) == [0, 0, 0, 0, 0x64, 0x18, 0x50, 0xCB])
    #expect(note.signatures[1].signature.count == 72)
  }

  @Test("a cosignature with another time, over another text, of another length or by another key is bad")
  func badCosignature() throws {
    let (log, witness) = (try SigningKey(name: Self.origin), try SigningKey(name: "witness.example"))
    let note = try SignedNote(signing: Self.head().text, with: log)
    let good = try witness.cosign(note, time: 5)
    let key = try witness.cosignerKey
    let other = try SignedNote(signing: Self.head(size: 8).text, with: log)
    let elsewhere = try SigningKey(name: "witness.example").cosign(note, time: 5)
    var bad = [try witness.cosign(other, time: 5).signature, elsewhere.signature, [], [1, 2, 3], good.signature + [0]]
    for place in good.signature.indices {
      var changed = good.signature
      changed[place] ^= 1
      bad.append(changed)
    }
    bad.append([0x80] + good.signature.dropFirst())
    for signature in bad {
      let line = NoteSignature(name: key.name, keyID: key.keyID, signature: signature)
      let spoilt = try note.merging([line], of: note.text)
      #expect(throws: SignedNoteError.badSignature(name: "witness.example")) { try spoilt.cosignatures(by: [key]) }
      #expect(try spoilt.verified(by: [log.verifierKey]).count == 1, "the log's own signature stands")
    }
  }

  @Test("only checkpoints are cosigned, and no time before 1970")
  func refusesToCosign() throws {
    let key = try SigningKey(name: "w")
    let text = try SignedNote(signing: "just a text\n", with: key)
    #expect(throws: SignedNoteError.malformedText) { try key.cosign(text, time: 1) }
    let note = try SignedNote(signing: Self.head().text, with: key)
    #expect(throws: SignedNoteError.malformedText) { try key.cosign(note, time: -1) }
  }

  @Test("a log key is no witness's key, nor the other way round")
  func kindsOfKeys() throws {
    let key = try SigningKey(name: "w")
    #expect(throws: KeyError.unsupportedType) { try CosignerKey(text: key.verifierKey.description) }
    #expect(throws: KeyError.unsupportedType) { try VerifierKey(text: key.cosignerKey.description) }
    #expect(try key.cosignerKey.keyID != key.verifierKey.keyID)
    let text = try key.cosignerKey.description
    #expect(throws: KeyError.wrongKeyID) { try CosignerKey(text: "x" + text) }
    for name in ["", "a b", "a+b", String(repeating: "a", count: 1_000_000)] {
      #expect(throws: KeyError.invalidName) { try CosignerKey(name: name, publicKey: key.verifierKey.publicKey) }
      #expect(throws: KeyError.invalidName) { try VerifierKey(name: name, publicKey: key.verifierKey.publicKey) }
    }
    #expect(throws: KeyError.wrongLength) { try CosignerKey(name: "w", publicKey: [1]) }
  }

  @Test("a megabyte of key name is refused in a note and in a key")
  func hugeName() throws {
    let key = try SigningKey(name: "w")
    let name = String(repeating: "n", count: 1_000_000)
    let note = try SignedNote(signing: "text\n", with: key)
    #expect(throws: SignedNoteError.self) { try SignedNote(parsing: note.bytes + Array("— \(name) AAAAAAA=\n".utf8)) }
    let fitting = String(repeating: "n", count: 60_000)
    #expect(throws: SignedNoteError.malformedSignature(line: 2)) {
      try SignedNote(parsing: note.bytes + Array("— \(fitting) AAAAAAA=\n".utf8))
    }
    #expect(throws: KeyError.tooLarge) { try CosignerKey(text: name + "+00000000+AA==") }
  }

  @Test("sixteen witnesses and more are accepted; n of them suffice", arguments: [1, 16, 40])
  func manyWitnesses(count: Int) throws {
    let log = try SigningKey(name: Self.origin)
    let witnesses = try (0..<count).map { try SigningKey(name: "w\($0).example") }
    let keys = try witnesses.map { try $0.cosignerKey }
    let bare = try SignedNote(signing: Self.head().text, with: log)
    let lines = try witnesses.dropLast().map { try $0.cosign(bare, time: 9) }
    let note = try SignedNote(parsing: bare.merging(lines, of: bare.text).bytes)
    for threshold in 0...count {
      let policy = LogPolicy(key: log.verifierKey, witnesses: try WitnessPolicy(threshold: threshold, of: keys))
      if threshold < count {
        #expect(try policy.verify(note).cosignatures.count == count - 1)
      } else {
        #expect(throws: LogPolicyError.tooFewWitnesses(found: count - 1, needed: count)) { try policy.verify(note) }
      }
    }
  }

  @Test("one witness that signs twice counts once, with its latest time; merging keeps one line")
  func countedOnce() throws {
    let (log, witness) = (try SigningKey(name: Self.origin), try SigningKey(name: "w"))
    let note = try SignedNote(signing: Self.head().text, with: log)
    let (first, second) = (try witness.cosign(note, time: 5), try witness.cosign(note, time: 7))
    for lines in [[first, second], [second, first]] {
      let twice = try SignedNote(parsing: note.bytes + Array(lines.map { $0.line + "\n" }.joined().utf8))
      #expect(try twice.cosignatures(by: [witness.cosignerKey]).map(\.time) == [7])
    }
    let merged = try note.merging([first], of: note.text).merging([second], of: note.text)
    #expect(merged.signatures.count == 2)
    #expect(try merged.cosignatures(by: [witness.cosignerKey]).map(\.time) == [7])
    #expect(throws: SignedNoteError.otherText) { try note.merging([first], of: note.text + "x\n") }
  }

  @Test("policies that make no sense are refused")
  func invalidPolicies() throws {
    let key = try SigningKey(name: "w").cosignerKey
    let alias = try CosignerKey(name: "v", publicKey: key.publicKey)
    #expect(throws: WitnessPolicyError.thresholdOutOfRange(2, keys: 1)) { try WitnessPolicy(threshold: 2, of: [key]) }
    #expect(throws: WitnessPolicyError.thresholdOutOfRange(-1, keys: 0)) { try WitnessPolicy(threshold: -1, of: []) }
    #expect(throws: WitnessPolicyError.sameKeyTwice(name: "v")) { try WitnessPolicy(threshold: 2, of: [key, alias]) }
    let text = "# ours\n\n\(key)\n"
    #expect(try WitnessPolicy(threshold: 1, parsing: text).keys.map(\.description) == [key.description])
    #expect(throws: WitnessPolicyError.invalidKey(line: 4, .malformed)) {
      try WitnessPolicy(threshold: 1, parsing: text + "nonsense\n")
    }
    let many = try (0...WitnessPolicy.maximumKeys).map { try SigningKey(name: "w\($0)").cosignerKey.description }
    #expect(throws: WitnessPolicyError.tooManyKeys(101)) {
      try WitnessPolicy(threshold: 1, parsing: many.joined(separator: "\n"))
    }
  }

  @Test("a policy names what is wrong: another log, another key, no checkpoint")
  func policyErrors() throws {
    let log = try SigningKey(name: Self.origin)
    let policy = LogPolicy(key: log.verifierKey)
    let head = try Self.head()
    #expect(try policy.verify(SignedNote(signing: head.text, with: log)).head == head)
    #expect(throws: LogPolicyError.signature(.noKnownSignature)) {
      try policy.verify(SignedNote(signing: head.text, with: SigningKey(name: Self.origin)))
    }
    #expect(throws: LogPolicyError.head(.malformedLines)) { try policy.verify(SignedNote(signing: "hi\n", with: log)) }
    let other = try TreeHead(origin: "example.com/other", size: 7, root: head.root)
    #expect(throws: LogPolicyError.otherLog(expected: Self.origin, found: "example.com/other")) {
      try policy.verify(SignedNote(signing: other.text, with: log))
    }
    // One good signature doesn't make up for a bad one by a known witness.
    let witness = try SigningKey(name: "w")
    let note = try SignedNote(signing: head.text, with: log)
    let spoilt = try note.merging([witness.cosign(SignedNote(signing: other.text, with: log), time: 1)], of: note.text)
    let strict = LogPolicy(key: log.verifierKey, witnesses: try WitnessPolicy(threshold: 0, of: [witness.cosignerKey]))
    #expect(throws: LogPolicyError.signature(.badSignature(name: "w"))) { try strict.verify(spoilt) }
    #expect(try policy.verify(spoilt).head == head, "who doesn't know the witness passes it over")
  }
}

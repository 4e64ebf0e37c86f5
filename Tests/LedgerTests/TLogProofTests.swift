import Testing

@testable import Ledger

@Suite("tlog-proof")
struct TLogProofTests {
  /// A log of entries with a key, and receipts from it.
  struct Fixture {
    let key: SigningKey
    let entries: [[UInt8]]
    let log: MemoryLog

    init(size: Int) throws {
      key = try SigningKey(name: "example.com/log")
      entries = (0..<size).map { Array("entry \($0)".utf8) }
      log = MemoryLog(leaves: entries.map { MerkleTree.leafHash($0) })
    }

    var policy: LogPolicy { LogPolicy(key: key.verifierKey) }

    func checkpoint(size: Int) throws -> SignedNote {
      try SignedNote(signing: TreeHead(origin: "example.com/log", size: size, root: log.roots[size]).text, with: key)
    }

    func proof(_ index: Int, size: Int, extra: [UInt8]? = nil) throws -> TLogProof {
      let inclusion = try InclusionProof(index: index, size: size) { log.nodes[$0] }
      return try TLogProof(inclusion, checkpoint: checkpoint(size: size), extra: extra)
    }
  }

  @Test("every entry's receipt is written, read back byte for byte, and verifies for that entry alone")
  func roundTrip() throws {
    let fixture = try Fixture(size: 20)
    for size in [1, 2, 7, 20] {
      for index in 0..<size {
        let bytes = try fixture.proof(index, size: size, extra: index % 2 == 0 ? nil : [1, 2, UInt8(index)]).bytes
        let proof = try TLogProof(parsing: bytes)
        #expect(proof.bytes == bytes)
        #expect(proof.index == index)
        #expect(try proof.verify(entry: fixture.entries[index], policy: fixture.policy).head.size == size)
        for other in 0..<20 where other != index {
          #expect(throws: TLogProofError.inclusion(.wrongRoot)) {
            try proof.verify(entry: fixture.entries[other], policy: fixture.policy)
          }
        }
      }
    }
  }

  @Test("the text is the standard's")
  func layout() throws {
    let fixture = try Fixture(size: 3)
    let text = String(decoding: try fixture.proof(2, size: 3, extra: Array("hi".utf8)).bytes, as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.prefix(3) == ["c2sp.org/tlog-proof@v1", "extra aGk=", "index 2"])
    #expect(lines[3] == StrictBase64.encode(fixture.log.roots[2].bytes)[...])
    #expect(lines[4] == "" && lines[5] == "example.com/log" && lines[6] == "3" && lines[8] == "")
    #expect(lines[9].hasPrefix("— example.com/log ") && lines[10] == "" && lines.count == 11)
  }

  @Test("a receipt for another place, tree, log or key is named for what it is")
  func forged() throws {
    let fixture = try Fixture(size: 9)
    let text = String(decoding: try fixture.proof(4, size: 9).bytes, as: UTF8.self)
    for other in [0, 3, 5, 7] {
      let forged = try TLogProof(parsing: text.replacing("index 4", with: "index \(other)").utf8)
      #expect(throws: TLogProofError.inclusion(.wrongRoot)) {
        try forged.verify(entry: fixture.entries[4], policy: fixture.policy)
      }
    }
    // The last leaf's way is shorter, a place beyond the end is none.
    for (other, error) in [(8, ProofError.tooLong), (9, .indexOutOfRange(index: 9, size: 9))] {
      let forged = try TLogProof(parsing: text.replacing("index 4", with: "index \(other)").utf8)
      #expect(throws: TLogProofError.inclusion(error)) {
        try forged.verify(entry: fixture.entries[4], policy: fixture.policy)
      }
    }
    let altered = try TLogProof(parsing: text.replacing("\n9\n", with: "\n8\n").utf8)
    #expect(throws: TLogProofError.checkpoint(.signature(.badSignature(name: "example.com/log")))) {
      try altered.verify(entry: fixture.entries[4], policy: fixture.policy)
    }
    let replaced = try Fixture(size: 9)
    #expect(throws: TLogProofError.checkpoint(.signature(.noKnownSignature))) {
      try replaced.proof(4, size: 9).verify(entry: fixture.entries[4], policy: fixture.policy)
    }
    let witness = try SigningKey(name: "w").cosignerKey
    let strict = LogPolicy(key: fixture.key.verifierKey, witnesses: try WitnessPolicy(threshold: 1, of: [witness]))
    #expect(throws: TLogProofError.checkpoint(.tooFewWitnesses(found: 0, needed: 1))) {
      try fixture.proof(4, size: 9).verify(entry: fixture.entries[4], policy: strict)
    }
  }

  @Test("a proof goes with the checkpoint of its own tree")
  func otherTree() throws {
    let fixture = try Fixture(size: 9)
    let inclusion = try InclusionProof(index: 1, size: 8) { fixture.log.nodes[$0] }
    #expect(throws: TLogProofError.otherTree) { try TLogProof(inclusion, checkpoint: fixture.checkpoint(size: 9)) }
    #expect(throws: TLogProofError.extraTooLarge) {
      try TLogProof(inclusion, checkpoint: fixture.checkpoint(size: 8), extra: [UInt8](repeating: 1, count: 65_536))
    }
  }

  @Test("each malformed line is refused for its own reason")
  func malformed() throws {
    let fixture = try Fixture(size: 5)
    let proof = try fixture.proof(2, size: 5)
    let checkpoint = String(decoding: proof.checkpoint.bytes, as: UTF8.self)
    let hash = StrictBase64.encode(proof.hashes[0].bytes)
    func parse(_ text: String) throws(TLogProofError) { _ = try TLogProof(parsing: text.utf8) }
    let header = "c2sp.org/tlog-proof@v1\n"
    for text in ["", "\n", "c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2\nindex 0\n", " " + header] {
      #expect(throws: TLogProofError.wrongHeader) { try parse(text) }
    }
    for extra in ["extra ", "extra !!", "extra aGk", "extra aGl=", "extra  aGk="] {
      #expect(throws: TLogProofError.malformedExtra) { try parse(header + extra + "\nindex 0\n\n" + checkpoint) }
    }
    #expect(throws: TLogProofError.extraTooLarge) {
      try parse(header + "extra " + StrictBase64.encode([UInt8](repeating: 1, count: 65_536)) + "\nindex 0\n\n" + checkpoint)
    }
    for index in [
      "", "index", "index ", "index x", "index -5", "index +5", "index 05", "index 1 ", "Index 1", "index -0",
      "index 9223372036854775808", "extra aGk=\nextra aGk=\nindex 1",
    ] {
      #expect(throws: TLogProofError.malformedIndex) { try parse(header + index + "\n\n" + checkpoint) }
    }
    for line in [
      "!!notbase64!!", String(hash.dropLast()), hash + "=", " " + hash, StrictBase64.encode(Array(0..<31)),
      StrictBase64.encode(Array(0..<64)), hash.dropLast(2) + "B=",
    ] {
      #expect(throws: TLogProofError.malformedHash(line: 2)) {
        try parse(header + "index 1\n\(hash)\n\(line)\n\n" + checkpoint)
      }
    }
    let deep = String(repeating: hash + "\n", count: 63)
    try parse(header + "index 1\n" + deep + "\n" + checkpoint)
    #expect(throws: TLogProofError.tooManyHashes) { try parse(header + "index 1\n" + deep + hash + "\n\n" + checkpoint) }
    for end in ["", hash + "\n"] { #expect(throws: TLogProofError.noCheckpoint) { try parse(header + "index 1\n" + end) } }
    #expect(throws: TLogProofError.malformedCheckpoint(.noSignatures)) { try parse(header + "index 1\n\nno note\n") }
    #expect(throws: TLogProofError.tooLarge(1_000_000)) { try parse(String(repeating: "a", count: 1_000_000)) }
  }

  @Test("a damaged receipt is refused or written back byte for byte, and never verifies for another entry")
  func mutations() throws {
    let fixture = try Fixture(size: 9)
    let original = try fixture.proof(4, size: 9, extra: [7]).bytes
    var random = Seeded(11)
    var accepted = 0
    for _ in 0..<LongTests.count(3_000, long: 200_000) {
      let damaged = mutate(original, using: &random)
      do throws(TLogProofError) {
        let proof = try TLogProof(parsing: damaged)
        #expect(proof.bytes == damaged)
        accepted += 1
        try proof.verify(entry: fixture.entries[4], policy: fixture.policy)
        #expect(proof.index == 4)
      } catch {
        #expect(!error.description.isEmpty)
      }
    }
    #expect(accepted > 100)
  }
}

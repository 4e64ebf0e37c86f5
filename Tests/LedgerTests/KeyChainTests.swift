import Testing

@testable import Ledger

@Suite("Key rotation")
struct KeyChainTests {
  private static let origin = "example.com/log"

  /// A log of which some entries change the key.
  private struct Rotating {
    var keys: [SigningKey]
    var entries: [[UInt8]] = []
    var log = MemoryLog(size: 0)

    init() throws { keys = [try SigningKey(name: KeyChainTests.origin)] }

    mutating func append(_ entry: [UInt8]) {
      entries.append(entry)
      log.append(MerkleTree.leafHash(entry))
    }

    func note(signedBy signers: [SigningKey]) throws -> SignedNote {
      let text = try TreeHead(origin: KeyChainTests.origin, size: entries.count, root: log.roots[entries.count]).text
      let first = try SignedNote(signing: text, with: signers[0])
      return try signers.count == 1 ? first : SignedNote(signing: text, with: signers[0], signers[1])
    }

    func receipt(signedBy signers: [SigningKey], index: Int? = nil) throws -> TLogProof {
      let index = index ?? entries.count - 1
      let inclusion = try InclusionProof(index: index, size: entries.count) { log.nodes[$0] }
      return try TLogProof(inclusion, checkpoint: note(signedBy: signers), extra: entries[index])
    }

    mutating func rotate(to key: SigningKey, signedBy signers: [SigningKey]? = nil) throws -> TLogProof {
      append(try KeyChainTests.leaf(key.verifierKey.description))
      defer { keys.append(key) }
      return try receipt(signedBy: signers ?? [keys[keys.count - 1], key])
    }
  }

  private static func leaf(_ key: String, action: String = KeyChain.action) throws -> [UInt8] {
    try CanonicalJSON.encode(.object(["action": .string(action), KeyChain.keyMember: .string(key)]))
  }

  @Test("two hand-overs: each head is judged by the keys of its size")
  func twoHandovers() throws {
    var log = try Rotating()
    var chain = KeyChain(first: log.keys[0].verifierKey)
    var heads: [(note: SignedNote, size: Int)] = []
    for step in 0..<9 {
      if step == 3 || step == 6 {
        let receipt = try log.rotate(to: SigningKey(name: Self.origin))
        try chain.extend(by: TLogProof(parsing: receipt.bytes))
        heads.append((receipt.checkpoint, step + 1))
      } else {
        log.append([UInt8(step)])
        heads.append((try log.note(signedBy: [log.keys[log.keys.count - 1]]), step + 1))
      }
    }
    #expect(chain.links.map(\.firstSize) == [0, 4, 7])
    #expect(chain.present.publicKey == log.keys[2].verifierKey.publicKey)
    #expect(chain.keys(size: 3).count == 1 && chain.keys(size: 4).count == 2 && chain.keys(size: 5).count == 1)
    for head in heads { #expect(try chain.verify(head.note).head.size == head.size) }
    // The old key can't sign beyond the hand-over, the new one not before it, and at it neither can alone.
    let keys = log.keys
    for (size, wrong) in [(3, 1), (5, 0), (8, 0), (8, 1), (4, 0), (4, 1)] {
      let text = heads[size - 1].note.text
      #expect(throws: KeyChainError.self) { try chain.verify(SignedNote(signing: text, with: keys[wrong])) }
    }
    let late = try SignedNote(signing: heads[8].note.text, with: keys[0])
    #expect(throws: KeyChainError.missingSignature(size: 9, key: keys[2].verifierKey.shortName)) { try chain.verify(late) }
    let stranger = try SignedNote(signing: heads[8].note.text, with: SigningKey(name: Self.origin))
    #expect(throws: KeyChainError.checkpoint(.signature(.noKnownSignature))) { try chain.verify(stranger) }
  }

  @Test("a hand-over needs both signatures, the right leaf and its place at the end of its head")
  func brokenHandovers() throws {
    let new = try SigningKey(name: Self.origin)
    func attempt(_ make: (inout Rotating) throws -> TLogProof) throws {
      var log = try Rotating()
      log.append([1])
      var chain = KeyChain(first: log.keys[0].verifierKey)
      let receipt = try make(&log)
      defer { #expect(chain.links.count == 1, "a refused hand-over changes nothing") }
      try chain.extend(by: receipt)
    }
    let unsigned = KeyChainError.receipt(.checkpoint(.signature(.noKnownSignature)))
    #expect(throws: unsigned) { try attempt { try $0.rotate(to: new, signedBy: [new]) } }
    #expect(throws: unsigned) { try attempt { try $0.rotate(to: new, signedBy: [$0.keys[0]]) } }
    let thief = try SigningKey(name: Self.origin)
    #expect(throws: unsigned) { try attempt { try $0.rotate(to: new, signedBy: [thief, new]) } }
    func withLeaf(_ leaf: [UInt8]) throws {
      try attempt { log in
        log.append(leaf)
        return try log.receipt(signedBy: [log.keys[0], new])
      }
    }
    #expect(throws: KeyChainError.noHandover) { try withLeaf(Self.leaf(new.verifierKey.description, action: "train")) }
    #expect(throws: KeyChainError.noHandover) { try withLeaf(Array("{}".utf8)) }
    #expect(throws: KeyChainError.noHandover) { try withLeaf(Array(#"{ "action":"rotate-key"}"#.utf8)) }
    #expect(throws: KeyChainError.malformedKey(.malformed)) { try withLeaf(Self.leaf("nonsense")) }
    let other = try SigningKey(name: "example.com/other").verifierKey.description
    #expect(throws: KeyChainError.otherName) { try withLeaf(Self.leaf(other)) }
    #expect(throws: KeyChainError.usedBefore) {
      try attempt { log in
        log.append(try Self.leaf(log.keys[0].verifierKey.description))
        return try log.receipt(signedBy: [log.keys[0]])
      }
    }
    #expect(throws: KeyChainError.outOfOrder) {
      try attempt { log in
        log.append(try Self.leaf(new.verifierKey.description))
        log.append([2])
        return try log.receipt(signedBy: [log.keys[0], new], index: 1)
      }
    }
    #expect(throws: KeyChainError.receipt(.inclusion(.wrongRoot))) {
      try attempt { log in
        log.append([3])
        let inclusion = try InclusionProof(index: 1, size: 2) { [log] in log.log.nodes[$0] }
        return try TLogProof(
          inclusion, checkpoint: log.note(signedBy: [log.keys[0], new]), extra: Self.leaf(new.verifierKey.description))
      }
    }
  }
}

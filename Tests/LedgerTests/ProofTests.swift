import Foundation
import Testing

@testable import Ledger

/// The proofs once more, by RFC 9162's recursive definition over all leaf hashes; hashes of runs are kept.
private final class Reference {
  private let d: [Digest]
  private var known: [Range<Int>: Digest] = [:]

  init(_ leaves: [Digest]) { d = leaves }

  func root(_ run: Range<Int>) -> Digest {
    if let hash = known[run] { return hash }
    guard run.count > 1 else { return d[run.lowerBound] }
    let (left, right) = split(run)
    let hash = MerkleTree.nodeHash(root(left), root(right))
    known[run] = hash
    return hash
  }

  func path(_ m: Int, _ run: Range<Int>) -> [Digest] {
    guard run.count > 1 else { return [] }
    let (left, right) = split(run)
    return m < left.count ? path(m, left) + [root(right)] : path(m - left.count, right) + [root(left)]
  }

  func subproof(_ m: Int, _ run: Range<Int>, _ isWhole: Bool) -> [Digest] {
    if m == run.count { return isWhole ? [] : [root(run)] }
    let (left, right) = split(run)
    return m <= left.count
      ? subproof(m, left, isWhole) + [root(right)] : subproof(m - left.count, right, false) + [root(left)]
  }

  private func split(_ run: Range<Int>) -> (Range<Int>, Range<Int>) {
    var half = 1
    while half * 2 < run.count { half *= 2 }
    return (run.lowerBound..<run.lowerBound + half, run.lowerBound + half..<run.upperBound)
  }
}

/// A log in memory, as the store keeps one: leaf hashes, and the nodes of complete subtrees.
struct MemoryLog {
  var leaves: [Digest] = []
  var nodes: [TreePosition: Digest] = [:]
  var roots: [Digest] = [MerkleTree.emptyRoot]
  private var frontier = TreeFrontier()

  init(leaves: some Sequence<Digest>) {
    for leaf in leaves { append(leaf) }
  }

  /// A log of made-up entries.
  init(size: Int) {
    self.init(leaves: (0..<size).map { MerkleTree.leafHash(Array("entry \($0)".utf8)) })
  }

  mutating func append(_ leaf: Digest) {
    leaves.append(leaf)
    for node in frontier.append(leaf) { nodes[node.position] = node.hash }
    roots.append(frontier.root())
  }
}

private func digest(_ base64: String) throws -> Digest { try Digest(bytes: Data(base64Encoded: base64) ?? Data()) }

@Suite("Proofs")
struct ProofTests {
  /// The eight leaves of the Certificate Transparency test suite.
  private static let eight = MemoryLog(
    leaves: ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"].map {
      MerkleTree.leafHash(Hexadecimal.decode($0.utf8) ?? [])
    })

  @Test(
    "published inclusion proofs (transparency-dev/merkle, testdata/inclusion)",
    arguments: [
      (
        0, 8,
        [
          "lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=", "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=",
          "a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ=",
        ]
      ),
      (
        5, 8,
        [
          "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=", "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=",
          "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
        ]
      ),
      (2, 3, ["+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU="]),
      (
        1, 5,
        [
          "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=", "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=",
          "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=",
        ]
      ),
      (0, 1, []),
    ])
  func publishedInclusion(index: Int, size: Int, hashes: [String]) throws {
    let proof = try InclusionProof(index: index, size: size) { Self.eight.nodes[$0] }
    #expect(try proof.hashes == hashes.map(digest))
    try proof.verify(leafHash: Self.eight.leaves[index], root: Self.eight.roots[size])
  }

  @Test(
    "published consistency proofs (transparency-dev/merkle, testdata/consistency)",
    arguments: [
      (
        1, 8,
        [
          "lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=", "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=",
          "a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ=",
        ]
      ),
      (
        6, 8,
        [
          "DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=", "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=",
          "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
        ]
      ),
      (
        2, 5,
        ["Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=", "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms="]
      ),
      (
        6, 7,
        [
          "DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=", "sIaT7C5yFZcTBkHoIR5+7cy0wmQTlj7ubB4u0W/7Gl8=",
          "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
        ]
      ),
    ])
  func publishedConsistency(old: Int, new: Int, hashes: [String]) throws {
    let proof = try ConsistencyProof(from: old, to: new) { Self.eight.nodes[$0] }
    #expect(try proof.hashes == hashes.map(digest))
    try proof.verify(oldRoot: Self.eight.roots[old], newRoot: Self.eight.roots[new])
  }

  @Test("RFC 9162 section 2.1.5: the paths of the seven leaves")
  func rfcExample() throws {
    let log = MemoryLog(size: 7)
    // The RFC's letters: a … f are the leaves d0 … d5, j is d6, g h i are pairs, k and l are fours, hash0 … hash2 roots.
    let (a, b, c, d, e, f, j) = (
      log.leaves[0], log.leaves[1], log.leaves[2], log.leaves[3], log.leaves[4], log.leaves[5], log.leaves[6]
    )
    let (g, h, i) = (MerkleTree.nodeHash(a, b), MerkleTree.nodeHash(c, d), MerkleTree.nodeHash(e, f))
    let (k, l) = (MerkleTree.nodeHash(g, h), MerkleTree.nodeHash(i, j))
    #expect(MerkleTree.nodeHash(k, l) == log.roots[7])
    func path(_ index: Int) throws -> [Digest] { try InclusionProof(index: index, size: 7) { log.nodes[$0] }.hashes }
    #expect(try path(0) == [b, h, l])
    #expect(try path(3) == [c, g, l])
    #expect(try path(4) == [f, j, k])
    #expect(try path(6) == [i, k])
    func proof(_ size: Int) throws -> [Digest] { try ConsistencyProof(from: size, to: 7) { log.nodes[$0] }.hashes }
    #expect(try proof(3) == [c, d, g, l])
    #expect(try proof(4) == [l])
    #expect(try proof(6) == [i, j, k])
  }

  @Test("inclusion proofs agree with the definition, verify, and for no other leaf", arguments: [0, 1, 2])
  func everyInclusion(part: Int) throws {
    let log = MemoryLog(size: 300)
    let reference = Reference(log.leaves)
    for size in stride(from: 1 + part, through: 300, by: 3) {
      var indices = Array(0..<size)
      if !LongTests.areWanted && size > 64 {
        indices = indices.filter { $0 < 3 || $0 > size - 4 || $0 % 17 == size % 17 }
      }
      for index in indices {
        var lookups = 0
        let proof = try InclusionProof(index: index, size: size) {
          lookups += 1
          return log.nodes[$0]
        }
        #expect(lookups <= 2 * (Int.bitWidth - size.leadingZeroBitCount) + 1)
        #expect(proof.hashes == reference.path(index, 0..<size), "\(index) of \(size)")
        try proof.verify(leafHash: log.leaves[index], root: log.roots[size])
        #expect(throws: ProofError.wrongRoot) {
          try proof.verify(leafHash: log.leaves[(index + 1) % 300], root: log.roots[size])
        }
        #expect(throws: ProofError.self) {
          try InclusionProof(index: index ^ 1, size: size, hashes: proof.hashes)
            .verify(leafHash: log.leaves[index], root: log.roots[size])
        }
      }
    }
  }

  @Test("consistency proofs agree with the definition and verify, for pairs of sizes", arguments: [0, 1, 2])
  func everyConsistency(part: Int) throws {
    let log = MemoryLog(size: 300)
    let reference = Reference(log.leaves)
    for new in stride(from: 1 + part, through: 300, by: 3) {
      for old in 0...new where LongTests.areWanted || new < 40 || old < 3 || old > new - 3 || old % 23 == new % 23 {
        var lookups = 0
        let proof = try ConsistencyProof(from: old, to: new) {
          lookups += 1
          return log.nodes[$0]
        }
        #expect(lookups <= 3 * (Int.bitWidth - new.leadingZeroBitCount) + 1)
        #expect(proof.hashes == (old == 0 ? [] : reference.subproof(old, 0..<new, true)), "\(old) to \(new)")
        try proof.verify(oldRoot: log.roots[old], newRoot: log.roots[new])
        guard old > 0, old < new else { continue }
        #expect(throws: ProofError.self) { try proof.verify(oldRoot: log.roots[old - 1], newRoot: log.roots[new]) }
        #expect(throws: ProofError.self) { try proof.verify(oldRoot: log.roots[old], newRoot: log.roots[old]) }
      }
    }
  }

  @Test("a proof that is changed, cut, lengthened or told of another size fails")
  func damaged() throws {
    let log = MemoryLog(size: 100)
    var random = Seeded(4)
    for _ in 0..<300 {
      let size = Int.random(in: 2...100, using: &random)
      let index = Int.random(in: 0..<size, using: &random)
      let (leaf, root) = (log.leaves[index], log.roots[size])
      let proof = try InclusionProof(index: index, size: size) { log.nodes[$0] }
      func refused(_ hashes: [Digest], _ index: Int, _ size: Int) -> Bool {
        (try? InclusionProof(index: index, size: size, hashes: hashes).verify(leafHash: leaf, root: root)) == nil
      }
      #expect(refused(Array(proof.hashes.dropLast()), index, size))
      #expect(refused(Array(proof.hashes.dropFirst()), index, size))
      #expect(refused(proof.hashes + [root], index, size))
      #expect(refused([leaf] + proof.hashes, index, size))
      var changed = proof.hashes
      changed[Int.random(in: changed.indices, using: &random)] = leaf
      #expect(refused(changed, index, size))
      for other in 0..<100 where other != index { #expect(refused(proof.hashes, other, size)) }

      let old = Int.random(in: 1..<size, using: &random)
      let growth = try ConsistencyProof(from: old, to: size) { log.nodes[$0] }
      func broken(_ hashes: [Digest], _ old: Int, _ size: Int) -> Bool {
        let proof = ConsistencyProof(from: old, to: size, hashes: hashes)
        return (try? proof.verify(oldRoot: log.roots[growth.oldSize], newRoot: root)) == nil
      }
      #expect(broken(Array(growth.hashes.dropLast()), old, size))
      #expect(broken(growth.hashes + [root], old, size))
      #expect(broken([root] + growth.hashes, old, size))
      #expect(broken(Array(growth.hashes.reversed()), old, size) || growth.hashes.count == 1)
    }
  }

  @Test("hostile numbers are refused, however long the proof")
  func hostileNumbers() throws {
    let hashes = [Digest](repeating: MerkleTree.emptyRoot, count: 10_000)
    for (index, size) in [(-1, 5), (5, 5), (0, 0), (0, -1), (.min, .max), (.max, .max)] {
      #expect(throws: ProofError.indexOutOfRange(index: index, size: size)) {
        try InclusionProof(index: index, size: size, hashes: hashes).root(leafHash: MerkleTree.emptyRoot)
      }
    }
    #expect(throws: ProofError.tooLong) {
      try InclusionProof(index: 3, size: .max, hashes: hashes).root(leafHash: MerkleTree.emptyRoot)
    }
    #expect(throws: ProofError.indexOutOfRange(index: 7, size: 7)) {
      try InclusionProof(index: 7, size: 7) { _ in MerkleTree.emptyRoot }
    }
    for (old, new) in [(-1, 5), (6, 5), (.max, .min)] {
      let error = ProofError.sizesOutOfOrder(old: old, new: new)
      #expect(throws: error) { try ConsistencyProof(from: old, to: new) { _ in nil } }
      #expect(throws: error) {
        try ConsistencyProof(from: old, to: new, hashes: hashes)
          .verify(oldRoot: MerkleTree.emptyRoot, newRoot: MerkleTree.emptyRoot)
      }
    }
    #expect(throws: ProofError.tooLong) {
      try ConsistencyProof(from: 3, to: .max, hashes: hashes)
        .verify(oldRoot: MerkleTree.emptyRoot, newRoot: MerkleTree.emptyRoot)
    }
    #expect(throws: ProofError.tooShort) {
      try ConsistencyProof(from: 3, to: 8, hashes: [])
        .verify(oldRoot: MerkleTree.emptyRoot, newRoot: MerkleTree.emptyRoot)
    }
  }

  @Test("the empty tree and the same tree: empty proofs, roots that must fit")
  func trivialConsistency() throws {
    let log = MemoryLog(size: 3)
    let (empty, root) = (MerkleTree.emptyRoot, log.roots[3])
    try ConsistencyProof(from: 0, to: 3, hashes: []).verify(oldRoot: empty, newRoot: root)
    try ConsistencyProof(from: 0, to: 0, hashes: []).verify(oldRoot: empty, newRoot: empty)
    try ConsistencyProof(from: 3, to: 3, hashes: []).verify(oldRoot: root, newRoot: root)
    #expect(throws: ProofError.wrongOldRoot) {
      try ConsistencyProof(from: 0, to: 3, hashes: []).verify(oldRoot: root, newRoot: root)
    }
    #expect(throws: ProofError.wrongRoot) {
      try ConsistencyProof(from: 0, to: 0, hashes: []).verify(oldRoot: empty, newRoot: root)
    }
    #expect(throws: ProofError.wrongOldRoot) {
      try ConsistencyProof(from: 3, to: 3, hashes: []).verify(oldRoot: log.roots[2], newRoot: root)
    }
    #expect(throws: ProofError.tooLong) {
      try ConsistencyProof(from: 3, to: 3, hashes: [root]).verify(oldRoot: root, newRoot: root)
    }
  }

  @Test("a node that is missing is named")
  func missingNode() throws {
    let log = MemoryLog(size: 6)
    let missing = TreePosition(level: 2, index: 0)
    #expect(throws: TreeError.missingNode(missing)) {
      try InclusionProof(index: 5, size: 6) { $0 == missing ? nil : log.nodes[$0] }
    }
  }
}

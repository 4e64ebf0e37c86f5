import Testing

@testable import Ledger

/// The eight leaves of the Certificate Transparency test suite.
private let leaves: [[UInt8]] = [
  [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43], Array(0x50...0x57), Array(0x60...0x6F),
]

/// The published roots over the first 0, 1, 2 … 8 of them (transparency-dev/merkle, `testonly`).
private let roots = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

/// The definition once more, over the entries themselves and with nothing but `Digest.of`.
private func reference(_ entries: ArraySlice<[UInt8]>) -> [UInt8] {
  if entries.isEmpty { return Digest.of([UInt8]()).bytes }
  if entries.count == 1 { return Digest.of([0] + entries[entries.startIndex]).bytes }
  var half = 1
  while half * 2 < entries.count { half *= 2 }
  return Digest.of([1] + reference(entries.prefix(half)) + reference(entries.dropFirst(half))).bytes
}

@Suite("Merkle tree")
struct TreeTests {
  @Test("published roots, by the writer and by the verifier", arguments: 0...8)
  func published(size: Int) throws {
    let hashes = leaves.prefix(size).map { MerkleTree.leafHash($0) }
    var frontier = TreeFrontier()
    for hash in hashes { _ = frontier.append(hash) }
    #expect(frontier.root().hex == roots[size])
    #expect(TreeDefinition.root(of: hashes).hex == roots[size])
  }

  @Test("writer, verifier and reference agree at every size, and so do the nodes")
  func everySize() throws {
    var random = Seeded(1)
    var entries: [[UInt8]] = []
    var hashes: [Digest] = []
    var frontier = TreeFrontier()
    var stored: [TreePosition: Digest] = [:]
    for size in 0...300 {
      let root = frontier.root()
      #expect(root == TreeDefinition.root(of: hashes), "size \(size)")
      #expect(root.bytes == reference(entries[...]), "size \(size)")

      var expected: [TreePosition: Digest] = [:]
      for (level, nodes) in TreeDefinition.expectedNodes(of: hashes).enumerated() {
        for (index, hash) in nodes.enumerated() { expected[TreePosition(level: level, index: index)] = hash }
      }
      #expect(stored == expected, "size \(size)")

      // Every step goes on from a restored frontier, as each command of the program does.
      frontier = try TreeFrontier(size: size) { stored[$0] }
      #expect(frontier.size == size && frontier.root() == root)

      let entry = (0..<Int.random(in: 0...40, using: &random)).map { _ in
        UInt8.random(in: .min ... .max, using: &random)
      }
      entries.append(entry)
      hashes.append(MerkleTree.leafHash(entry))
      for node in frontier.append(hashes[size]) {
        #expect(stored.updateValue(node.hash, forKey: node.position) == nil, "a node is stored once")
      }
    }
  }

  @Test("the subtrees of a size cover its leaves without gap or overlap")
  func positions() {
    for size in 0...300 {
      var covered = 0
      for position in TreeFrontier.positions(size: size) {
        #expect(position.index << position.level == covered)
        covered += 1 << position.level
      }
      #expect(covered == size)
    }
    #expect(TreeFrontier.positions(size: 7).map(\.level) == [2, 1, 0])
    #expect(TreeFrontier.positions(size: .max).count == 63)
  }

  @Test("a missing node is named")
  func missingNode() {
    let missing = TreePosition(level: 1, index: 2)
    #expect(throws: TreeError.missingNode(missing)) {
      try TreeFrontier(size: 6) { $0 == missing ? nil : MerkleTree.emptyRoot }
    }
  }

  @Test("a negative size is refused")
  func negativeSize() {
    #expect(throws: TreeError.negativeSize(-1)) { try TreeFrontier(size: -1) { _ in nil } }
  }

  @Test("a leaf can't be passed off as a node")
  func domains() {
    let left = MerkleTree.leafHash([1])
    let right = MerkleTree.leafHash([2])
    #expect(MerkleTree.leafHash(left.bytes + right.bytes) != MerkleTree.nodeHash(left, right))
    #expect(MerkleTree.nodeHash(left, right) != MerkleTree.nodeHash(right, left))
  }
}

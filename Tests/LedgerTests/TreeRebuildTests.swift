import Testing

@testable import Ledger

@Suite("Tree rebuilding")
struct TreeRebuildTests {
  @Test("gives the nodes of the definition and every earlier root", arguments: [0, 1, 2, 3, 300, 1_023, 1_024, 1_025, 5_000])
  func agrees(size: Int) throws {
    let log = MemoryLog(size: size)
    let levels = TreeRebuild.levels(of: log.leaves)
    #expect(levels == TreeDefinition.expectedNodes(of: log.leaves))
    for earlier in 0...size { #expect(try TreeRebuild.root(size: earlier, levels: levels) == log.roots[earlier]) }
    #expect(throws: TreeError.self) { try TreeRebuild.root(size: size + 1, levels: levels) }
    #expect(throws: TreeError.negativeSize(-1)) { try TreeRebuild.root(size: -1, levels: levels) }
  }

  @Test("hashes leaves in their order")
  func leaves() {
    let entries = (0..<3_000).map { Array("entry \($0)".utf8) }
    #expect(TreeRebuild.leafHashes(of: entries) == entries.map { MerkleTree.leafHash($0) })
  }
}

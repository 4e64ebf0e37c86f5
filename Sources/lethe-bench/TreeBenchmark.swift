import Foundation
import Ledger

/// The log's tree at ten million entries (or as many as are asked for): append, both proofs, and rebuilding all of it.
enum TreeBenchmark {
  static func run(_ number: Int?) throws {
    let size = number ?? 10_000_000
    let entries = (0..<1_000_000).map { Array("entry \($0) ".utf8) + [UInt8](repeating: 0x61, count: 400) }
    var hashing = Timing()
    for _ in 0..<5 { _ = hashing.measure { TreeRebuild.leafHashes(of: entries) } }
    print(hashing.line("hash 1 M entries of 400 bytes"), "=", Int(hashing.rate(count: entries.count)), "a second")

    let leaves = (0..<size).map { index in withUnsafeBytes(of: index) { Digest.of(Array($0)) } }
    var levels: [[Digest]] = []
    var (rebuild, definition) = (Timing(), Timing())
    for _ in 0..<3 {
      levels = rebuild.measure { TreeRebuild.levels(of: leaves) }
      _ = definition.measure { TreeDefinition.root(of: leaves) }
    }
    print(rebuild.line("rebuild \(size) leaves"), "=", Int(rebuild.rate(count: size)), "leaves a second")
    print(definition.line("the definition, one core"), "=", Int(definition.rate(count: size)), "leaves a second")

    func node(_ position: TreePosition) -> Digest? { levels[position.level][position.index] }
    let root = try TreeRebuild.root(size: size, levels: levels)
    var random = SystemRandomNumberGenerator()
    let indices = (0..<1_000).map { _ in Int.random(in: 0..<size, using: &random) }
    var (append, inclusion, consistency) = (Timing(), Timing(), Timing())
    for _ in 0..<9 {
      try append.measure {
        for index in indices {
          var frontier = try TreeFrontier(size: index, node: node)
          _ = frontier.append(leaves[index])
          _ = frontier.root()
        }
      }
      try inclusion.measure {
        for index in indices {
          try InclusionProof(index: index, size: size, node: node).verify(leafHash: leaves[index], root: root)
        }
      }
      try consistency.measure {
        for index in indices { _ = try ConsistencyProof(from: index + 1, to: size, node: node) }
      }
    }
    print(append.line("restore the edge, append, root", count: indices.count))
    print(inclusion.line("make and check an inclusion proof", count: indices.count))
    print(consistency.line("make a consistency proof", count: indices.count))
  }
}

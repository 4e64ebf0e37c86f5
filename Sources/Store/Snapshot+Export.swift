import Foundation
import GRDB
import Ledger

/// What publishing a log wrote.
package struct LogExport: Sendable {
  /// The tree head that was published.
  package var head: TreeHead
  /// Entries that were published before.
  package var previousSize: Int
  package var filesWritten = 0
  package var bytesWritten = 0
}

extension Snapshot {
  /// Writes the log as others read it (C2SP tlog-tiles): tiles of hashes, bundles of entries, and the signed tree head last.
  ///
  /// What is there from `previous` on is not written again. Since the tree head comes last, every file that a published head asks for
  /// is there, whenever it ends. Partial tiles of earlier heads stay: somebody may be reading under such a head.
  /// - Parameters:
  ///   - previous: the head that was published before, one that this log continues.
  ///   - write: writes a file by its path in the folder; a file has its name only when it is complete.
  /// - Throws: `StoreError.recordCorrupt` when entries and nodes are not what was signed; what `write` throws.
  package func exportLog(after previous: TreeHead?, write: (String, [UInt8]) throws -> Void) throws -> LogExport {
    let (note, head, _) = try verifiedTreeHead()
    var export = LogExport(head: head, previousSize: previous?.size ?? 0)
    guard try root(ofFirst: head.size) == head.root else {
      throw StoreError.recordCorrupt(table: "log_node", id: 0, reason: "the tree's nodes do not lead to the signed root")
    }
    func put(_ path: String, _ bytes: [UInt8]) throws {
      try write(path, bytes)
      export.filesWritten += 1
      export.bytesWritten += bytes.count
    }
    for path in TilePath.all(size: head.size) {
      let level =
        switch path.kind {
        case .hashes(let level): level
        case .entries: 0
        }
      // A head of this many entries had the file already.
      if path.index * TilePath.width + path.count <= export.previousSize >> (8 * level) { continue }
      switch path.kind {
      case .hashes: try put(path.text, named { try Tile.bytes(path, node: logNode) })
      case .entries: try put(path.text, Tile.bundle(leaves(of: path)))
      }
    }
    try put("checkpoint", note.bytes)
    return export
  }

  /// The root of the first so many entries, from the stored nodes. O(log n).
  package func root(ofFirst size: Int) throws -> Digest {
    try named { try TreeFrontier(size: size, node: logNode).root() }
  }

  /// Says of a missing node that it is damage.
  private func named<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as TreeError {
      throw StoreError.recordCorrupt(table: "log_node", id: 0, reason: "\(error)")
    }
  }

  /// The entries of a bundle, each the one that the tree has at its place.
  private func leaves(of path: TilePath) throws -> [[UInt8]] {
    try (0..<path.count).map { place in
      let index = path.index * TilePath.width + place
      guard let leaf = try? leaf(Int64(index)),
        try logNode(TreePosition(level: 0, index: index)) == MerkleTree.leafHash(leaf)
      else {
        throw StoreError.recordCorrupt(table: "log_entry", id: Int64(index), reason: "it is not the one that was signed")
      }
      return leaf
    }
  }
}

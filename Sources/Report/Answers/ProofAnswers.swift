import Ledger
import Store

/// A receipt for one entry: `log prove`.
package struct LogProveAnswer: Answer {
  package static let schema = "lethe/log-prove/v1"

  package var logIndex: Int64
  package var leafHash: String
  /// The tree that the receipt is for.
  package var size: Int64
  package var root: String
  /// The receipt, byte for byte.
  package var proof: String
  /// Where it was written to.
  package var output: Nullable<String>

  package init(_ proof: TLogProof, output: String?, in snapshot: Snapshot) throws {
    let head = try snapshot.lastSignedTreeHead()
    (size, root) = (head.size, head.root.description)
    logIndex = Int64(proof.index)
    leafHash = MerkleTree.leafHash(proof.extra ?? []).description
    self.proof = String(decoding: proof.bytes, as: UTF8.self)
    self.output = Nullable(output)
  }
}

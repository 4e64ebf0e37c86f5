import Foundation
import GRDB
import Ledger

extension Snapshot {
  /// The leaf of an entry, the very bytes that were hashed.
  /// - Throws: `StoreError.unknown`.
  package func leaf(_ index: Int64) throws -> [UInt8] {
    guard let row = try row("SELECT CAST(leaf AS BLOB) AS leaf FROM log_entry WHERE log_index = ?", [index]) else {
      let last = try lastSignedTreeHead().size - 1
      throw StoreError.unknown(kind: "entry", name: String(index), known: ["0 to \(last)"])
    }
    return Array(try row.value("leaf") as Data)
  }

  /// A stored node of the log's tree.
  package func logNode(_ position: TreePosition) throws -> Digest? {
    try row("SELECT hash FROM log_node WHERE level = ? AND position = ?", [position.level, position.index])?.digest("hash")
  }

  /// The last signed tree head as a note that the store's own key signed.
  /// - Throws: `StoreError.recordCorrupt` if it is not.
  package func verifiedTreeHead() throws -> (note: SignedNote, head: TreeHead, key: VerifierKey) {
    let (stored, identity) = (try lastSignedTreeHead(), try identity())
    do {
      let (note, key) = (try SignedNote(parsing: stored.note.utf8), try VerifierKey(text: identity.verifierKey))
      return (note, try LogPolicy(origin: identity.origin, keys: [key]).verify(note).head, key)
    } catch {
      throw StoreError.recordCorrupt(table: "log_checkpoint", id: stored.size, reason: "\(error)")
    }
  }

  /// A receipt for one entry under the last signed tree head, with the entry's leaf as its extra data. O(log n).
  ///
  /// It is checked before it is handed out, so that no damaged store gives one that does not hold.
  /// - Throws: `StoreError.unknown`, `StoreError.recordCorrupt`.
  package func proof(of index: Int64) throws -> TLogProof {
    let (leaf, signed) = (try leaf(index), try verifiedTreeHead())
    do {
      let inclusion = try InclusionProof(index: Int(index), size: signed.head.size, node: logNode)
      let proof = try TLogProof(inclusion, checkpoint: signed.note, extra: leaf)
      try proof.verify(entry: leaf, policy: LogPolicy(key: signed.key))
      return proof
    } catch let error as StoreError {
      throw error
    } catch {
      throw StoreError.recordCorrupt(table: "log_entry", id: index, reason: "\(error)")
    }
  }
}

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
    try logNodes(at: [position])[position]
  }

  /// Stored nodes by their places, in one query; those that are missing are left out.
  func logNodes(at positions: [TreePosition]) throws -> [TreePosition: Digest] {
    guard !positions.isEmpty else { return [:] }
    let places = positions.map { _ in "(?, ?, ?)" }.joined(separator: ", ")
    var nodes: [TreePosition: Digest] = [:]
    try forEach(
      // CROSS JOIN keeps the order: with IN SQLite would rather read all nodes.
      """
      WITH p(e, l, i) AS (VALUES \(places))
      SELECT level, position, hash FROM p CROSS JOIN log_node ON entry = e AND level = l AND position = i
      """,
      StatementArguments(positions.flatMap { [$0.lastLeaf, $0.level, $0.index] })
    ) { nodes[TreePosition(level: try $0.value(at: 0), index: try $0.value(at: 1))] = try $0.digest(at: 2) }
    return nodes
  }

  /// All stored nodes of a level, from left to right. O(entries).
  package func logNodes(level: Int) throws -> [Digest] {
    var nodes: [Digest] = []
    try forEach("SELECT hash FROM log_node WHERE level = ? ORDER BY entry", [level]) { nodes.append(try $0.digest(at: 0)) }
    return nodes
  }

  /// A tree head as it was signed.
  /// - Throws: `StoreError.unknown` where there is none of this size, `.recordCorrupt`.
  package func storedNote(size: Int64) throws -> SignedNote {
    guard let row = try row("SELECT CAST(note AS BLOB) AS note FROM log_checkpoint WHERE size = ?", [size]) else {
      throw StoreError.unknown(kind: "head", name: String(size), known: ["1 to \(try lastSignedTreeHead().size)"])
    }
    let bytes: Data = try row.value("note")
    do throws(SignedNoteError) {
      return try SignedNote(parsing: Array(bytes))
    } catch {
      throw StoreError.recordCorrupt(table: "log_checkpoint", id: size, reason: error.description)
    }
  }

  /// A signed tree head, the last one unless a size is given, as a note that the log's key of that time signed; with the cosignatures
  /// of it that are here.
  /// - Throws: `StoreError.unknown`; `StoreError.recordCorrupt` if it is not.
  package func verifiedTreeHead(size: Int64? = nil) throws -> (note: SignedNote, head: TreeHead, keys: KeyChain) {
    let size = try size ?? lastSignedTreeHead().size
    do {
      let (note, keys) = (try storedNote(size: size), try keyChain())
      let head = try keys.verify(note).head
      guard head.size == size else {
        throw StoreError.recordCorrupt(table: "log_checkpoint", id: size, reason: "it is of \(head.size) entries")
      }
      let cosigned = try note.merging(cosignatures(size: size).map(\.noteSignature), of: note.text)
      return (cosigned, head, keys)
    } catch let error as StoreError {
      throw error
    } catch {
      throw StoreError.recordCorrupt(table: "log_checkpoint", id: size, reason: "\(error)")
    }
  }

  /// A receipt for one entry under a signed tree head, the last one unless a size is given, with the entry's leaf as its extra data.
  /// O(log n).
  ///
  /// It is checked before it is handed out, so that no damaged store gives one that does not hold.
  /// - Throws: `StoreError.unknown`, `StoreError.recordCorrupt`.
  package func proof(of index: Int64, size: Int64? = nil) throws -> TLogProof {
    let (leaf, signed) = (try leaf(index), try verifiedTreeHead(size: size))
    guard index < signed.head.size else {
      throw StoreError.unknown(kind: "entry", name: String(index), known: ["0 to \(signed.head.size - 1)"])
    }
    do {
      let inclusion = try InclusionProof(index: Int(index), size: signed.head.size, node: logNode)
      let proof = try TLogProof(inclusion, checkpoint: signed.note, extra: leaf)
      try proof.verify(entry: leaf, policy: LogPolicy(origin: signed.keys.origin, keys: signed.keys.links.map(\.key)))
      return proof
    } catch let error as StoreError {
      throw error
    } catch {
      throw StoreError.recordCorrupt(table: "log_entry", id: index, reason: "\(error)")
    }
  }
}

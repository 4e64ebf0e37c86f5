import Foundation
import GRDB
import Ledger

/// What the verified leaves say about the rows that they bind.
struct VerifiedLog {
  /// For each entry, for each table, how many rows it wrote and their digest.
  var rows: [[String: RowClaim]] = []

  struct RowClaim: Hashable {
    var count: Int64
    var digest: String
  }
}

/// Rebuilds the Merkle tree from the leaves by RFC 9162's definition and compares everything that the writer stored with it.
struct LogCheck {
  let snapshot: Snapshot

  func run(_ result: inout Verification) throws -> VerifiedLog {
    var (log, hashes) = (VerifiedLog(), [Digest]())
    // Texts are read as their bytes: GRDB ends a text at its first NUL, which could hide what was added behind it.
    let cursor = try Row.fetchCursor(
      snapshot.db, sql: "SELECT log_index, CAST(leaf AS BLOB) AS leaf FROM log_entry ORDER BY log_index")
    while let row = try cursor.next() {
      let (index, leaf): (Int64, [UInt8]) = (try row.value("log_index"), Array(try row.value("leaf") as Data))
      if index != Int64(hashes.count) {
        result.add("log.gap", "log entry \(hashes.count)", "it is missing: the next one has index \(index)")
        return log
      }
      hashes.append(MerkleTree.leafHash(leaf))
      log.rows.append(try checkLeaf(leaf, index: index, &result))
    }
    result.logSize = Int64(hashes.count)
    result.root = TreeDefinition.root(of: hashes)
    let nodes = TreeDefinition.expectedNodes(of: hashes)
    try checkNodes(nodes, &result)
    try checkTreeHeads(nodes, size: hashes.count, &result)
    return log
  }

  /// A leaf must be canonical JSON, and the texts it commits to must be those that lie beside it, or be blanked.
  private func checkLeaf(_ leaf: [UInt8], index: Int64, _ result: inout Verification) throws -> [String: VerifiedLog.RowClaim] {
    let subject = "log entry \(index)"
    guard case .object(let fields)? = try? CanonicalJSON.parse(leaf) else {
      result.add("log.leaf_malformed", subject, "its leaf is not a canonical JSON object")
      return [:]
    }
    var commitments: [String: JSONValue] = [:]
    if case .object(let sealed)? = fields["sealed"] { commitments = sealed }
    for row in try snapshot.rows("SELECT name, salt, CAST(value AS BLOB) AS value FROM sealed_field WHERE entry = ?", [index]) {
      let name: String = try row.value("name")
      guard case .string(let text)? = commitments.removeValue(forKey: name), let digest = try? Digest(text: text) else {
        result.add("log.field_added", subject, "its field \(name) is not in the leaf")
        continue
      }
      if !Commitment(digest: digest).isKept(by: try row.value("value"), salt: try row.value("salt")) {
        result.add("log.field_changed", subject, "its field \(name) is not the one that the leaf commits to")
      }
    }
    for name in commitments.keys.sorted() {
      result.add("log.field_removed", subject, "its field \(name) is missing")
    }
    guard case .object(let tables)? = fields["rows"] else { return [:] }
    return tables.compactMapValues { claim in
      guard case .object(let parts) = claim, case .integer(let count)? = parts["count"], case .string(let digest)? = parts["digest"]
      else { return nil }
      return VerifiedLog.RowClaim(count: count, digest: digest)
    }
  }

  private func checkNodes(_ nodes: [[Digest]], _ result: inout Verification) throws {
    var count = 0
    let cursor = try Row.fetchCursor(snapshot.db, sql: "SELECT level, position, hash FROM log_node")
    while let row = try cursor.next() {
      let (level, position): (Int, Int) = (try row.value("level"), try row.value("position"))
      guard nodes.indices.contains(level), nodes[level].indices.contains(position) else {
        result.add("log.node_added", "log node \(level)/\(position)", "the tree has no such node")
        continue
      }
      count += 1
      if (try? row.digest("hash")) != nodes[level][position] {
        result.add("log.node_changed", "log node \(level)/\(position)", "it is not the hash of what lies below it")
      }
    }
    let missing = nodes.reduce(0) { $0 + $1.count } - count
    if missing > 0 { result.add("log.node_removed", "log nodes", "\(missing) nodes are missing") }
  }

  /// After each entry there must be a tree head of that size with that root, signed by the store's key.
  private func checkTreeHeads(_ nodes: [[Digest]], size: Int, _ result: inout Verification) throws {
    let (origin, keyText) = try snapshot.identity()
    guard let key = try? VerifierKey(text: keyText) else {
      result.add("log.key_malformed", "store", "its verifier key cannot be read")
      return
    }
    var expected = 1
    let cursor = try Row.fetchCursor(
      snapshot.db, sql: "SELECT size, root, CAST(note AS BLOB) AS note FROM log_checkpoint ORDER BY size")
    while let row = try cursor.next() {
      let headSize: Int = try row.value("size")
      let subject = "signed tree head \(headSize)"
      guard headSize == expected, headSize <= size else {
        result.add("log.head_unexpected", subject, "the log has \(size) entries and head \(expected) was due")
        return
      }
      expected += 1
      guard let note = try? SignedNote(parsing: Array(row.value("note") as Data)) else {
        result.add("log.head_malformed", subject, "it is not a signed note")
        continue
      }
      guard note.signatures.count == 1, let signers = try? note.verified(by: [key]), !signers.isEmpty else {
        result.add("log.signature_bad", subject, "it is not signed by the store's key and by nobody else")
        continue
      }
      let root = root(ofFirst: headSize, nodes)
      guard let head = try? TreeHead(parsing: Array(note.text.utf8)), head.origin == origin, head.size == headSize,
        head.root == root,
        (try? row.digest("root")) == root
      else {
        result.add("log.root_mismatch", subject, "it was signed for another log than the one that lies here")
        continue
      }
    }
    if expected <= size { result.add("log.head_missing", "signed tree head \(expected)", "it is missing") }
  }

  /// RFC 9162 §2.1.1 for a prefix, with complete subtrees looked up in the nodes recomputed above. O(log n).
  private func root(ofFirst size: Int, _ nodes: [[Digest]]) -> Digest {
    func subtree(_ start: Int, _ count: Int) -> Digest {
      if count & (count - 1) == 0 {
        let level = count.trailingZeroBitCount
        return nodes[level][start >> level]
      }
      let left = 1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
      return MerkleTree.nodeHash(subtree(start, left), subtree(start + left, count - left))
    }
    return subtree(0, size)
  }
}

extension Commitment {
  /// Whether text and salt are the ones committed to, or both were blanked.
  func isKept(by text: Data?, salt: Data?) -> Bool {
    switch (text, salt) {
    case (nil, nil): return true
    case (let bytes?, let salt?):
      guard let text = String(validating: bytes, as: UTF8.self) else { return false }
      return opens(text, salt: Array(salt))
    default: return false
    }
  }
}

import Foundation
import GRDB
import Ledger

/// What the verified leaves say about the rows that they bind.
struct VerifiedLog {
  /// For each entry whose leaf can be read, by its index, for each table, how many rows it wrote and their digest.
  var rows: [Int64: [String: RowClaim]] = [:]
  /// Whether every leaf was read; else rows of an unknown entry are no finding.
  var isComplete = false

  struct RowClaim: Hashable {
    var count: Int64
    var digest: String
  }
}

/// Rebuilds the Merkle tree from the leaves by RFC 9162's definition and compares everything that the writer stored with it.
struct LogCheck {
  let snapshot: Snapshot
  let salts: SaltCheck
  /// A tree head that was kept elsewhere, which the log must continue.
  var kept: KeptHead?
  /// Whose cosignatures are asked for.
  var witnesses: WitnessPolicy?

  func run(_ result: inout Verification) -> VerifiedLog {
    var (log, hashes, isGapless) = (VerifiedLog(), [Digest](), true)
    var handovers: [KeyCheck.Handover] = []
    log.isComplete = snapshot.attempt("log", &result) { result in
      var (previous, sealed) = ("", SealedFieldCheck(snapshot: snapshot, salts: salts))
      // Texts are read as their bytes: GRDB ends a text at its first NUL, which could hide what was added behind it.
      let cursor = try Row.fetchCursor(
        snapshot.db, sql: "SELECT log_index, CAST(leaf AS BLOB) AS leaf FROM log_entry ORDER BY log_index")
      while let row = try cursor.next() {
        let (index, leaf): (Int64, [UInt8]) = (try row.value("log_index"), Array((try row.value("leaf") as Data?) ?? Data()))
        if index != Int64(hashes.count), isGapless {
          result.add(.logGap, "log entry \(hashes.count)", "it is missing: the next one has index \(index)")
          isGapless = false
        }
        hashes.append(MerkleTree.leafHash(leaf))
        guard case .object(let fields)? = try? CanonicalJSON.parse(leaf) else {
          result.add(.leafMalformed, "log entry \(index)", "its leaf is not a canonical JSON object")
          continue
        }
        sealed.check(fields, entry: index, &result)
        checkTime(fields, entry: index, &previous, &result)
        if fields["action"] == .string(KeyChain.action) { handovers.append(KeyCheck.Handover(fields, entry: index)) }
        log.rows[index] = Self.claims(fields)
      }
      sealed.finish(&result)
    }
    guard log.isComplete, isGapless else {
      result.passOver("tree and signed tree heads", "the log's entries are not all there")
      return log
    }
    result.logSize = Int64(hashes.count)
    let nodes = TreeRebuild.levels(of: hashes)
    result.root = hashes.isEmpty ? MerkleTree.emptyRoot : root(ofFirst: hashes.count, nodes)
    snapshot.attempt("log nodes", &result) { try checkNodes(nodes, &$0) }
    snapshot.attempt("keys", &result) { try KeyCheck(snapshot: snapshot).run(handovers, &$0) }
    if let keys = result.keys {
      snapshot.attempt("signed tree heads", &result) { try checkTreeHeads(nodes, size: hashes.count, keys, &$0) }
      kept?.check(size: hashes.count, keys: keys, &result) { root(ofFirst: $0, nodes) }
    }
    snapshot.attempt("cosignatures", &result) { try CosignatureCheck(snapshot: snapshot, kept: kept).run(witnesses, &$0) }
    return log
  }

  /// The writer's clock may be put back, and the order of entries is that of their indexes: nothing is wrong then, but to be known. Each
  /// place where time goes backwards is told once, and not the entries that follow by the same clock.
  private func checkTime(_ fields: [String: JSONValue], entry: Int64, _ previous: inout String, _ result: inout Verification) {
    guard case .string(let time)? = fields["time"] else { return }
    // Times in UTC to the second compare as texts.
    if time < previous {
      result.warn(.timeBackwards, "log entry \(entry)", "its time \(time) is before \(previous), the time of the entry before it")
    }
    previous = time
  }

  private static func claims(_ fields: [String: JSONValue]) -> [String: VerifiedLog.RowClaim] {
    guard case .object(let tables)? = fields["rows"] else { return [:] }
    return tables.compactMapValues { claim in
      guard case .object(let parts) = claim, case .integer(let count)? = parts["count"], case .string(let digest)? = parts["digest"]
      else { return nil }
      return VerifiedLog.RowClaim(count: count, digest: digest)
    }
  }

  private func checkNodes(_ nodes: [[Digest]], _ result: inout Verification) throws {
    var count = 0
    let cursor = try Row.fetchCursor(snapshot.db, sql: "SELECT entry, level, position, hash FROM log_node")
    while let row = try cursor.next() {
      let (level, position): (Int, Int) = (try row.value("level"), try row.value("position"))
      let entry: Int = try row.value("entry")
      // Nobody looks for a node at another entry than its own.
      guard nodes.indices.contains(level), nodes[level].indices.contains(position),
        TreePosition(level: level, index: position).lastLeaf == entry
      else {
        result.add(.nodeAdded, "log node \(level)/\(position)", "the tree has no such node at entry \(entry)")
        continue
      }
      count += 1
      if (try? row.digest("hash")) != nodes[level][position] {
        result.add(.nodeChanged, "log node \(level)/\(position)", "it is not the hash of what lies below it")
      }
    }
    let missing = nodes.reduce(0) { $0 + $1.count } - count
    if missing > 0 { result.add(.nodeRemoved, "log nodes", "\(missing) nodes are missing") }
  }

  /// After each entry there must be a tree head of that size with that root, signed by the key in force, at a hand-over by both.
  private func checkTreeHeads(_ nodes: [[Digest]], size: Int, _ keys: KeyChain, _ result: inout Verification) throws {
    var expected = 1
    let cursor = try Row.fetchCursor(
      snapshot.db, sql: "SELECT size, root, CAST(note AS BLOB) AS note FROM log_checkpoint ORDER BY size")
    while let row = try cursor.next() {
      let headSize: Int = try row.value("size")
      let subject = "signed tree head \(headSize)"
      guard headSize == expected, headSize <= size else {
        result.add(.headUnexpected, subject, "the log has \(size) entries and head \(expected) was due")
        return
      }
      expected += 1
      guard let note = try? SignedNote(parsing: Array(row.value("note") as Data)) else {
        result.add(.headMalformed, subject, "it is not a signed note")
        continue
      }
      let due = keys.keys(size: headSize)
      guard note.signatures.count == due.count, let signers = try? note.verified(by: due), signers.count == due.count,
        signers.count == 1 || signers[0].publicKey != signers[1].publicKey
      else {
        let found = (try? note.verified(by: keys.links.map(\.key))) ?? []
        let isRetired = found.contains { signer in !due.contains { $0.publicKey == signer.publicKey } }
        result.add(
          isRetired ? .keyRetired : .signatureBad, subject,
          "it is not signed by \(due.map(\.shortName).joined(separator: " and ")) and by nobody else"
            + (isRetired ? ", but by another key of this log" : ""))
        continue
      }
      let root = root(ofFirst: headSize, nodes)
      guard let head = try? TreeHead(parsing: Array(note.text.utf8)), head.origin == keys.origin, head.size == headSize,
        head.root == root,
        (try? row.digest("root")) == root
      else {
        result.add(.rootMismatch, subject, "it was signed for another log than the one that lies here")
        continue
      }
    }
    if expected <= size { result.add(.headMissing, "signed tree head \(expected)", "it is missing") }
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

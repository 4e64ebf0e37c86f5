import GRDB
import Ledger

/// What may be excluded from coming back.
package enum ExclusionKind: String, Sendable, Codable, CaseIterable {
  case example, checkpoint
}

extension Snapshot {
  /// Whether something must not come back. O(log n).
  package func isExcluded(_ kind: ExclusionKind, _ digest: Digest) throws -> Bool {
    try row("SELECT 1 FROM exclusion WHERE kind = ? AND digest = ?", [kind.rawValue, digest.data]) != nil
  }

  /// Whether anything of a kind is excluded at all.
  package func hasExclusions(_ kind: ExclusionKind) throws -> Bool {
    try row("SELECT 1 FROM exclusion WHERE kind = ? LIMIT 1", [kind.rawValue]) != nil
  }
}

extension Transaction {
  /// Records what must not come back; what is on the list already is passed over.
  /// - Parameter erasure: the act that took it away; nil for a list from elsewhere.
  /// - Returns: how many were new.
  @discardableResult
  package func exclude(_ kind: ExclusionKind, _ digests: Set<Digest>, erasure: Int64? = nil) throws -> Int {
    var added = 0
    for digest in digests.sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) where try !isExcluded(kind, digest) {
      _ = try insert(.exclusion, [kind.rawValue, digest.data, erasure])
      added += 1
    }
    return added
  }
}

import GRDB
import Ledger

/// Something that must not come back.
package struct ExclusionRecord: Sendable, Hashable {
  package var kind: ExclusionKind
  package var digest: Digest
  /// The act of this store that took it away; nil where a list from elsewhere says so.
  package var erasure: Int64?

  package init(kind: ExclusionKind, digest: Digest, erasure: Int64?) {
    (self.kind, self.digest, self.erasure) = (kind, digest, erasure)
  }
}

/// All that must not come back, and the state of the log in which that was so.
package struct ExclusionList: Sendable {
  package var origin: String
  package var logSize: Int64
  package var root: Digest
  /// By kind and digest, each once.
  package var records: [ExclusionRecord]

  package init(origin: String, logSize: Int64, root: Digest, records: [ExclusionRecord]) {
    (self.origin, self.logSize, self.root, self.records) = (origin, logSize, root, records)
  }

  /// The digests of a kind.
  package func digests(_ kind: ExclusionKind) -> Set<Digest> {
    Set(records.lazy.filter { $0.kind == kind }.map(\.digest))
  }
}

extension Snapshot {
  /// What must not come back to this store.
  package func exclusionList() throws -> ExclusionList {
    let head = try lastSignedTreeHead()
    let records = try rows("SELECT kind, digest, erasure FROM exclusion ORDER BY kind, digest").map { row in
      guard let kind = ExclusionKind(rawValue: try row.value("kind")) else {
        throw StoreError.recordCorrupt(table: "exclusion", id: 0, reason: "unknown kind")
      }
      return ExclusionRecord(kind: kind, digest: try row.digest("digest"), erasure: try row.value("erasure"))
    }
    return ExclusionList(origin: try identity().origin, logSize: head.size, root: head.root, records: records)
  }
}

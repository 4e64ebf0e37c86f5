import Ledger
import Store

/// What `init` made.
package struct InitAnswer: Answer {
  package static let schema = "lethe/init/v1"

  package var store: String
  package var origin: String
  package var verifierKey: String

  package init(store: String, in snapshot: Snapshot) throws {
    self.store = store
    (origin, verifierKey) = try snapshot.identity()
  }
}

/// What `verify` found.
package struct VerifyAnswer: Answer, Decodable {
  package static let schema = "lethe/verify/v1"

  package struct Item: Codable, Sendable {
    package var code: String
    package var severity: String
    package var subject: String
    package var message: String
  }

  /// Something that was passed over, and why.
  package struct Passed: Codable, Sendable {
    package var subject: String
    package var reason: String
  }

  package var ok: Bool
  package var findings: [Item]
  package var notChecked: [Passed]
  package var logSize: Int64
  package var root: String
  package var checkedBytes: Int64
  /// The keys that the log has signed with, by its leaves; empty where they cannot be read.
  package var keys: [LogKeyItem]
  /// The tree head that was kept elsewhere, where one was given and signed by the log's key of its time.
  package var since: Nullable<Kept>
  /// What the witnesses signed that were named.
  package var witnessed: Nullable<Seen>

  /// What was worked out again.
  package var recomputed: Nullable<Again>

  /// What was worked out again and came out as recorded.
  package struct Again: Codable, Sendable {
    package var checkpoint: String
    package var arrays: Int
    package var figures: Int

    package init(checkpoint: String, arrays: Int, figures: Int) {
      (self.checkpoint, self.arrays, self.figures) = (checkpoint, arrays, figures)
    }
  }

  /// A tree head that was kept elsewhere.
  package struct Kept: Codable, Sendable {
    package var size: Int
    package var signers: [String]
    /// The entry at which the last of them handed the log over; null for the present key.
    package var handedOverAt: Nullable<Int>
  }

  /// The largest tree head that enough of the named witnesses cosigned.
  package struct Seen: Codable, Sendable {
    package var quorum: Int
    package var witnesses: Int
    /// Null if there is none.
    package var size: Nullable<Int64>
    package var cosignatures: [CosignatureItem]
  }

  package init(_ verification: Verification, since head: TreeHead? = nil, recomputed: Again? = nil) {
    ok = verification.ok
    keys = verification.keys.map(LogKeyItem.list) ?? []
    since = Nullable(
      verification.keptBy.isEmpty
        ? nil
        : head.map { head in
          Kept(
            size: head.size, signers: verification.keptBy.map(\.shortName),
            handedOverAt: Nullable(verification.keptBy.last.flatMap { verification.keys?.handover(of: $0) }))
        })
    self.recomputed = Nullable(recomputed)
    witnessed = Nullable(
      verification.witnessed.map { seen in
        Seen(
          quorum: seen.policy.threshold, witnesses: seen.policy.keys.count, size: Nullable(seen.size),
          cosignatures: seen.cosignatures.map { CosignatureItem($0, withKey: true) })
      })
    findings = verification.findings.map(Item.init)
    notChecked = verification.notChecked.map { Passed(subject: $0.subject, reason: $0.reason) }
    (logSize, root, checkedBytes) = (verification.logSize, verification.root.description, verification.checkedBytes)
  }
}

extension VerifyAnswer.Item {
  init(_ finding: Finding) {
    (code, severity, subject, message) = (finding.code.rawValue, finding.severity.rawValue, finding.subject, finding.message)
  }
}

/// What the store holds and what it costs on disk.
package struct StatsAnswer: Answer {
  package static let schema = "lethe/stats/v1"

  package struct Cost: Encodable, Sendable {
    package var model: String
    package var logicalBytes: Int
    package var storedBytes: Int
  }

  package struct Table: Encodable, Sendable {
    package var name: String
    package var rows: Int
  }

  package var fileBytes: Int
  package var plainChunkBytes: Int
  package var storedChunkBytes: Int
  package var tables: [Table]
  package var checkpoints: [Cost]

  package init(in snapshot: Snapshot) throws {
    let statistics = try snapshot.statistics()
    fileBytes = statistics.fileBytes
    (plainChunkBytes, storedChunkBytes) = (statistics.plainChunkBytes, statistics.storedChunkBytes)
    tables = statistics.counts.map { Table(name: $0.table, rows: $0.rows) }
    checkpoints = statistics.checkpoints.map {
      Cost(model: $0.checkpoint, logicalBytes: $0.logicalBytes, storedBytes: $0.storedBytes)
    }
  }
}

/// The log's entries as they were hashed.
package struct LogListAnswer: Answer {
  package static let schema = "lethe/log-list/v1"

  package struct Entry: Encodable, Sendable {
    package var logIndex: Int64
    package var time: String
    package var action: String
    package var leafHash: String
    /// The canonical JSON that is the leaf.
    package var leaf: String
  }

  package var size: Int64
  package var root: String
  package var entries: [Entry]

  package init(last limit: Int?, in snapshot: Snapshot) throws {
    let head = try snapshot.lastSignedTreeHead()
    (size, root) = (head.size, head.root.description)
    entries = try snapshot.logEntries(last: limit).map { record in
      let leaf = try CanonicalJSON.encode(record.leaf)
      return Entry(
        logIndex: record.index, time: record.time, action: record.action, leafHash: MerkleTree.leafHash(leaf).description,
        leaf: String(decoding: leaf, as: UTF8.self))
    }
  }
}

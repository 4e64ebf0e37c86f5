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

  package init(_ verification: Verification) {
    ok = verification.ok
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

/// The last signed tree head.
package struct LogCheckpointAnswer: Answer {
  package static let schema = "lethe/log-checkpoint/v1"

  package var size: Int64
  package var root: String
  package var note: String

  package init(in snapshot: Snapshot) throws {
    let head = try snapshot.lastSignedTreeHead()
    (size, root, note) = (head.size, head.root.description, head.note)
  }
}

/// The key that the log is verified with.
package struct LogKeyAnswer: Answer {
  package static let schema = "lethe/log-key/v1"

  package var origin: String
  package var verifierKey: String

  package init(in snapshot: Snapshot) throws {
    (origin, verifierKey) = try snapshot.identity()
  }
}

import Foundation
import Ledger
import Store

/// The certificate of an erasure, drawn from its records alone, so that it can be issued again at any time with the same bytes.
///
/// Fields follow what NIST SP 800-88 Rev. 2 asks of a certificate of sanitisation.
package struct ErasureCertificate: Answer, Decodable, Sendable {
  package static let schema = "lethe/erasure-certificate/v1"

  package struct Rows: Codable, Sendable {
    package var dataset: String
    package var part: String
    package var count: Int
    package var membersDigest: String
  }

  package struct Checkpoint: Codable, Sendable {
    package var name: String
    package var digest: String
  }

  package struct Verification: Codable, Sendable {
    package var method: String
    package var scannedBytes: Int64
    package var scannedFiles: String
    package var needles: Int
    package var hits: Int
  }

  package var erasure: Int64
  package var origin: String
  package var kind: String
  package var model: String
  package var classes: [String]
  package var checkpoints: [Checkpoint]
  package var rows: [Rows]
  /// Digests of the arrays whose bytes went.
  package var tensors: [String]
  package var removedBytes: Int64
  package var technique: String
  package var level: String
  package var whyNotPurge: String
  package var verification: Verification
  package var tool: String
  package var performer: Nullable<String>
  package var reason: Nullable<String>
  package var started: String
  package var finished: String
  package var eraseLogIndex: Int64
  package var certificateLogIndex: Int64
  /// Copies that were registered and not clear when this was drawn up.
  package var copies: [String]

  /// Nil while the erasure is pending.
  package init?(_ record: ErasureRecord, in snapshot: Snapshot) throws {
    guard let seen = record.certificate else { return nil }
    (erasure, origin, kind) = (record.id, try snapshot.identity().origin, record.kind.rawValue)
    (model, classes) = (record.modelName, record.classes)
    checkpoints = try record.checkpoints.map {
      Checkpoint(name: $0, digest: try snapshot.checkpoint(named: $0).digest.description)
    }
    rows = record.rows.map {
      Rows(dataset: $0.dataset, part: $0.part, count: $0.count, membersDigest: $0.members.description)
    }
    tensors = try snapshot.erasedTensors(erasure: record.id).map(\.description)
    (removedBytes, technique, level) = (record.removedBytes, seen.technique, seen.level)
    whyNotPurge = """
      The bytes were overwritten through the file system. A drive may have moved blocks aside, a file system may keep snapshots, and \
      copies of this file are not reached: Purge would need the medium sanitised, or the bytes encrypted from the start under a key \
      that is destroyed.
      """
    verification = Verification(
      method: """
        Search of every byte of the store's files for fingerprints of 32-byte pieces of the removed bytes, as arrays and as stored, \
        taken before they went; a sample, which can be searched for again at any time.
        """, scannedBytes: seen.scannedBytes, scannedFiles: seen.scannedFiles, needles: seen.needles, hits: seen.hits)
    tool = seen.tool
    (performer, reason) = (Nullable(record.actor), Nullable(record.reason))
    (started, finished) = (record.time, seen.time)
    (eraseLogIndex, certificateLogIndex) = (record.logIndex, seen.logIndex)
    copies = try snapshot.copiesNotClear(of: record.logIndex)
  }

  /// Digest of the document as it is written.
  package func digest() throws -> String { Digest.of(Array(try json().utf8)).description }
}

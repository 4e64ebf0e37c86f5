import Foundation
import Ledger
import Store

/// What an exported file says of the checkpoint in it: `__metadata__` of the safetensors file (schema/FORMAT.md, "Exported checkpoint").
///
/// A file leaves the store for good, so nothing in it names a person: classes are there by label, acts of forgetting by number and log
/// entry, and who did it, and why, not at all.
struct CheckpointMetadata {
  /// Names the texts and their version.
  static let schema = "lethe/checkpoint-export/v1"

  /// Names of the texts.
  enum Key {
    static let schema = "schema"
    static let configuration = "configuration"
    static let digest = "digest"
    static let seed = "seed"
  }

  private let values: [String: String]

  /// One state in the line of those that the checkpoint came from.
  private struct Ancestor: Encodable {
    var checkpoint: String
    var digest: String
    var kind: String
  }

  /// An act of forgetting that holds in the checkpoint.
  private struct Forgotten: Encodable {
    var event: Int64
    var how: String
    var labels: [Int]
    var log_index: Int64
  }

  init(_ checkpoint: CheckpointRecord, treeHead: (size: Int64, root: Digest, note: String), in snapshot: Snapshot) throws {
    let dataset = try snapshot.dataset(checkpoint.dataset)
    let forgotten = try snapshot.appliedEvents(checkpoint: checkpoint.id).map { applied in
      let event = try snapshot.event(applied.event)
      return Forgotten(event: event.id, how: applied.how.rawValue, labels: event.ordinals(in: dataset), log_index: event.logIndex)
    }
    var lineage: [Ancestor] = []
    var next = checkpoint.parent
    while let parent = try next.map({ try snapshot.checkpoint($0) }) {
      lineage.append(Ancestor(checkpoint: parent.name, digest: parent.digest.description, kind: parent.kind.rawValue))
      next = parent.parent
    }
    var values = [
      Key.schema: Self.schema, "checkpoint": checkpoint.name, Key.digest: checkpoint.digest.description,
      "kind": checkpoint.kind.rawValue, Key.configuration: checkpoint.configuration, Key.seed: String(checkpoint.seed),
      "engine_version": checkpoint.engineVersion, "dataset": dataset.name, "time": checkpoint.time,
      "forgotten": try Self.json(forgotten), "lineage": try Self.json(lineage),
      "log_origin": try snapshot.identity().origin, "log_index": String(try snapshot.logIndex(ofCheckpoint: checkpoint.id)),
      "log_size": String(treeHead.size), "log_root": treeHead.root.description, "log_checkpoint": treeHead.note,
    ]
    values["parent_digest"] = lineage.first?.digest
    self.values = values
  }

  /// Texts by name.
  func texts() -> [String: String] { values }

  private static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

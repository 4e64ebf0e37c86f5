import Foundation
import GRDB
import Ledger
import Tensors

/// Whether checkpoints, splits and heads say what their parts say.
struct LineageCheck {
  let snapshot: Snapshot

  func run(_ result: inout Verification) throws {
    for checkpoint in try snapshot.checkpoints() {
      let tensors = try snapshot.tensors(checkpoint: checkpoint.id)
      if try Snapshot.checkpointDigest(configuration: checkpoint.configuration, tensors: tensors) != checkpoint.digest {
        result.add("checkpoint.digest_mismatch", checkpoint.name, "its digest is not that of its configuration and tensors")
      }
    }
    for dataset in try snapshot.datasets() { try checkSplits(dataset, &result) }
    try checkHeads(&result)
  }

  /// Imported splits are named by their tensors; derived ones by which members carry a forgotten label.
  private func checkSplits(_ dataset: DatasetRecord, _ result: inout Verification) throws {
    var labels: [Part: [UInt16]] = [:]
    for split in dataset.splits {
      let subject = "\(dataset.name) \(split.part.rawValue)"
      guard let embeddings = split.embeddings, let labelled = split.labels else {
        result.add("split.incomplete", subject, "an imported split has no tensors")
        continue
      }
      let (rows, tensor) = (try snapshot.tensor(embeddings), try snapshot.tensor(labelled))
      if SplitDigest.imported(embeddings: rows.digest, labels: tensor.digest) != split.digest
        || rows.description.shape.first != split.count || tensor.description.shape != [split.count]
      {
        result.add("split.digest_mismatch", subject, "its digest is not that of its tensors")
      }
      labels[split.part] = try snapshot.load(tensor, as: UInt16.self)
    }
    for event in try snapshot.events() where event.dataset == dataset.id {
      let forgotten = Set(event.classes.compactMap { UInt16(exactly: $0.ordinal) })
      for split in try snapshot.splits(event: event.id) {
        guard let base = dataset.split(split.part), let part = labels[split.part] else { continue }
        let gone = try snapshot.forgottenOrdinals(checkpoint: event.child, of: dataset)
        let members = part.indices.filter {
          split.role == .forget ? forgotten.contains(part[$0]) : !gone.contains(Int(part[$0]))
        }
        if members.count != split.count || SplitDigest.derived(from: base.digest, members: members) != split.digest {
          result.add(
            "split.digest_mismatch", "event \(event.id), \(split.part.rawValue) \(split.role.rawValue)",
            "its digest is not that of its members")
        }
      }
    }
  }

  /// Each head move must begin where the one before it ended.
  private func checkHeads(_ result: inout Verification) throws {
    var heads: [Int64: Int64] = [:]
    for row in try snapshot.rows("SELECT id, model, from_checkpoint, to_checkpoint FROM head_move ORDER BY id") {
      let (id, model): (Int64, Int64) = (try row.value("id"), try row.value("model"))
      let from: Int64? = try row.value("from_checkpoint")
      if heads[model] != from {
        result.add("head.broken", "head move \(id)", "it does not begin where the head was")
      }
      heads[model] = try row.value("to_checkpoint")
    }
    for row in try snapshot.rows("SELECT id, name FROM model") {
      let (id, name): (Int64, String) = (try row.value("id"), try row.value("name"))
      if heads[id] == nil { result.add("head.missing", "model \(name)", "it has no head") }
    }
  }
}

import Foundation
import GRDB
import Ledger
import Tensors

/// Whether checkpoints, splits and heads say what their parts say.
struct LineageCheck {
  let snapshot: Snapshot

  func run(_ result: inout Verification) {
    attemptEach("checkpoints", in: { try snapshot.checkpoints() }, named: \.name, &result) { checkpoint, result in
      let tensors = try snapshot.tensors(checkpoint: checkpoint.id)
      if try Snapshot.checkpointDigest(configuration: checkpoint.configuration, tensors: tensors) != checkpoint.digest {
        result.add(.checkpointDigestMismatch, checkpoint.name, "its digest is not that of its configuration and tensors")
      }
    }
    attemptEach("data sets", in: { try snapshot.datasets() }, named: \.name, &result, checkSplits)
    snapshot.attempt("heads", &result) { try checkHeads(&$0) }
  }

  /// Checks each of a list of records, whatever became of the others.
  private func attemptEach<Record>(
    _ kind: String, in list: () throws -> [Record], named name: (Record) -> String, _ result: inout Verification,
    _ check: (Record, inout Verification) throws -> Void
  ) {
    var records: [Record] = []
    if !snapshot.attempt(kind, &result, { _ in records = try list() }) {
      result.passOver("lineage of \(kind)", "their records cannot be read")
    }
    for record in records { snapshot.attempt(name(record), &result) { try check(record, &$0) } }
  }

  /// Imported splits are named by their tensors; derived ones by which members carry a forgotten label or were forgotten themselves.
  private func checkSplits(_ dataset: DatasetRecord, _ result: inout Verification) throws {
    var labels: [Part: [UInt16]] = [:]
    for split in dataset.splits {
      let subject = "\(dataset.name) \(split.part.rawValue)"
      guard let imported = split.imported, let labelled = split.labels else {
        result.add(.splitIncomplete, subject, "an imported split has no tensors")
        continue
      }
      let (rows, tensor) = (try snapshot.tensor(imported.embeddings), try snapshot.tensor(imported.labels))
      if SplitDigest.imported(embeddings: rows.digest, labels: tensor.digest) != split.digest
        || rows.description.shape.first != split.count || tensor.description.shape != [split.count]
      {
        result.add(.splitDigestMismatch, subject, "its digest is not that of its tensors")
      }
      labels[split.part] = try snapshot.load(snapshot.tensor(labelled), as: UInt16.self)
    }
    for event in try snapshot.events() where event.dataset == dataset.id {
      let forgotten = Set(event.classes.compactMap { UInt16(exactly: $0.ordinal) })
      for split in try snapshot.splits(event: event.id) {
        guard let base = dataset.split(split.part), let part = labels[split.part] else { continue }
        let gone = try snapshot.forgottenOrdinals(checkpoint: event.child, of: dataset)
        let (own, goneRows) = (
          try snapshot.forgottenRows(event: event.id, of: base.id), try snapshot.forgottenRows(checkpoint: event.child, of: base.id)
        )
        let members = part.indices.filter {
          split.role == .forget
            ? forgotten.contains(part[$0]) || own.contains($0)
            : part[$0] != SplitRecord.erasedLabel && !gone.contains(Int(part[$0])) && !goneRows.contains($0)
        }
        let wanted = split.role == .forget ? Set(event.classes.map(\.ordinal)) : gone
        // Rows that are listed one by one need no labels to be told.
        let isListed =
          split.role == .forget
          ? forgotten.isEmpty : !part.indices.contains { part[$0] == SplitRecord.erasedLabel && !goneRows.contains($0) }
        guard try isListed || canRebuild(split, of: base, dataset, without: wanted) else {
          // What was forgotten and then erased is on the erasure's own list.
          let listed = "SELECT 1 FROM erased_rows WHERE split = ? AND count = ? AND members = ?"
          if try snapshot.row(listed, [base.id, split.count, split.digest.data]) != nil { continue }
          result.passOver(
            "members of event \(event.id), \(split.part.rawValue) \(split.role.rawValue)", "labels of some were erased")
          continue
        }
        if members.count != split.count || SplitDigest.derived(from: base.digest, members: members) != split.digest {
          result.add(
            .splitDigestMismatch, "event \(event.id), \(split.part.rawValue) \(split.role.rawValue)",
            "its digest is not that of its members")
        }
      }
    }
  }

  /// Whether a derived split's members can still be told: labels of erased examples are gone, so what held those rows at its time
  /// can only be compared with the list of rows that an erasure recorded.
  /// - Parameter classes: whose rows the split holds (forget), or leaves out (retain).
  private func canRebuild(
    _ split: SplitRecord, of base: SplitRecord, _ dataset: DatasetRecord, without classes: Set<Int>
  ) throws -> Bool {
    guard base.erasedCount > 0 else { return true }
    let sql = """
      SELECT x.kind, k.ordinal FROM erased_rows r JOIN erasure x ON x.id = r.erasure
      LEFT JOIN erased_class c ON c.erasure = x.id LEFT JOIN class k ON k.id = c.class AND k.dataset = ?
      WHERE r.split = ?
      """
    return try snapshot.rows(sql, [dataset.id, base.id]).allSatisfy { row in
      guard try row.value("kind") == ErasureRecord.Kind.class.rawValue, let ordinal: Int = try row.value("ordinal") else {
        return false
      }
      return classes.contains(ordinal) == (split.role == .retain)
    }
  }

  /// Each head move must begin where the one before it ended.
  private func checkHeads(_ result: inout Verification) throws {
    var heads: [Int64: Int64] = [:]
    for row in try snapshot.rows("SELECT id, model, from_checkpoint, to_checkpoint FROM head_move ORDER BY id") {
      let (id, model): (Int64, Int64) = (try row.value("id"), try row.value("model"))
      let from: Int64? = try row.value("from_checkpoint")
      if heads[model] != from {
        result.add(.headMoveBroken, "head move \(id)", "it does not begin where the head was")
      }
      heads[model] = try row.value("to_checkpoint")
    }
    for row in try snapshot.rows("SELECT id, name FROM model") {
      let (id, name): (Int64, String) = (try row.value("id"), try row.value("name"))
      if heads[id] == nil { result.add(.modelHeadMissing, "model \(name)", "it has no head") }
    }
  }
}

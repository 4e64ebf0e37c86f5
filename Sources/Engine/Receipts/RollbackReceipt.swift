import Ledger
import Store

extension Snapshot {
  /// What the receipt of a rollback says.
  func rollbackPredicate(_ entry: Int64) throws -> RollbackPredicate {
    let facts = try soundEntry(entry)
    let (from, child) = (
      try required(facts.parent, "parent", of: entry), try required(facts.child, "child", of: entry)
    )
    let head = try required(try headMove(entry: entry), "head", of: entry)
    var (target, reapplied) = (head, [Int64]())
    if let made = try checkpoint(entry: entry) {
      // Forgetting was applied to the target again, which made a checkpoint of its own.
      target = try checkpoint(required(made.parent, "parent", of: entry))
      try requireSound(.checkpoint, [target.id])
      try soundEntry(logIndex(ofCheckpoint: target.id), tables: [.appliedEvent])
      let before = Set(try appliedEvents(checkpoint: target.id).map(\.event))
      reapplied = try appliedEvents(checkpoint: made.id).map(\.event).filter { !before.contains($0) }
    } else {
      try requireSound(.checkpoint, [target.id])
    }
    let figures = try ReceiptFigures(entry: entry, checkpoints: [head.id: child], in: self)
    return RollbackPredicate(
      log: try place(of: entry), time: facts.time, model: try required(facts.model, "model", of: entry), from: from,
      to: NamedCheckpoint(target), child: child, reappliedEvents: reapplied, reinstatedEvents: try reinstatedEvents(entry: entry),
      engineVersion: head.engineVersion, measurements: figures.figures, measurementsLeftOut: figures.leftOut, sealed: facts.sealed)
  }
}

extension NamedCheckpoint {
  init(_ checkpoint: CheckpointRecord) {
    self.init(name: checkpoint.name, digest: checkpoint.digest)
  }
}

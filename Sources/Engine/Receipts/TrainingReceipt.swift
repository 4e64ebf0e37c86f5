import Ledger
import Store

extension Snapshot {
  /// What the receipt of a training says.
  func trainingPredicate(_ entry: Int64) throws -> TrainingPredicate {
    let facts = try soundEntry(entry)
    let child = try required(facts.child, "checkpoint", of: entry)
    let checkpoint = try required(try checkpoint(entry: entry), "checkpoint", of: entry)
    let figures = try ReceiptFigures(entry: entry, checkpoints: [checkpoint.id: child], in: self)
    guard let configuration = try? CanonicalJSON.parse(Array(checkpoint.configuration.utf8)) else {
      throw StoreError.recordCorrupt(table: "checkpoint", id: checkpoint.id, reason: "its configuration is not canonical JSON")
    }
    return TrainingPredicate(
      log: try place(of: entry), time: facts.time, model: try required(facts.model, "model", of: entry), parent: facts.parent,
      child: child, dataset: try named(dataset(checkpoint.dataset)), configuration: configuration,
      seed: UInt64(bitPattern: checkpoint.seed), engineVersion: checkpoint.engineVersion,
      leftOutEvents: try appliedEvents(checkpoint: checkpoint.id).map(\.event), measurements: figures.figures,
      measurementsLeftOut: figures.leftOut, sealed: facts.sealed)
  }
}

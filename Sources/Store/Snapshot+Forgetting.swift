import GRDB
import Ledger

extension Snapshot {
  /// The index of the log entry that recorded a checkpoint.
  package func logIndex(ofCheckpoint checkpoint: Int64) throws -> Int64 {
    try integer("SELECT entry FROM checkpoint WHERE id = ?", [checkpoint])
  }

  /// What a checkpoint still knows although its model has forgotten it, by acts in force that do not hold in it: names of classes, and
  /// how many single examples.
  /// Such a checkpoint is kept as evidence and for rolling back, which forgets again; it must not leave the store.
  package func forgottenSince(_ checkpoint: CheckpointRecord) throws -> [String] {
    let applied = Set(try appliedEvents(checkpoint: checkpoint.id).map(\.event))
    let missing = try events(model: checkpoint.model).filter { $0.inForce && !applied.contains($0.id) }
    let names = Set(missing.flatMap { $0.classes.map(\.name) })
    return try names.filter { name in
      try checkpoints(knowing: name, model: checkpoint.model).contains { $0.id == checkpoint.id }
    }.sorted() + examplesForgottenSince(checkpoint).map { "\($0.count) examples of event \($0.event)" }
  }

  /// Names of the classes whose examples were erased from a data set.
  package func erasedClasses(of dataset: DatasetRecord) throws -> [String] {
    let ids = Set(try rows("SELECT class FROM erased_class").map { try $0.value("class") as Int64 })
    return dataset.classes.filter { ids.contains($0.id) }.map(\.shownName)
  }
}

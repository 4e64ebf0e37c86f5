import Bottleneck
import Store
import Tensors

/// A checkpoint that has less than its parent: what forgetting and rolling back store.
extension Engine {
  /// Records a model that is `parent` with more rows zeroed, as tensors derived from the parent's.
  func saveDerived(
    _ model: LoadedModel, parent: LoadedModel, kind: CheckpointKind, in transaction: Transaction
  ) throws -> CheckpointRecord {
    let (before, after) = (parent.bottleneck, model.bottleneck)
    let rows = before.usable.indices.filter { before.usable[$0] != after.usable[$0] }.map { UInt32($0) }
    func bases(_ names: [String]) throws -> [TensorRecord] {
      try names.map { name in
        guard let base = parent.tensors[name] else {
          throw EngineError.notThisEngine(checkpoint: parent.checkpoint.name, reason: "its tensor \(name) is missing")
        }
        return base
      }
    }
    var tensors = parent.tensors
    func derive(_ names: [String], rowCount: Int, zeroing rows: [UInt32], plain: [UnsafeRawBufferPointer]) throws {
      let derived = try transaction.deriveTensors(from: bases(names), rowCount: rowCount, zeroing: rows, plain: plain)
      tensors.merge(zip(names, derived)) { _, new in new }
    }
    typealias Name = LoadedModel.Name
    try after.keys.withUnsafeBytes { keys in
      try after.usable.withUnsafeBytes { usable in
        if let counts = model.counts {
          let classes = (0..<after.shape.classes).filter { label in
            counts.selections(of: label) == 0 && parent.counts?.selections(of: label) != 0
          }
          try derive([Name.keys, Name.usable], rowCount: after.shape.pairs, zeroing: rows, plain: [keys, usable])
          if counts == parent.counts?.without(classes) {
            try counts.counts.withUnsafeBytes {
              try derive([Name.counts], rowCount: after.shape.classes, zeroing: classes.map(UInt32.init), plain: [$0])
            }
          } else {
            // Subtracted examples are in no list that could be added again: the counts are stored as they are now.
            tensors[Name.counts] = try transaction.insertTensor(
              counts.counts, shape: [after.shape.classes, after.shape.codebooks, after.shape.keys])
          }
        } else {
          try after.values.withUnsafeBytes { values in
            try derive(
              [Name.keys, Name.values, Name.usable], rowCount: after.shape.pairs, zeroing: rows, plain: [keys, values, usable])
          }
        }
      }
    }
    return try transaction.insertCheckpoint(
      .init(
        model: parent.checkpoint.model, parent: parent.checkpoint.id, base: parent.checkpoint.base, kind: kind,
        dataset: parent.checkpoint.dataset, configuration: parent.checkpoint.configuration, seed: parent.checkpoint.seed,
        engineVersion: Self.version, tensors: tensors))
  }
}

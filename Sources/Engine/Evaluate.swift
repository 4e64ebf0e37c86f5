import Bottleneck
import Store

/// What a checkpoint achieves on a part, measured now.
public struct EvaluationResult: Sendable {
  /// What was measured.
  public var checkpoint: CheckpointRecord
  /// Its data set.
  public var dataset: DatasetRecord
  /// The part.
  public var split: SplitRecord
  /// Accuracy over all examples; where classes are forgotten also over these and over the others; and of each class.
  public var measured: [(role: Role, record: MeasurementRecord)]
}

extension Engine {
  /// Measures a checkpoint on a part of its data set; nothing is written.
  /// - Throws: `StoreError.unknown`, `EngineError.splitMissing`.
  public func evaluate(_ name: String, part: Part) throws -> EvaluationResult {
    try store.read { snapshot in
      let checkpoint = try snapshot.checkpoint(named: name)
      let model = try LoadedModel(checkpoint, codesOf: [part], in: snapshot, of: store)
      guard let split = model.dataset.split(part) else {
        throw EngineError.splitMissing(dataset: model.dataset.name, part: part.rawValue)
      }
      let accuracies = try measure(model, part: part, snapshot: snapshot)
      let forgotten = try snapshot.forgottenOrdinals(checkpoint: checkpoint.id, of: model.dataset)
      var figures: [(Role, Accuracy)] = [(.all, accuracies.all)]
      if !forgotten.isEmpty {
        figures += [(.forget, accuracies.over(forgotten)), (.retain, accuracies.without(forgotten))]
      }
      var measured = figures.compactMap { role, figure in
        figure.record(checkpoint: checkpoint.id, split: split.id).map { (role: role, record: $0) }
      }
      for item in model.dataset.classes {
        let figure = accuracies.byClass[item.ordinal].record(checkpoint: checkpoint.id, split: split.id, classID: item.id)
        if let figure { measured.append((forgotten.contains(item.ordinal) ? .forget : .retain, figure)) }
      }
      return EvaluationResult(checkpoint: checkpoint, dataset: model.dataset, split: split, measured: measured)
    }
  }
}

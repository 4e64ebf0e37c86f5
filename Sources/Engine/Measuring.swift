import Bottleneck
import Store

/// Accuracy of every class on one part, from which every figure over several classes follows by adding.
struct ClassAccuracies: Sendable {
  var byClass: [Accuracy]

  func over(_ classes: Set<Int>) -> Accuracy { .total(byClass.indices.filter(classes.contains).map { byClass[$0] }) }
  func without(_ classes: Set<Int>) -> Accuracy { .total(byClass.indices.filter { !classes.contains($0) }.map { byClass[$0] }) }
  var all: Accuracy { .total(byClass) }
}

extension Accuracy {
  /// The record of this figure, or nil if there was nothing to measure it on.
  func record(checkpoint: Int64, split: Int64, classID: Int64? = nil) -> MeasurementRecord? {
    guard let value else { return nil }
    return MeasurementRecord(
      checkpoint: checkpoint, split: split, metric: "accuracy", classID: classID, value: value, n: count, low: interval.lowerBound,
      high: interval.upperBound)
  }
}

extension Engine {
  /// The part on which effects are measured: test, or what there is.
  static func measuredPart(of dataset: DatasetRecord) -> Part {
    [.test, .validation, .train].first { dataset.split($0) != nil } ?? .train
  }

  /// Measures a model on a part. Where pairs are masked, only queries that would select one are sent through the keys again.
  func measure(_ model: LoadedModel, part: Part, snapshot: Snapshot) throws -> ClassAccuracies {
    guard let split = model.dataset.split(part) else {
      throw EngineError.splitMissing(dataset: model.dataset.name, part: part.rawValue)
    }
    let candidates = try model.codes(part)
    let labels = try snapshot.labels(part, of: model.dataset)
    let source = try EmbeddingStream(split, of: model.dataset, in: store)
    let codes = try Recoder.recode(candidates: candidates, source: source, model: model.bottleneck, threads: threads)
    return try classAccuracies(of: model.bottleneck, codes: codes, labels: labels)
  }

  /// Accuracy of every class over the examples that are there: those that were erased have no label.
  func classAccuracies(of model: Bottleneck, codes: CodeTable, labels: [Int]) throws -> ClassAccuracies {
    let members = labels.contains(-1) ? labels.indices.filter { labels[$0] >= 0 } : nil
    let byClass = try Inference.accuracyByClass(
      model: model, codes: codes, labels: labels.map { max($0, 0) }, members: members, threads: threads)
    return ClassAccuracies(byClass: byClass)
  }

  /// Records accuracy over the whole split and for each class.
  func record(
    _ accuracies: ClassAccuracies, checkpoint: Int64, split: SplitRecord, of dataset: DatasetRecord, in transaction: Transaction
  ) throws {
    try accuracies.all.record(checkpoint: checkpoint, split: split.id).map(transaction.insertMeasurement)
    for item in dataset.classes {
      let figure = accuracies.byClass[item.ordinal]
      try figure.record(checkpoint: checkpoint, split: split.id, classID: item.id).map(transaction.insertMeasurement)
    }
  }

  /// What was measured on a checkpoint and recorded, as counts again; nil unless every class of the split was.
  func recorded(checkpoint: Int64, split: SplitRecord, of dataset: DatasetRecord, in snapshot: Snapshot) throws -> ClassAccuracies?
  {
    let figures = try snapshot.measurements(checkpoint: checkpoint).filter { $0.split == split.id && $0.metric == "accuracy" }
    guard !figures.isEmpty else { return nil }
    return ClassAccuracies(
      byClass: dataset.classes.map { item in
        guard let figure = figures.last(where: { $0.classID == item.id }) else { return Accuracy(correct: 0, of: 0) }
        return Accuracy(correct: Int((figure.value * Double(figure.n)).rounded()), of: figure.n)
      })
  }
}

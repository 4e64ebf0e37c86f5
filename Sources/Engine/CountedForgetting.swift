import Bottleneck
import Store

/// Forgetting on a model with counted values: integer subtraction, after which the model is the one that counting without the class
/// gives under the same keys (Method §8).
extension Engine {
  /// Takes all training examples of some classes out of a model's counts; pairs that no example selects any more are never selected again,
  /// and their keys are zeros. O(V·C·K).
  /// - Returns: for each class its number of training examples and how many pairs they selected; no pairs are chosen.
  func subtract(_ ordinals: [Int], from model: inout LoadedModel) throws -> [ClassMask] {
    guard var counts = model.counts else {
      throw EngineError.notThisEngine(checkpoint: model.checkpoint.name, reason: "its values are not counted")
    }
    progress("subtracting counts", 0.3)
    let shape = model.bottleneck.shape
    let masks = ordinals.map { ordinal in
      let examples = counts.selections(of: ordinal) / (shape.codebooks * shape.topK)
      let active = counts.activePairs(of: ordinal)
      counts.forget(ordinal)
      return ClassMask(ordinal: ordinal, pairs: PairSet(), amount: examples, activePairs: active, forwardPasses: 0)
    }
    try settle(counts, in: &model)
    return masks
  }
}

extension Engine {
  /// Takes single training examples out of a model's counts, in the same way.
  /// - Throws: `BottleneckError.notCounted` where the counts cannot have had them.
  func subtract(rows: [Int], codes: CodeTable, labels: [Int], from model: inout LoadedModel) throws {
    guard var counts = model.counts else {
      throw EngineError.notThisEngine(checkpoint: model.checkpoint.name, reason: "its values are not counted")
    }
    try counts.subtract(codes: codes.rows(rows), labels: rows.map { labels[$0] }, members: Array(rows.indices), threads: threads)
    try settle(counts, in: &model)
  }

  /// Makes a model answer by other counts.
  private func settle(_ counts: ClassCounts, in model: inout LoadedModel) throws {
    guard let smoothing = try ModelConfiguration.smoothing(of: model.checkpoint.configuration, checkpoint: model.checkpoint.name)
    else { throw EngineError.notThisEngine(checkpoint: model.checkpoint.name, reason: "its values are not counted") }
    model.counts = counts
    model.bottleneck.usable = counts.usablePairs()
    model.bottleneck.values = counts.values(smoothing: smoothing, threads: threads)
    model.bottleneck.clearUnusableKeys()
  }
}

extension ForgetRequest {
  /// Settles the method by what the model's values are.
  /// - Throws: `EngineError.methodMismatch`.
  mutating func settleMethod(for model: LoadedModel) throws -> ForgetMethod {
    let isCounted = model.counts != nil
    // Examples that are named are all taken: there is nothing to rank.
    let settled = method ?? (isCounted ? .counting : examples.isEmpty ? .activations : .examples)
    if !examples.isEmpty, settled == .activations || amount != .until(0) || choice != PairChoice() {
      throw EngineError.examplesAreNamed(option: settled == .activations ? "--method activations" : "an amount or a ranking")
    }
    guard (settled == .counting) == isCounted, !isCounted || amount == .until(0) && choice == PairChoice() else {
      throw EngineError.methodMismatch(checkpoint: model.checkpoint.name, isCounted: isCounted)
    }
    method = settled
    return settled
  }
}

import Bottleneck
import Ledger
import Store

/// Forgetting single training examples, by the user's ids.
///
/// Of counts they are subtracted, which is exact: what is left is what counting without them gives under the same keys (Method §8). Of
/// trained values every pair that any of them selects is masked (Algorithm 2 with named examples, Method §3). That removes whatever their
/// own gradients wrote, since an example moves only the values that it selects; it is an approximation, since other examples' gradients
/// were computed while those values stood, and it takes from others what they wrote there too.
extension Engine {
  /// Rows of the model's training part that bear one of some ids and are not forgotten in it yet, ascending.
  /// - Throws: `StoreError.unknown` for an id that its training part has not; `EngineError.nothingToDo` if all are forgotten.
  func rows(ofExamples ids: [String], of model: LoadedModel, in snapshot: Snapshot) throws -> (split: SplitRecord, rows: [Int]) {
    guard let split = model.dataset.split(.train) else {
      throw EngineError.splitMissing(dataset: model.dataset.name, part: Part.train.rawValue)
    }
    let named = try ids.flatMap { id in
      let places = try snapshot.examples(externalID: id).filter { $0.split.id == split.id }
      if places.isEmpty { throw StoreError.unknown(kind: "example", name: id, known: []) }
      return places.map(\.ordinal)
    }
    let known = try knownRows(Set(named), of: model, split: split, in: snapshot)
    if known.isEmpty {
      throw EngineError.nothingToDo(
        message: "\(model.checkpoint.name) learnt nothing from these examples, or has forgotten them already")
    }
    return (split, known)
  }

  /// Those of some training rows that a model learnt from and has not forgotten, one by one or with their class, ascending.
  private func knownRows(_ rows: Set<Int>, of model: LoadedModel, split: SplitRecord, in snapshot: Snapshot) throws -> [Int] {
    let gone = try snapshot.forgottenRows(checkpoint: model.checkpoint.id, of: split.id)
    let classes = try snapshot.forgottenOrdinals(checkpoint: model.checkpoint.id, of: model.dataset)
    let (labels, codes) = (try snapshot.labels(.train, of: model.dataset), try model.codes(.train))
    return rows.filter { row in
      // What was left out of a training has no codes.
      labels[row] >= 0 && !gone.contains(row) && !classes.contains(labels[row]) && codes.selects(row)
    }.sorted()
  }

  /// Takes examples out of a model.
  /// - Returns: how many pairs any of them selects, and how many examples were sent through the keys to see that classes which were
  ///   forgotten before stay so.
  func forget(
    rows: [Int], standing: [StandingGoal], on model: inout LoadedModel, in snapshot: Snapshot
  ) throws -> (activePairs: Int, forwardPasses: Int) {
    let (codes, labels) = (try model.codes(.train), try snapshot.labels(.train, of: model.dataset))
    let pairs = try Unlearning.viaExamples(codes: codes, examples: rows, shape: model.bottleneck.shape)
    if model.counts != nil {
      progress("subtracting counts", 0.3)
      try subtract(rows: rows, codes: codes, labels: labels, from: &model)
      return (pairs.count, 0)
    }
    progress("masking pairs", 0.3)
    try Unlearning.mask(pairs, in: &model.bottleneck)
    return (pairs.count, try keepForgotten(standing, on: &model, codes: codes, labels: labels, snapshot: snapshot))
  }

  /// Applies an act of forgetting examples to another checkpoint: to those of its training examples that are the same, and that it knows.
  func remask(examplesOf event: EventRecord, standing: [StandingGoal], on model: inout LoadedModel, in snapshot: Snapshot) throws {
    guard let split = model.dataset.split(.train) else { return }
    let rows = try knownRows(snapshot.forgottenRows(event: event.id, in: split.id), of: model, split: split, in: snapshot)
    if !rows.isEmpty { _ = try forget(rows: rows, standing: standing, on: &model, in: snapshot) }
  }

  /// The accuracy of a model on training rows.
  func accuracy(of model: LoadedModel, rows: [Int], snapshot: Snapshot) throws -> Accuracy {
    guard let split = model.dataset.split(.train) else {
      throw EngineError.splitMissing(dataset: model.dataset.name, part: Part.train.rawValue)
    }
    let labels = try snapshot.labels(.train, of: model.dataset)
    let source = EmbeddingSample(pieces: [(try EmbeddingStream(split, of: model.dataset, in: store), rows)])
    let codes = try CodeAssigner.assign(source: source, model: model.bottleneck, threads: threads)
    let predictions = try Inference.predictions(model: model.bottleneck, codes: codes, threads: threads)
    return Accuracy(correct: zip(rows, predictions).count { labels[$0.0] == $0.1 }, of: rows.count)
  }
}

extension CodeTable {
  /// Whether an example selects any key.
  fileprivate func selects(_ example: Int) -> Bool {
    codes[example * codebooks * width..<(example + 1) * codebooks * width].contains { $0 != Self.none }
  }
}

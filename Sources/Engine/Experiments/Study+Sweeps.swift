import Bottleneck
import Store

extension Study {
  /// Accuracies of forget and retain examples.
  func figures(
    _ method: String, _ name: String?, _ byClass: [Accuracy], without gone: Set<Int>, part: Part, at: Double? = nil
  ) -> [ExperimentFigure] {
    func over(_ isGone: Bool) -> Accuracy {
      .total(byClass.indices.filter { gone.contains($0) == isGone }.map { byClass[$0] })
    }
    return [
      ExperimentFigure(method, name, role: .forget, part: part, at: at, over(true)),
      ExperimentFigure(method, name, role: .retain, part: part, at: at, over(false)),
    ].compactMap(\.self)
  }

  /// Before anything is forgotten: every part, and test by class as forget and retain (the paper's table of initial performance).
  func initial() throws -> [ExperimentFigure] {
    var figures: [ExperimentFigure] = []
    var counted = model
    counted.values = try ClassCounts(shape: shape, codes: codes, labels: train.labels, threads: threads)
      .values(smoothing: TrainRequest.usualSmoothing, threads: threads)
    let linear = try linear.get().layer
    let parts = [(Part.train, train), (.validation, validation), (.test, test)]
    let models: [(String, (Portion) throws -> LogitTable)] = [
      ("DKVB, trained values", { try self.logits($0, of: self.model) }),
      ("DKVB, counted values", { try self.logits($0, of: counted) }),
      ("linear layer", { try linear.logits($0.embeddings, threads: self.threads) }),
    ]
    for (method, logits) in models {
      for (name, part) in parts {
        let byClass = try logits(part).accuracyByClass(labels: part.labels)
        figures += [ExperimentFigure(method, nil, role: .all, part: name, .total(byClass))].compactMap(\.self)
        guard name == .test else { continue }
        for label in byClass.indices where byClass[label].count > 0 {
          figures += self.figures(method, classes[label], byClass, without: [label], part: .test)
        }
      }
    }
    let overlap = try KeyOverlap.matrix(codes: codes, labels: train.labels, shape: shape, threads: threads)
    for (label, row) in overlap.enumerated() {
      let others = row.enumerated().filter { $0.offset != label }.map(\.element)
      figures.append(ExperimentFigure("keys", classes[label], "largest_key_overlap", others.max() ?? 0))
    }
    return figures
  }

  /// Algorithm 1 from no pair to all that the class activates, by both orders, on test; and what `lethe forget` would choose.
  func activations(_ label: Int, _ name: String) throws -> [ExperimentFigure] {
    try before(label, name)
      + PairOrder.allCases.flatMap { order in
        let method = "activations by \(order.rawValue)"
        let ranking = try ranking(label, order)
        let steps = 20
        let amounts = (0...steps).map { (Double($0) / Double(steps), $0 * ranking.count / steps) }
        let chosen = try cut(ranking, of: label, on: model, method: .activations)
        return try sweep(method, label, name, ranking, amounts)
          + chosenFigures(method + ", by the rule", label, name, PairSet(ranking.prefix(chosen.amount)))
          + [ExperimentFigure(method + ", by the rule", name, "active_pairs", Double(ranking.count))]
      }
  }

  /// Algorithm 2 from one example to all, on test; and what `lethe forget --method examples` would choose.
  func examples(_ label: Int, _ name: String) throws -> [ExperimentFigure] {
    let members = train.members(of: label)
    let order = ExampleOrder(members, codes: codes, shape: shape, seed: request.seed)
    let counts = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000].filter { $0 < members.count } + [members.count]
    let amounts = counts.map { (Double($0), order.pairs(of: $0)) }
    let chosen = try cut(order.ranking, of: label, on: model, amount: order.count(covering:), method: .examples)
    return try before(label, name) + sweep("examples", label, name, order.ranking, amounts)
      + chosenFigures("examples, by the rule", label, name, PairSet(order.ranking.prefix(order.pairs(of: chosen.amount))))
      + [ExperimentFigure("examples, by the rule", name, "examples", Double(chosen.amount))]
  }

  /// Exact accuracies on test for every amount, from one pass over the keys.
  private func sweep(
    _ method: String, _ label: Int, _ name: String, _ ranking: [UInt32], _ amounts: [(at: Double, pairs: Int)]
  ) throws -> [ExperimentFigure] {
    let groups = [(Role.forget, test.members(of: label)), (.retain, test.others([label]))]
    return try groups.flatMap { role, rows -> [ExperimentFigure] in
      if rows.isEmpty { return [] }
      let curve = try ForgettingCurve.trace(
        source: test.embeddings, examples: rows, labels: rows.map { test.labels[$0] }, model: model, ranking: ranking,
        codes: test.candidates, threads: threads)
      return amounts.compactMap { at, pairs in
        ExperimentFigure(method, name, role: role, part: .test, at: at, Accuracy(correct: curve.correct[pairs], of: rows.count))
      }
    }
  }

  /// The accuracies on test of the model before, once a class.
  private func before(_ label: Int, _ name: String) throws -> [ExperimentFigure] {
    figures("before", name, try logits(test, of: model).accuracyByClass(labels: test.labels), without: [label], part: .test)
  }

  private func chosenFigures(_ method: String, _ label: Int, _ name: String, _ pairs: PairSet) throws -> [ExperimentFigure] {
    var masked = model
    try Unlearning.mask(pairs, in: &masked)
    let after = try logits(test, of: masked).accuracyByClass(labels: test.labels)
    return figures(method, name, after, without: [label], part: .test) + [
      ExperimentFigure(method, name, "pairs", Double(pairs.count))
    ]
  }

  /// Classes in a random order, forgotten one after the other (each chosen on the model that those before it left) and together (each
  /// chosen on the original model), in growing numbers up to half of all.
  func multiclass(_ labels: [Int], order index: Int) throws -> [ExperimentFigure] {
    var generator = SeededGenerator(seed: request.seed, label: "classes to forget", index: index)
    var sequence = labels
    generator.shuffle(&sequence)
    let most = max(1, min(labels.count, shape.classes / 2))
    let stops = Set([1, 2, 3, 5, 10, 20, 50].filter { $0 < most } + [most])
    let name = "order \(index + 1)"
    var (successive, together, union) = (model, model, PairSet())
    var figures: [ExperimentFigure] = []
    for count in 1...most {
      let label = sequence[count - 1]
      let ranking = try ranking(label, .frequency)
      let own = try cut(ranking, of: label, on: model, method: .activations).amount
      union = union.union(PairSet(ranking.prefix(own)))
      let next = try cut(ranking, of: label, on: successive, method: .activations).amount
      try Unlearning.mask(PairSet(ranking.prefix(next)), in: &successive)
      guard stops.contains(count) else { continue }
      together = model
      try Unlearning.mask(union, in: &together)
      let gone = Set(sequence.prefix(count))
      let before = try logits(test, of: model).accuracyByClass(labels: test.labels)
      figures += self.figures("before", name, before, without: gone, part: .test, at: Double(count))
      for (method, masked) in [("one after the other", successive), ("together", together)] {
        let after = try logits(test, of: masked).accuracyByClass(labels: test.labels)
        figures += self.figures(method, name, after, without: gone, part: .test, at: Double(count))
        figures.append(
          ExperimentFigure(method, name, "pairs", at: Double(count), Double(model.usableCount - masked.usableCount)))
      }
    }
    return figures
  }
}

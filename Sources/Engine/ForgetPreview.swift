import Bottleneck
import Store

/// How a class is forgotten step by step, before anything is masked.
public struct ForgetCurve: Sendable, Hashable {
  /// One amount and what is still recognised then, as shares; nil where there are no such examples.
  public struct Point: Sendable, Hashable {
    /// N_a or N_e.
    public var amount: Int
    /// Pairs that it masks.
    public var pairs: Int
    /// Of the class's examples.
    public var train: Double?
    /// The same of its validation examples.
    public var validation: Double?
    /// Of the examples that stay, training and validation together.
    public var retain: Double?
  }

  /// By growing amount.
  public var points: [Point]
}

extension Engine {
  /// Amounts that a curve shows, beside none and the chosen one.
  static let curveSteps = 20

  /// The curves of all classes of a request, each on the model that those before it left; nil where counts are subtracted.
  func curves(
    of masks: [ClassMask], by request: ForgetRequest, on parent: LoadedModel, in snapshot: Snapshot
  ) throws -> [ForgetCurve?] {
    guard parent.counts == nil, let method = request.method else { return masks.map { _ in nil } }
    var model = parent
    return try masks.map { mask in
      let curve =
        try mask.activePairs == 0
        ? nil
        : self.curve(
          of: mask, leaving: Set(masks.map(\.ordinal)), method: method, choice: request.choice, seed: request.seed, model: model,
          snapshot: snapshot)
      try Unlearning.mask(mask.pairs, in: &model.bottleneck)
      return curve
    }
  }

  /// What a class and the others lose at amounts from none to all, on the model as it is when the class's turn comes.
  ///
  /// Two passes over the keys of at most 512 + 1,024 examples, whatever the number of amounts (`ForgettingCurve`); test examples are
  /// not looked at.
  func curve(
    of mask: ClassMask, leaving: Set<Int>, method: ForgetMethod, choice: PairChoice, seed: UInt64, model: LoadedModel,
    snapshot: Snapshot
  ) throws -> ForgetCurve {
    let labels = try snapshot.labels(.train, of: model.dataset)
    let ranked = try ranking(
      mask.ordinal, codes: model.codes(.train), labels: labels, method: method, order: choice.order, seed: seed,
      shape: model.bottleneck.shape)
    let target = CutTarget(ordinal: mask.ordinal, name: "", snapshot: snapshot)
    let looked = try curveSamples(of: target, model)
    let own = try looked.map { part, sample in
      let trace = try ForgettingCurve.trace(
        source: sample, examples: Array(0..<sample.count), labels: [Int](repeating: mask.ordinal, count: sample.count),
        model: model.bottleneck, ranking: ranked.ranking, threads: threads)
      return (part, trace)
    }
    let retained = try retainCurve(ranked.ranking, without: leaving, of: model, snapshot: snapshot).curve
    func share(_ curve: ForgettingCurve?, _ cut: Int) -> Double? {
      curve.flatMap { $0.examples == 0 ? nil : Double($0.correct[cut]) / Double($0.examples) }
    }
    let steps = (0...Self.curveSteps).map { $0 * ranked.limit / Self.curveSteps } + [mask.amount]
    return ForgetCurve(
      points: Set(steps).sorted().map { amount in
        let cut = ranked.cut(amount)
        return ForgetCurve.Point(
          amount: amount, pairs: cut, train: share(own.first { $0.0 == .train }?.1, cut),
          validation: share(own.first { $0.0 == .validation }?.1, cut), retain: share(retained, cut))
      })
  }
}

import Bottleneck
import Store

/// A model after something was done to make it forget, as far as measures need it.
struct Unlearned {
  var method: String
  var train: LogitTable
  var test: LogitTable
  /// Classes that are no answers.
  var dropped: Set<Int> = []
  /// Operations on stored embeddings and codes; and images that would go through the encoder without them.
  var cost = ComputeCost()
  var images = 0
  /// Whether the images would go through projection and keys too.
  var isCoded = false
  /// Wall time of forgetting alone; nil where nothing was done.
  var seconds: Double?
  /// Steps until the class is back from a few examples; nil if it does not come back within the limit, or was not tried.
  var relearn: Int??
}

extension Study {
  /// Examples of the forget class that an attacker has, and how many steps they may take.
  private static let (attackExamples, relearnLimit) = (10, 100)

  /// Everything that the paper and its critics compare, on one class (Method §6).
  func baselines(_ label: Int, _ name: String, tunedOn best: Int) throws -> [ExperimentFigure] {
    let tuning = try tuning(on: best).settings
    let bottlenecks = try masked(label) + values(label, tuning)
    let linears = try linears(label, tuning)
    func reference(_ all: [Unlearned], _ name: String) -> Unlearned? { all.first { $0.method.hasSuffix(name) } }
    let neighbour = ClassMeans(train.embeddings, labels: train.labels, classes: shape.classes).nearest(to: label)
    var figures: [ExperimentFigure] = []
    for (all, reference) in [
      (bottlenecks, reference(bottlenecks, "retrained, same keys")), (linears, reference(linears, "retrained")),
    ] {
      for item in all { figures += try measures(item, label, name, neighbour, reference) }
    }
    // Relearning from features has nothing to do with what was trained.
    let few = Array(train.members(of: label).prefix(Self.attackExamples))
    let found = Attacks.prototypes(
      features: train.embeddings, labels: train.labels, classes: shape.classes, examples: few, label: label,
      test: (test.embeddings, test.labels), threads: threads)
    figures += [
      ExperimentFigure("embeddings", name, "prototype_forget", found.forget.value ?? 0),
      ExperimentFigure("embeddings", name, "prototype_retain", found.retain.value ?? 0),
    ]
    return figures
  }

  /// The bottleneck before, masked in several ways, and the controls.
  private func masked(_ label: Int) throws -> [Unlearned] {
    let members = train.members(of: label)
    func unlearned(_ method: String, passes: Int = 0, seconds: Double? = nil, _ model: Bottleneck, isBefore: Bool = false) throws
      -> Unlearned
    {
      let under = isBefore ? codes : try codes(train, under: model)
      let tested = try codes(test, under: model)
      let layer = try ValueLayer(model.values, shape: shape, threads: threads)
      var item = Unlearned(
        method: "DKVB: " + method, train: try layer.logits(under, threads: threads),
        test: try layer.logits(tested, threads: threads))
      (item.seconds, item.isCoded) = (seconds, true)
      // On stored codes choosing costs the passes of the rule; without them each forget example goes through encoder and keys once.
      item.cost = .coding(passes, shape: shape)
      item.images = seconds == nil ? 0 : members.count + passes
      if !isBefore { item.relearn = .some(try relearn(layer, under, tested, label)) }
      return item
    }
    var all = [try unlearned("before", model, isBefore: true)]
    for order in PairOrder.allCases {
      var (masked, passes, count) = (model, 0, 0)
      let seconds = try measured {
        let ranking = try ranking(label, order)
        let chosen = try cut(ranking, of: label, on: model, method: .activations)
        (passes, count) = (chosen.passes, chosen.amount)
        try Unlearning.mask(PairSet(ranking.prefix(chosen.amount)), in: &masked)
      }
      all.append(try unlearned("activations by \(order.rawValue)", passes: passes, seconds: seconds, masked))
      if order == .frequency {
        var control = model
        try Unlearning.mask(Unlearning.randomPairs(count, of: model, seed: request.seed), in: &control)
        all.append(try unlearned("as many random pairs", seconds: 0, control))
      }
    }
    var (masked, passes) = (model, 0)
    let seconds = try measured {
      let order = ExampleOrder(members, codes: codes, shape: shape, seed: request.seed)
      let chosen = try cut(order.ranking, of: label, on: model, amount: order.count(covering:), method: .examples)
      passes = chosen.passes
      try Unlearning.mask(PairSet(order.ranking.prefix(order.pairs(of: chosen.amount))), in: &masked)
    }
    all.append(try unlearned("examples", passes: passes, seconds: seconds, masked))
    var dropped = all[0]
    (dropped.method, dropped.dropped) = ("DKVB: logit dropped", [label])
    return all + [dropped]
  }

  /// Gradient baselines on the values, under the same keys, and retraining under both kinds of keys.
  private func values(_ label: Int, _ tuning: [String: BaselineSettings]) throws -> [Unlearned] {
    let tested = try codes(test, under: model)
    let validated = try codes(validation, under: model)
    let retain = train.others([label])
    func unlearned(_ method: String, _ layer: ValueLayer, _ train: CodeTable, _ test: CodeTable, images: Int, _ seconds: Double)
      throws -> Unlearned
    {
      var item = Unlearned(
        method: "DKVB: " + method, train: try layer.logits(train, threads: threads), test: try layer.logits(test, threads: threads))
      (item.images, item.seconds, item.isCoded) = (images, seconds, true)
      item.relearn = .some(try relearn(layer, train, test, label))
      return item
    }
    func retrained(_ codes: CodeTable, _ members: [Int]?) throws -> ValueLayer {
      var values = [Float](repeating: 0, count: shape.valueCount)
      let labels = members == nil ? retain.map { train.labels[$0] } : train.labels
      _ = try ValueTrainer.train(
        values: &values, shape: shape, codes: codes, labels: labels, members: members, settings: valueSettings, seed: request.seed,
        threads: threads)
      return try ValueLayer(values, shape: shape, threads: threads)
    }
    let passes = valueSettings.epochs * retain.count
    var layer: ValueLayer?
    var seconds = try measured { layer = try retrained(codes, retain) }
    var all: [Unlearned] = []
    if let layer { all.append(try unlearned("retrained, same keys", layer, codes, tested, images: passes, seconds)) }

    let kept = try EmbeddingMatrix(
      dimension: shape.inputDimension,
      values: retain.flatMap { train.embeddings.values[$0 * shape.inputDimension..<($0 + 1) * shape.inputDimension] })
    var fresh = model
    seconds = try measured {
      let learnt = try KeyLearner.learn(
        source: kept, shape: shape, settings: keySettings, seed: request.seed,
        projection: request.makeProjection(kept, shape: shape, threads: threads), threads: threads)
      (fresh.projection, fresh.keys) = (learnt.projection, learnt.keys)
      fresh.usable = try learnt.codes.usablePairs(shape)
      layer = try retrained(learnt.codes, nil)
    }
    if let layer {
      let freshTrain = try CodeAssigner.assign(source: train.embeddings, model: fresh, threads: threads)
      let freshTest = try CodeAssigner.assign(source: test.embeddings, model: fresh, threads: threads)
      var item = try unlearned(
        "retrained, keys too", layer, freshTrain, freshTest, images: passes + keySettings.epochs * retain.count, seconds)
      item.cost = .coding(keySettings.epochs * retain.count, shape: shape)
      all.append(item)
    }
    let original = try ValueLayer(model.values, shape: shape, threads: threads)
    for baseline in [Baseline.fineTune, .negGradPlus, .scrub, .scrubRewind] {
      let (settings, method) = settings(of: baseline, .values, tuning)
      var result: (layer: ValueLayer, passes: Trainer<ValueLayer>.Passes)?
      seconds = try measured {
        result = try run(
          baseline, settings, on: original, codes, label, validation: (validated, validation.labels, validation.members(of: label)))
      }
      if let result {
        all.append(
          try unlearned(method, result.layer, codes, tested, images: result.passes.forward + result.passes.teacher, seconds))
      }
    }
    return all
  }

  /// The same on a linear layer.
  private func linears(_ label: Int, _ tuning: [String: BaselineSettings]) throws -> [Unlearned] {
    let (original, training) = try linear.get()
    func unlearned(_ method: String, _ layer: LinearLayer) throws -> Unlearned {
      Unlearned(
        method: "linear: " + method, train: try layer.logits(train.embeddings, threads: threads),
        test: try layer.logits(test.embeddings, threads: threads))
    }
    var all = [try unlearned("before", original)]
    var dropped = all[0]
    (dropped.method, dropped.dropped) = ("linear: logit dropped", [label])
    all.append(dropped)
    for baseline in [Baseline.retrain, .fineTune, .negGradPlus, .scrub, .scrubRewind] {
      var (settings, method) = settings(of: baseline, .linear, tuning)
      if baseline == .retrain { (settings.epochs, settings.optimiser, method) = (Self.linearEpochs, training, "retrained") }
      var result: (layer: LinearLayer, passes: Trainer<LinearLayer>.Passes)?
      let seconds = try measured {
        result = try run(
          baseline, settings, on: original, train.embeddings, label,
          validation: (validation.embeddings, validation.labels, validation.members(of: label)))
      }
      guard let result else { continue }
      var item = try unlearned(method, result.layer)
      item.cost = .linear(result.passes, dimension: shape.inputDimension, classes: shape.classes)
      (item.images, item.seconds) = (result.passes.forward, seconds)
      item.relearn = .some(try relearn(result.layer, train.embeddings, test.embeddings, label))
      all.append(item)
    }
    return all
  }

  /// SCRUB+R is SCRUB gone back; retraining has fine-tuning's step.
  func settings(
    of baseline: Baseline, _ target: BaselineTarget, _ tuning: [String: BaselineSettings]
  ) -> (BaselineSettings, String) {
    let name =
      switch baseline {
      case .scrubRewind: Baseline.scrub.rawValue
      case .retrain: Baseline.fineTune.rawValue
      default: baseline.rawValue
      }
    let shown =
      switch baseline {
      case .retrain: "retrained"
      case .fineTune: "fine-tuned"
      case .negGradPlus: "NegGrad+"
      case .scrub: "SCRUB"
      case .scrubRewind: "SCRUB+R"
      }
    return (tuning["\(target.rawValue), \(name)"] ?? BaselineSettings(), shown)
  }

  /// Steps on ten forget examples, each of which undoes their errors at once, until half of the class's test examples are recognised again.
  private func relearn<Model: Layer>(
    _ layer: Model, _ inputs: Model.Inputs, _ tested: Model.Inputs, _ label: Int
  ) throws -> Int? {
    let few = Array(train.members(of: label).prefix(Self.attackExamples))
    let scale = Model.self == ValueLayer.self ? layer.stepScale * Float(few.count) : layer.stepScale
    return try Attacks.relearnSteps(
      layer, inputs: inputs, labels: train.labels, examples: few, measured: (tested, test.members(of: label)), label: label,
      target: 0.5, settings: OptimiserSettings(learningRate: scale), limit: Self.relearnLimit, seed: request.seed,
      threads: threads)
  }

  private func measured(_ body: () throws -> Void) rethrows -> Double {
    let taken = try ContinuousClock().measure(body)
    return Double(taken.components.seconds) + Double(taken.components.attoseconds) * 1e-18
  }

  /// All measures of one model.
  private func measures(
    _ item: Unlearned, _ label: Int, _ name: String, _ neighbour: Int?, _ reference: Unlearned?
  ) throws -> [ExperimentFigure] {
    let method = item.method
    func accuracies(_ item: Unlearned) -> [[Accuracy]] {
      [(item.train, train), (item.test, test)].map { $0.0.accuracyByClass(labels: $0.1.labels, dropping: item.dropped) }
    }
    let own = accuracies(item)
    var figures =
      self.figures(method, name, own[0], without: [label], part: .train)
      + self.figures(method, name, own[1], without: [label], part: .test)
    func add(_ metric: String, _ value: Double?) {
      if let value { figures.append(ExperimentFigure(method, name, metric, value)) }
    }
    func rows(_ table: LogitTable, _ rows: [Int]) throws -> LogitTable {
      try LogitTable(classes: shape.classes, values: rows.flatMap { table.values[$0 * shape.classes..<($0 + 1) * shape.classes] })
    }
    let forgetTrain = try rows(item.train, train.members(of: label))
    let outcome = Attacks.losses(
      train: forgetTrain, test: try rows(item.test, test.members(of: label)), label: label, seed: request.seed)
    add("loss_mia", outcome?.accuracy)
    if let neighbour {
      let others = try rows(item.test, test.members(of: neighbour))
      let outcome = Attacks.classNeighbour(train: forgetTrain, neighbourTest: others, label: label, seed: request.seed)
      add("neighbour_mia", outcome?.accuracy)
    }
    let features = (try item.train.features(), try item.test.features())
    let probe = try LinearProbe.accuracyByClass(
      train: (features.0, train.labels), test: (features.1, test.labels), classes: shape.classes, epochs: 3, seed: request.seed,
      threads: threads)
    add("probe_forget", probe[label].value)
    let few = Array(train.members(of: label).prefix(Self.attackExamples))
    let prototypes = Attacks.prototypes(
      features: features.0, labels: train.labels, classes: shape.classes, examples: few, label: label,
      test: (features.1, test.labels), threads: threads)
    add("prototype_forget", prototypes.forget.value)
    if let relearn = item.relearn { add("relearn_steps", Double(relearn ?? Self.relearnLimit + 1)) }
    if let reference, reference.method != item.method {
      func groups(_ all: [[Accuracy]]) -> [Accuracy] {
        all.flatMap { byClass in [byClass[label], .total(byClass.indices.filter { $0 != label }.map { byClass[$0] })] }
      }
      let gap = ReferenceGap(
        unlearned: groups(own), reference: groups(accuracies(reference)),
        answers: (item.test.predictions(dropping: item.dropped), reference.test.predictions()))
      add("reference_gap", gap.accuracy)
      add("reference_disagreement", gap.disagreement)
    }
    if item.seconds != nil {
      add("seconds", item.seconds)
      add("flops", Double(item.cost.total))
      let coding = item.isCoded ? ComputeCost.coding(item.images, shape: shape) : item.cost
      add("flops_with_encoder", Double((ComputeCost.encoding(item.images, by: .vitB32) + coding).total))
    }
    return figures
  }
}

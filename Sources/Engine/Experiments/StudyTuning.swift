import Bottleneck

/// What a baseline is run with, as chosen on validation examples.
struct TunedSettings: Codable {
  /// By model and baseline: `values, scrub`.
  var settings: [String: BaselineSettings]
}

/// The two models that baselines are run on (Method §6).
enum BaselineTarget: String, CaseIterable {
  case linear = "linear"
  case values = "DKVB"

  /// Steps tried, as multiples of the one by which an example undoes its error at once; every baseline gets the same three.
  ///
  /// Embeddings that are far from centred make most of a linear layer's length the mean, so larger steps are sound there.
  var steps: [Float] { self == .linear ? [0.1, 0.3, 1] : [0.03, 0.1, 0.3] }
}

extension Study {
  /// Passes in which the linear layer is trained, and retrained.
  static let linearEpochs = 20

  /// The layer, and what it was trained with.
  func trainedLinear() throws -> (layer: LinearLayer, settings: OptimiserSettings) {
    let candidates = try [0.3, 1, 3].map { (step: Float) in
      let layer = LinearLayer(for: train.embeddings, classes: shape.classes)
      let settings = OptimiserSettings(learningRate: step * layer.stepScale, momentum: 0.9)
      let trainer = try Trainer(
        layer, inputs: train.embeddings, labels: train.labels, settings: settings, seed: request.seed, threads: threads)
      let all = LossTerm(Array(train.labels.indices), batch: 256, Objective(crossEntropy: 1))
      for _ in 0..<Self.linearEpochs { try trainer.run([all]) }
      let table = try layer.logits(validation.embeddings, threads: threads)
      return (layer, settings, Accuracy.total(table.accuracyByClass(labels: validation.labels)).correct)
    }
    let best = candidates[candidates.indices.max { (candidates[$0].2, -$0) < (candidates[$1].2, -$1) } ?? 0]
    return (best.0, best.1)
  }

  /// Settings of every baseline on both models: of three steps, and for SCRUB the two sets of Method §6, those are taken under which most
  /// validation examples of the best-learnt class are not recognised and most others are: forget error plus retain accuracy.
  ///
  /// Values are trained without momentum and weight decay, as they were at first: a decay scaled like their step would undo them.
  func tuning(on label: Int) throws -> TunedSettings {
    try kept("tuning") {
      var chosen: [String: BaselineSettings] = [:]
      for target in BaselineTarget.allCases {
        for baseline in [Baseline.fineTune, .negGradPlus, .scrub] {
          var sets = [BaselineSettings()]
          if baseline == .scrub { sets.append(.strongerPull) }
          var best: (score: Double, settings: BaselineSettings)?
          for set in sets {
            for step in target.steps {
              let settings = try applied(set, step: step, to: target)
              // A step under which training diverges is no candidate.
              guard let score = try? score(baseline, settings, on: label, target) else { continue }
              if score > best?.score ?? -1 { best = (score, settings) }
            }
          }
          chosen["\(target.rawValue), \(baseline.rawValue)"] =
            try best?.settings ?? applied(sets[0], step: target.steps[0], to: target)
        }
      }
      return TunedSettings(settings: chosen)
    }
  }

  /// A set of settings with a step that suits the model.
  func applied(_ set: BaselineSettings, step: Float, to target: BaselineTarget) throws -> BaselineSettings {
    var settings = set
    switch target {
    case .linear:
      settings.optimiser = OptimiserSettings(
        learningRate: step * (try linear.get().layer.stepScale), momentum: 0.9, weightDecay: 5e-4)
    case .values:
      settings.optimiser = OptimiserSettings(
        learningRate: step * Float(shape.codebooks * shape.topK * settings.batch))
      settings.labelSmoothing = valueSettings.labelSmoothing
    }
    return settings
  }

  private func score(_ baseline: Baseline, _ settings: BaselineSettings, on label: Int, _ target: BaselineTarget) throws -> Double {
    let table: LogitTable
    switch target {
    case .linear:
      table = try run(baseline, settings, on: linear.get().layer, train.embeddings, label).layer
        .logits(validation.embeddings, threads: threads)
    case .values:
      let layer = try ValueLayer(model.values, shape: shape, threads: threads)
      table = try run(baseline, settings, on: layer, codes, label).layer.logits(codes(validation, under: model), threads: threads)
    }
    let byClass = table.accuracyByClass(labels: validation.labels)
    let retain = Accuracy.total(byClass.indices.filter { $0 != label }.map { byClass[$0] })
    return 1 - (byClass[label].value ?? 0) + (retain.value ?? 0)
  }

  /// Runs a baseline that forgets a class.
  func run<Model: Layer>(
    _ baseline: Baseline, _ settings: BaselineSettings, on layer: Model, _ inputs: Model.Inputs, _ label: Int,
    validation: (inputs: Model.Inputs, labels: [Int], members: [Int])? = nil, each: (Int, Model) throws -> Void = { _, _ in }
  ) throws -> (layer: Model, passes: Trainer<Model>.Passes) {
    try baseline.run(
      on: layer, inputs: inputs, labels: train.labels, retain: train.others([label]), forget: train.members(of: label),
      validation: validation, settings: settings, seed: request.seed, threads: threads, each: each)
  }
}

/// Ways to make a trained classifier forget that masking is compared with (Method §6).
package enum Baseline: String, Hashable, Sendable, Codable, CaseIterable {
  /// From scratch on what stays: the reference for all others.
  case retrain
  /// Training goes on, on what stays.
  case fineTune = "fine-tune"
  /// α·CE on what stays − (1−α)·CE on what goes. Source: Kurmanji et al. (arXiv 2302.09880, section 4, "NegGrad+").
  case negGradPlus = "neggrad+"
  /// Away from the teacher on what goes, close to it on what stays. Source: the same, section 3.
  case scrub
  /// SCRUB, gone back to the epoch that forgot as much as never having learnt would. Source: the same, section 3.3.
  case scrubRewind = "scrub+r"
}

/// Settings of a baseline; the defaults are Method §6's first set.
package struct BaselineSettings: Hashable, Sendable, Codable {
  /// Passes over what stays.
  package var epochs = 3
  package var optimiser = OptimiserSettings(learningRate: 5e-4, momentum: 0.9, weightDecay: 5e-4)
  /// Examples a step of what stays, and of what goes.
  package var batch = 256
  package var forgetBatch = 512
  /// Weight of what stays in NegGrad+, 0 to 1.
  package var balance: Float = 0.95
  /// SCRUB: weight γ of the cross-entropy and α of the divergence on what stays, temperature T, and how many of the epochs begin
  /// with a pass over what goes.
  package var gamma: Float = 0.99
  package var alpha: Float = 0.001
  package var temperature: Float = 4
  package var maxEpochs = 2
  /// Of every cross-entropy.
  package var labelSmoothing: Float = 0

  package init() {}

  /// Method §6's second set: γ 1, α 0.5, 3 of 5 epochs.
  package static var strongerPull: Self {
    var settings = Self()
    (settings.gamma, settings.alpha, settings.maxEpochs, settings.epochs) = (1, 0.5, 3, 5)
    return settings
  }
}

extension Baseline {
  /// What is minimised in each epoch: passes that are made one after the other.
  /// - Parameters:
  ///   - retain: examples that stay.
  ///   - forget: examples that go.
  package func schedule(retain: [Int], forget: [Int], _ settings: BaselineSettings) -> [[[LossTerm]]] {
    func crossEntropy(_ weight: Float) -> Objective { Objective(crossEntropy: weight, labelSmoothing: settings.labelSmoothing) }
    let epoch: (Int) -> [[LossTerm]]
    switch self {
    case .retrain, .fineTune:
      epoch = { _ in [[LossTerm(retain, batch: settings.batch, crossEntropy(1))]] }
    case .negGradPlus:
      epoch = { _ in
        [
          [
            LossTerm(retain, batch: settings.batch, crossEntropy(settings.balance)),
            LossTerm(forget, batch: settings.batch, crossEntropy(settings.balance - 1)),
          ]
        ]
      }
    case .scrub, .scrubRewind:
      let away = Objective(divergence: -1, temperature: settings.temperature)
      var close = crossEntropy(settings.gamma)
      (close.divergence, close.temperature) = (settings.alpha, settings.temperature)
      epoch = { index in
        (index < settings.maxEpochs ? [[LossTerm(forget, batch: settings.forgetBatch, away)]] : [])
          + [[LossTerm(retain, batch: settings.batch, close)]]
      }
    }
    return (0..<settings.epochs).map(epoch)
  }

  /// Runs the baseline and returns the layer that comes of it; `original` stays as it is.
  ///
  /// SCRUB+R runs SCRUB and picks the epoch after which the error on what goes is closest to the final error on validation examples of
  /// the same classes.
  /// - Parameters:
  ///   - original: the trained layer: start and teacher; only its shape counts for `retrain`, which begins with zeros.
  ///   - validation: examples of the classes that go which nothing was trained on; only SCRUB+R needs them.
  ///   - each: called after each epoch with what there is then.
  package func run<Model: Layer>(
    on original: Model, inputs: Model.Inputs, labels: [Int], retain: [Int], forget: [Int],
    validation: (inputs: Model.Inputs, labels: [Int], members: [Int])? = nil, settings: BaselineSettings, seed: UInt64,
    threads: Int = 1, each: (Int, Model) throws -> Void = { _, _ in }
  ) throws -> (layer: Model, passes: Trainer<Model>.Passes) {
    let layer = original.copy()
    if self == .retrain { layer.withParameters { $0.update(repeating: 0) } }
    let trainer = try Trainer(
      layer, inputs: inputs, labels: labels, teacher: original, settings: settings.optimiser, seed: seed, threads: threads)
    var kept: [(layer: Model, error: Double)] = []
    func error(_ layer: Model, _ inputs: Model.Inputs, _ labels: [Int], _ members: [Int]) throws -> Double {
      let predictions = try layer.logits(inputs, members: members, threads: threads).predictions()
      return Double(zip(predictions, members).count { $0 != labels[$1] }) / Double(max(members.count, 1))
    }
    for (index, phases) in schedule(retain: retain, forget: forget, settings).enumerated() {
      for terms in phases { try trainer.run(terms) }
      try each(index, layer)
      if self == .scrubRewind { kept.append((layer.copy(), try error(layer, inputs, labels, forget))) }
    }
    guard self == .scrubRewind else { return (layer, trainer.passes) }
    guard let validation, !validation.members.isEmpty else {
      throw BottleneckError.tooFewExamples(found: 0, needed: 1, purpose: "the reference of SCRUB+R on validation data")
    }
    let reference = try error(layer, validation.inputs, validation.labels, validation.members)
    let best = kept.indices.min { (abs(kept[$0].error - reference), $0) < (abs(kept[$1].error - reference), $1) }
    return (best.map { kept[$0].layer } ?? layer, trainer.passes)
  }
}

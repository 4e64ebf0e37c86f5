import Testing

@testable import Bottleneck

@Suite("Baselines against plain references")
struct BaselineTests {
  private static let seed: UInt64 = 21

  private struct Bench {
    let embeddings: EmbeddingMatrix
    let labels: [Int]
    let plain: PlainLinear
    let retain: [Int]
    let forget: [Int]

    /// - Parameter classes: 17 needs two panels.
    init(classes: Int = 4, count: Int = 70) throws {
      let sample = try Samples.classes(count: count, dimension: 19, classes: classes, seed: 3)
      embeddings = try EmbeddingMatrix(dimension: 19, values: sample.source.values.map { $0 / 4 })
      labels = sample.labels
      plain = PlainLinear(embeddings, labels, classes: classes)
      retain = labels.indices.filter { [labels] in labels[$0] != 1 }
      forget = labels.indices.filter { [labels] in labels[$0] == 1 }
    }

    var layer: LinearLayer { LinearLayer(dimension: 19, classes: plain.classes) }

    /// A layer and its plain twin after some epochs on everything.
    func trained() throws -> (LinearLayer, PlainLinear) {
      let settings = OptimiserSettings(learningRate: 0.2, momentum: 0.5)
      let (layer, all) = (layer, Array(labels.indices))
      let trainer = try Trainer(layer, inputs: embeddings, labels: labels, settings: settings, seed: seed)
      var plain = plain
      for phase in 0..<2 {
        try trainer.run([LossTerm(all, batch: 16, Objective(crossEntropy: 1))])
        for batch in PlainLinear.batches(all, 16, phase: phase, seed: seed) {
          plain.step(settings, [(batch, plain.crossEntropy(1))])
        }
      }
      // A run of its own begins without velocity.
      plain.velocity = plain.velocity.map { $0.map { _ in 0 } }
      return (layer, plain)
    }
  }

  private func expectEqual(_ layer: LinearLayer, _ plain: PlainLinear, _ what: Comment? = nil) {
    var largest = 0.0
    for v in 0..<plain.classes {
      for d in 0..<19 { largest = max(largest, abs(Double(layer[d, v]) - plain.weights[d][v])) }
      largest = max(largest, abs(Double(layer[bias: v]) - plain.weights[19][v]))
    }
    #expect(largest < 2e-5, what)
    #expect(plain.weights.contains { $0.contains { abs($0) > 0.01 } })
  }

  @Test(arguments: [
    OptimiserSettings(learningRate: 0.3), OptimiserSettings(learningRate: 0.1, momentum: 0.9, weightDecay: 0.01),
    OptimiserSettings(learningRate: 0.5, momentum: 0.3, clip: 0.2),
  ])
  func stepsAreThoseOfPlainLines(_ settings: OptimiserSettings) throws {
    for classes in [4, 17] {
      let bench = try Bench(classes: classes)
      let (layer, all) = (bench.layer, Array(bench.labels.indices))
      let trainer = try Trainer(layer, inputs: bench.embeddings, labels: bench.labels, settings: settings, seed: Self.seed)
      var plain = bench.plain
      for phase in 0..<3 {
        try trainer.run([LossTerm(all, batch: 16, Objective(crossEntropy: 1, labelSmoothing: 0.1))])
        for batch in PlainLinear.batches(all, 16, phase: phase, seed: Self.seed) {
          plain.step(settings, [(batch, plain.crossEntropy(1, smoothing: 0.1))])
        }
      }
      expectEqual(layer, plain, "\(classes) classes, \(settings)")
      #expect(trainer.steps == 15 && trainer.passes.forward == 210 && trainer.passes.teacher == 0)
    }
  }

  @Test func negGradPlusTakesBothInOneStep() throws {
    let bench = try Bench()
    var (layer, plain) = try bench.trained()
    var settings = BaselineSettings()
    (settings.epochs, settings.batch, settings.balance) = (2, 16, 0.8)
    settings.optimiser = OptimiserSettings(learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4)
    layer = try Baseline.negGradPlus.run(
      on: layer, inputs: bench.embeddings, labels: bench.labels, retain: bench.retain, forget: bench.forget, settings: settings,
      seed: Self.seed
    ).layer
    for epoch in 0..<2 {
      let forget = PlainLinear.batches(bench.forget, 16, phase: epoch, term: 1, seed: Self.seed)
      for (i, batch) in PlainLinear.batches(bench.retain, 16, phase: epoch, seed: Self.seed).enumerated() {
        plain.step(
          settings.optimiser, [(batch, plain.crossEntropy(0.8)), (forget[i % forget.count], plain.crossEntropy(-0.2))])
      }
    }
    expectEqual(layer, plain)
  }

  @Test func scrubGoesAwayFirstAndThenClose() throws {
    let bench = try Bench()
    let (original, teacher) = try bench.trained()
    var settings = BaselineSettings.strongerPull
    (settings.epochs, settings.maxEpochs, settings.batch, settings.forgetBatch) = (3, 2, 16, 8)
    settings.optimiser = OptimiserSettings(learningRate: 0.05, momentum: 0.9, weightDecay: 5e-4)
    var plain = teacher
    var phase = 0
    var errors: [Int] = []
    for epoch in 0..<3 {
      if epoch < 2 {
        for batch in PlainLinear.batches(bench.forget, 8, phase: phase, seed: Self.seed) {
          plain.step(settings.optimiser, [(batch, plain.divergence(-1, from: teacher, 4))])
        }
        phase += 1
      }
      for batch in PlainLinear.batches(bench.retain, 16, phase: phase, seed: Self.seed) {
        let (entropy, divergence) = (plain.crossEntropy(1), plain.divergence(0.5, from: teacher, 4))
        plain.step(settings.optimiser, [(batch, { i, z in zip(entropy(i, z), divergence(i, z)).map { $0 + $1 } })])
      }
      phase += 1
      errors.append(
        bench.forget.count { example in
          let z = plain.logits(example)
          return z.indices.max { z[$0] < z[$1] } != 1
        })
    }
    func run(_ baseline: Baseline, _ epochs: Int? = nil) throws -> LinearLayer {
      var settings = settings
      settings.epochs = epochs ?? settings.epochs
      return try baseline.run(
        on: original, inputs: bench.embeddings, labels: bench.labels, retain: bench.retain, forget: bench.forget,
        validation: (bench.embeddings, bench.labels, Array(bench.forget.prefix(9))), settings: settings, seed: Self.seed
      ).layer
    }
    expectEqual(try run(.scrub), plain)
    expectEqual(original, teacher, "the teacher stays")

    // SCRUB+R: the epoch whose error is closest to the last one's on other examples.
    let last = try run(.scrub).logits(bench.embeddings, members: Array(bench.forget.prefix(9)))
    let reference = Double(last.predictions().count { $0 != 1 }) / 9
    let shares = errors.map { Double($0) / Double(bench.forget.count) }
    let best = try #require(shares.indices.min { (abs(shares[$0] - reference), $0) < (abs(shares[$1] - reference), $1) })
    let rewound = try run(.scrubRewind)
    #expect(Set(errors).count > 1, "\(errors), \(reference)")
    #expect(try rewound.parameters == run(.scrub, best + 1).parameters)
    #expect(throws: BottleneckError.self) {
      try Baseline.scrubRewind.run(
        on: original, inputs: bench.embeddings, labels: bench.labels, retain: bench.retain, forget: bench.forget,
        settings: settings, seed: 1)
    }
  }

  @Test func retrainingForgetsWhatTheLayerKnew() throws {
    let bench = try Bench()
    let (original, _) = try bench.trained()
    var settings = BaselineSettings()
    settings.optimiser = OptimiserSettings(learningRate: 0.2)
    func run(_ layer: LinearLayer) throws -> [Float] {
      let layer = try Baseline.retrain.run(
        on: layer, inputs: bench.embeddings, labels: bench.labels, retain: bench.retain, forget: bench.forget, settings: settings,
        seed: 5
      ).layer
      #expect(try layer.logits(bench.embeddings, members: bench.forget).predictions().allSatisfy { $0 != 1 })
      return layer.parameters
    }
    #expect(try run(original) == run(bench.layer))
    let tuned = try Baseline.fineTune.run(
      on: original, inputs: bench.embeddings, labels: bench.labels, retain: bench.retain, forget: bench.forget, settings: settings,
      seed: 5)
    #expect(try tuned.layer.parameters != run(bench.layer))
  }

  /// The loss moves as its gradient says, for each weight and kind.
  @Test func gradientsAreThoseOfTheLoss() {
    let logits: [Float] = [0.3, -1.2, 2.0, 0.7, -0.4]
    let teacher: [Float] = [1.1, 0.2, -0.5, 0.4, 0.9]
    for objective in [
      Objective(crossEntropy: 1), Objective(crossEntropy: 0.7, labelSmoothing: 0.2), Objective(divergence: -1, temperature: 4),
      Objective(crossEntropy: -0.3, divergence: 0.6, temperature: 2.5, labelSmoothing: 0.1),
    ] {
      func loss(_ z: [Float]) -> (Double, [Float]) {
        var (z, scratch) = (z, [Float](repeating: 0, count: 15))
        let value = objective.gradient(&z, classes: 5, label: 2, teacher: teacher, scratch: &scratch)
        return (value, z)
      }
      let gradient = loss(logits).1
      #expect(abs(gradient.reduce(0, +)) < 1e-5)
      for v in 0..<5 {
        var (up, down) = (logits, logits)
        up[v] += 0.01
        down[v] -= 0.01
        let slope = (loss(up).0 - loss(down).0) / Double(up[v] - down[v])
        #expect(abs(slope - Double(gradient[v])) < 2e-3, "\(objective), \(v)")
      }
    }
  }

  @Test func gradientsOfParametersAreThoseOfTheLogits() throws {
    let shape = try Samples.shape(topK: 2)
    let trained = try Samples.trained(shape: shape, seed: 4)
    let layer = try ValueLayer(trained.model.values, shape: shape)
    let rows = [UInt32](0..<20)
    let direction = AlignedBuffer<Float>(20 * layer.stride)
    for i in 0..<20 {
      for v in 0..<4 { direction.pointer[i * layer.stride + v] = Samples.floats(80, seed: 8)[i * 4 + v] }
    }
    let gradient = AlignedBuffer<Float>(layer.withParameters(\.count))
    layer.addGradient(trained.codes, rows[...], direction.pointer, scale: 1, to: gradient.pointer, threads: 2)
    func value() -> Double {
      let out = AlignedBuffer<Float>(20 * layer.stride)
      layer.logits(trained.codes, rows[...], into: out.pointer, threads: 1)
      return (0..<20 * layer.stride).reduce(0) { $0 + Double(out.pointer[$1]) * Double(direction.pointer[$1]) }
    }
    let before = value()
    var checked = 0
    for place in 0..<gradient.count where gradient.pointer[place] != 0 && place % 7 == 0 {
      let old = layer.withParameters { $0[place] }
      layer.withParameters { $0[place] += 1 }
      #expect(abs(value() - before - Double(gradient.pointer[place])) < 1e-4)
      layer.withParameters { $0[place] = old }
      checked += 1
    }
    #expect(checked > 20)
  }

  @Test(arguments: [1, 2])
  func valuesAreTrainedAsTheirTrainerDoes(_ topK: Int) throws {
    let shape = try Samples.shape(topK: topK)
    let trained = try Samples.trained(shape: shape, seed: 11)
    let layer = try ValueLayer(trained.model.values, shape: shape)
    #expect(layer.values == trained.model.values)
    let logits = try Inference.logits(model: trained.model, codes: trained.codes)
    #expect(try layer.logits(trained.codes, threads: 2).values.map(\.bitPattern) == logits.map(\.bitPattern))

    // All examples in one batch: the order does not matter then, but for rounding.
    var settings = ValueTrainerSettings.fewEpochs(shape, epochs: 2, batch: 300)
    settings.clip = 1e9
    var values = trained.model.values
    _ = try ValueTrainer.train(
      values: &values, shape: shape, codes: trained.codes, labels: trained.labels, settings: settings, seed: 1)
    let trainer = try Trainer(
      layer, inputs: trained.codes, labels: trained.labels, settings: .init(learningRate: settings.learningRate), seed: 1)
    for _ in 0..<2 {
      try trainer.run([LossTerm(Array(0..<300), batch: 300, Objective(crossEntropy: 1, labelSmoothing: 0.1))])
    }
    let difference = zip(layer.values, values).map { abs($0 - $1) }.max() ?? .infinity
    #expect(difference < 1e-4 && values != trained.model.values)
  }

  @Test func bitsDoNotDependOnThreads() throws {
    let shape = try Samples.shape(codebooks: 33, classes: 18)
    let trained = try Samples.trained(shape: shape, seed: 12)
    let forget = trained.members(of: 3)
    let retain = trained.labels.indices.filter { trained.labels[$0] != 3 }
    var settings = BaselineSettings()
    settings.optimiser = OptimiserSettings(learningRate: 5, momentum: 0.9, weightDecay: 1e-3, clip: 0.05)
    for baseline in Baseline.allCases {
      let results = try [1, 3].map { threads in
        let values = try baseline.run(
          on: try ValueLayer(trained.model.values, shape: shape), inputs: trained.codes, labels: trained.labels, retain: retain,
          forget: forget, validation: (trained.codes, trained.labels, forget), settings: settings, seed: 2, threads: threads
        ).layer.values
        let linear = try baseline.run(
          on: LinearLayer(for: trained.source, classes: 18), inputs: trained.source, labels: trained.labels, retain: retain,
          forget: forget, validation: (trained.source, trained.labels, forget), settings: settings, seed: 2, threads: threads
        ).layer.parameters
        return values + linear
      }
      let isSame = results[0] == results[1]
      #expect(isSame, "\(baseline)")
    }
  }

  @Test func controls() throws {
    let table = try LogitTable(classes: 3, values: [1, 2, 0, 5, 1, 2, 0, 0, 0, 2, 2, 1])
    #expect(table.predictions() == [1, 0, Inference.none, 0])
    #expect(table.predictions(dropping: [1]) == [0, 0, Inference.none, 0])
    #expect(table.predictions(dropping: [0]) == [1, 2, Inference.none, 1])
    #expect(table.accuracyByClass(labels: [1, 0, 2, -1]).map(\.correct) == [1, 1, 0])
    #expect(table.accuracyByClass(labels: [1, 0, 2, -1]).map(\.count) == [1, 1, 1])
    let losses = table.losses(labels: [1, 0, 2, 2])
    #expect(abs(losses[2] - 1.0986122886681098) < 1e-6 && abs(losses[0] - 0.4076059644443803) < 1e-6)
    #expect(abs(table.ownLosses(dropping: 1)[0] - 0.3132616875182228) < 1e-6)

    let trained = try Samples.trained(shape: Samples.shape(keys: 60), seed: 3)
    let pairs = Unlearning.randomPairs(100, of: trained.model, seed: 1)
    #expect(pairs.count == 100 && pairs.pairs.allSatisfy { trained.model.usable[Int($0)] == 1 })
    #expect(pairs == Unlearning.randomPairs(100, of: trained.model, seed: 1))
    #expect(pairs != Unlearning.randomPairs(100, of: trained.model, seed: 2))
    #expect(Unlearning.randomPairs(.max, of: trained.model, seed: 2).count == trained.model.usableCount)
  }

  @Test func wrongInputIsNamed() throws {
    let bench = try Bench()
    let (layer, all) = (bench.layer, Array(bench.labels.indices))
    func run(_ terms: [LossTerm], labels: [Int]? = nil, rate: Float = 0.1) throws {
      let trainer = try Trainer(
        layer, inputs: bench.embeddings, labels: labels ?? bench.labels, settings: OptimiserSettings(learningRate: rate), seed: 1)
      try trainer.run(terms)
    }
    #expect(throws: BottleneckError.self) { try run([LossTerm(all, batch: 0, Objective(crossEntropy: 1))]) }
    #expect(throws: BottleneckError.self) { try run([LossTerm([], batch: 4, Objective(crossEntropy: 1))]) }
    #expect(throws: BottleneckError.self) { try run([LossTerm(all, batch: 4, Objective(divergence: 1))]) }
    #expect(throws: BottleneckError.self) { try run([LossTerm([70], batch: 4, Objective(crossEntropy: 1))]) }
    #expect(throws: BottleneckError.self) { try run([LossTerm(all, batch: 4, Objective(crossEntropy: 1))], rate: 0) }
    #expect(throws: BottleneckError.self) {
      try run([LossTerm(all, batch: 4, Objective(crossEntropy: 1))], labels: [Int](repeating: 4, count: 70))
    }
    #expect(throws: BottleneckError.sizeMismatch(what: "labels", expected: 70, found: 1)) {
      try run([LossTerm(all, batch: 4, Objective(crossEntropy: 1))], labels: [0])
    }
    #expect(throws: BottleneckError.nonFinite(what: "the trained parameters (a smaller learningRate helps)")) {
      try run([LossTerm(all, batch: 4, Objective(crossEntropy: -1))], rate: 1e38)
    }
    #expect(throws: BottleneckError.self) { try LinearLayer(dimension: 3, classes: 4).logits(bench.embeddings) }
  }
}

import Bottleneck
import Foundation
import Store
import Testing

@testable import Engine

/// Every experiment on a small data set: what it finds follows from the model, and it goes on where it was stopped.
@Suite struct ExperimentTests {
  private static func request(_ name: ExperimentName, _ folder: String) -> ExperimentRequest {
    var request = ExperimentRequest(name, dataset: "animals", output: folder)
    (request.codebooks, request.keys, request.keyDimension, request.keyEpochs, request.epochs) = (8, 10, 4, 2, 3)
    request.seed = 7
    return request
  }

  private static func bench(_ parts: [Part: Examples] = Workbench.examples(train: 160, validation: 60, test: 80)) throws
    -> Workbench
  {
    let bench = try Workbench()
    _ = try bench.engine.importDataset(bench.request("animals", parts))
    return bench
  }

  private func value(
    _ result: ExperimentResult, _ method: String, _ metric: String = "accuracy", _ role: Role? = nil, class name: String? = nil,
    part: Part? = nil, at: Double? = nil
  ) throws -> Double {
    try #require(
      result.figures.first {
        $0.method == method && $0.metric == metric && $0.role == role && $0.part == part && $0.at == at
          && (name == nil || $0.className == name)
      }, "\(method), \(metric)"
    ).value
  }

  @Test(arguments: [false, true]) func initialIsWhatTrainAndEvaluateSay(_ otherWays: Bool) throws {
    let bench = try Self.bench()
    var (request, training) = (Self.request(.initial, bench.folder.path("initial")), Workbench.training())
    if otherWays {
      (request.projection, request.components, request.normalization, request.keyMethod) = (.principal, 6, .power, .means)
      (training.projection, training.components, training.normalization, training.keyMethod) = (.principal, 6, .power, .means)
    }
    let result = try bench.engine.experiment(request)
    _ = try bench.engine.train(training)
    for part in Part.allCases {
      let measured = try bench.engine.evaluate("pets", part: part).measured
      #expect(try value(result, "DKVB, trained values", role: .all, part) == measured[0].record.value)
      #expect(try value(result, "linear layer", role: .all, part) > 0.5)
    }
    let byClass = try bench.engine.evaluate("pets", part: .test).measured.dropFirst().map(\.record.value)
    let best = try #require(byClass.indices.min { (byClass[$1], $0) < (byClass[$0], $1) })
    #expect(result.bestClass == Workbench.classes[best])
    for (index, name) in Workbench.classes.enumerated() {
      let found = try value(result, "DKVB, trained values", "accuracy", .forget, class: name, part: .test)
      #expect(found == byClass[index])
    }
    #expect(result.figures.filter { $0.metric == "largest_key_overlap" }.allSatisfy { (0...1).contains($0.value) })
  }

  private func value(_ result: ExperimentResult, _ method: String, role: Role, _ part: Part) throws -> Double {
    try value(result, method, "accuracy", role, part: part)
  }

  /// The sweeps meet `lethe forget` where both mask the same.
  @Test func sweepsAreWhatForgettingDoes() throws {
    let bench = try Self.bench()
    let activations = try bench.engine.experiment(Self.request(.activations, bench.folder.path("activations")))
    let examples = try bench.engine.experiment(Self.request(.examples, bench.folder.path("examples")))
    #expect(activations.classes.sorted() == Workbench.classes && activations.classes[0] == activations.bestClass)
    // Every figure once a class, or the spread over classes would be too small.
    for result in [activations, examples] {
      #expect(result.summaries().allSatisfy { $0.classes <= Workbench.classes.count })
    }
    _ = try bench.engine.train(Workbench.training())
    for name in ["bee", "dog"] {
      for order in PairOrder.allCases {
        var request = Workbench.forgetting([name])
        request.choice.order = order
        let preview = try bench.engine.previewForget(request)
        let method = "activations by \(order.rawValue), by the rule"
        #expect(try value(activations, method, "pairs", class: name) == Double(preview.maskedPairs))
        #expect(try value(activations, method, "active_pairs", class: name) == Double(preview.activePairs))
      }
      let preview = try bench.engine.previewForget(Workbench.forgetting([name], method: .examples, seed: 7))
      #expect(try value(examples, "examples, by the rule", "pairs", class: name) == Double(preview.maskedPairs))
      #expect(try value(examples, "examples, by the rule", "examples", class: name) == Double(preview.classes[0].amount))
    }
    let event = try bench.forget("bee")
    let recorded = try bench.store.read { snapshot in
      try snapshot.splits(event: event.id).filter { $0.part == .test }.map { split in
        try #require(snapshot.measurements(checkpoint: event.child).first { $0.split == split.id && $0.classID == nil }).value
      }
    }
    for (role, figure) in zip([Role.forget, .retain], recorded) {
      let found = try value(activations, "activations by frequency, by the rule", "accuracy", role, class: "bee", part: .test)
      #expect(found == figure)
    }
    // Both algorithms meet where everything is masked, and begin where nothing is.
    let all = Double(try bench.model("pets@1").codes(.train).count)
    #expect(all == 160)
    for role in [Role.forget, .retain] {
      let whole = try value(activations, "activations by frequency", "accuracy", role, class: "bee", part: .test, at: 1)
      #expect(try whole == value(activations, "activations by enrichment", "accuracy", role, class: "bee", part: .test, at: 1))
      let last = examples.figures.last { $0.className == "bee" && $0.role == role && $0.method == "examples" }
      #expect(last?.value == whole)
      #expect(
        try value(examples, "examples", "accuracy", role, class: "bee", part: .test, at: 0)
          == value(activations, "before", "accuracy", role, class: "bee", part: .test))
    }
    let summary = try #require(activations.summaries().first { $0.metric == "pairs" })
    #expect(summary.classes == 4 && summary.deviation != nil && summary.best != nil)
  }

  @Test func baselinesForgetAndCost() throws {
    let bench = try Self.bench()
    var request = Self.request(.baselines, bench.folder.path("baselines"))
    request.sample = 2
    let result = try bench.engine.experiment(request)
    #expect(result.classes.count == 2 && result.classes[0] == result.bestClass && result.ran == 2)
    let methods = Set(result.figures.map(\.method))
    for target in ["DKVB", "linear"] {
      for name in ["before", "logit dropped", "fine-tuned", "NegGrad+", "SCRUB", "SCRUB+R"] {
        #expect(methods.contains("\(target): \(name)"))
      }
    }
    let best = result.bestClass
    for method in ["DKVB: retrained, same keys", "DKVB: retrained, keys too", "linear: retrained", "DKVB: logit dropped"] {
      for part in [Part.train, .test] { #expect(try value(result, method, "accuracy", .forget, class: best, part: part) == 0) }
      #expect(try value(result, method, "accuracy", .retain, class: best, part: .test) > 0.6)
    }
    for method in ["DKVB: activations by frequency", "DKVB: activations by enrichment", "DKVB: examples"] {
      #expect(try value(result, method, "accuracy", .forget, class: best, part: .train) == 0)
      #expect(try (0...1).contains(value(result, method, "reference_gap", class: best)))
      #expect(try value(result, method, "relearn_steps", class: best) > 0)
    }
    #expect(try value(result, "DKVB: as many random pairs", "accuracy", .forget, class: best, part: .test) > 0.2)
    // Masking needs the passes of its rule and no more; SCRUB's are counted forward, for the teacher, and twice backward.
    let passes = try value(result, "DKVB: activations by frequency", "flops", class: best) / Double(8 * 4 * (12 + 10))
    #expect(passes == passes.rounded() && passes > 0)
    #expect(
      try value(result, "linear: fine-tuned", "flops", class: best) > 0 && value(result, "DKVB: SCRUB", "flops", class: best) == 0)
    for metric in ["loss_mia", "neighbour_mia", "probe_forget", "prototype_forget"] {
      #expect(result.figures.filter { $0.metric == metric }.allSatisfy { (0...1).contains($0.value) })
      #expect(result.figures.contains { $0.metric == metric && $0.method == "DKVB: activations by frequency" })
    }
  }

  @Test func furtherTrainingAndSeveralClasses() throws {
    let bench = try Self.bench()
    var request = Self.request(.retraining, bench.folder.path("retraining"))
    request.sample = 1
    let retraining = try bench.engine.experiment(request)
    for method in ["DKVB: masked by activations, then trained", "linear: SCRUB, then trained"] {
      let points = retraining.figures.filter { $0.method == method && $0.role == .retain }
      #expect(points.compactMap(\.at) == (0...10).map(Double.init))
    }
    #expect(try value(retraining, "DKVB: masked by activations, then trained", "accuracy", .forget, part: .test, at: 10) == 0)
    let several = try bench.engine.experiment(Self.request(.multiclass, bench.folder.path("multiclass")))
    #expect(several.ran == 3)
    for method in ["before", "one after the other", "together"] {
      #expect(Set(several.figures.filter { $0.method == method }.compactMap(\.at)) == [1, 2])
    }
    // One class is the same either way.
    for order in 1...3 {
      let name = "order \(order)"
      #expect(
        try value(several, "together", "pairs", class: name, at: 1)
          == value(several, "one after the other", "pairs", class: name, at: 1))
    }
  }

  @Test func whatIsFinishedIsKept() throws {
    let bench = try Self.bench()
    let request = Self.request(.activations, bench.folder.path("kept"))
    let whole = try bench.engine.experiment(request)
    #expect(whole.ran == 4 && whole.found == 0)
    let before = try tableCounts(bench.store)
    let again = try bench.engine.experiment(request)
    #expect(again.ran == 0 && again.found == 4 && again.figures == whole.figures && again.bestClass == whole.bestClass)
    // A cell that is gone or torn is run again, on another number of threads, with the same figures.
    try FileManager.default.removeItem(atPath: request.output + "/cells/class-2.json")
    try Data("[{\"method\"".utf8).write(to: URL(fileURLWithPath: request.output + "/cells/class-1.json"))
    let engine = Engine(store: bench.store, key: { throw EngineError.keyMissing(path: "none") }, actor: "", threads: 1)
    let mended = try engine.experiment(request)
    #expect(mended.ran == 2 && mended.found == 2 && mended.figures == whole.figures)
    #expect(try tableCounts(bench.store) == before)

    var other = request
    other.seed += 1
    #expect(throws: EngineError.self) { try bench.engine.experiment(other) }
    other = request
    other.name = .examples
    #expect(throws: EngineError.self) { try bench.engine.experiment(other) }
    other.output = bench.folder.path("")
    #expect(throws: EngineError.experimentFolder(path: other.output, reason: "it holds other files")) {
      try bench.engine.experiment(other)
    }
    other.output = bench.folder.path("animals-classes.txt")
    #expect(throws: EngineError.experimentFolder(path: other.output, reason: "it is not a folder")) {
      try bench.engine.experiment(other)
    }
    other.dataset = "plants"
    #expect(throws: StoreError.self) { try bench.engine.experiment(other) }
  }

  @Test func withoutValidationSomeTrainingExamplesTakeItsPlace() throws {
    let bench = try Self.bench(Workbench.examples(train: 160, validation: 0, test: 80))
    let result = try bench.engine.experiment(Self.request(.initial, bench.folder.path("initial")))
    let counts = result.figures.filter { $0.role == .all && $0.method == "linear layer" }.compactMap(\.n)
    #expect(counts == [128, 32, 80])
    let tested = try Self.bench(Workbench.examples(train: 40, validation: 20, test: 0))
    #expect(throws: EngineError.self) { try tested.engine.experiment(Self.request(.initial, tested.folder.path("x"))) }
  }
}

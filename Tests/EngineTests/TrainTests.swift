import Bottleneck
import Ledger
import Store
import Testing

@testable import Engine

@Suite struct TrainTests {
  /// The same training by hand, all in memory.
  private struct ByHand {
    var model: Bottleneck
    var codes: CodeTable

    init(_ examples: Examples, shape: BottleneckShape, keysFrom: Examples? = nil, seed: UInt64) throws {
      var settings = KeyLearnerSettings()
      settings.epochs = 2
      let learnt = try KeyLearner.learn(source: (keysFrom ?? examples).matrix(), shape: shape, settings: settings, seed: seed)
      model = try Bottleneck(shape: shape, projection: learnt.projection, keys: learnt.keys)
      codes = try CodeAssigner.assign(source: examples.matrix(), model: model)
      model.usable = try codes.usablePairs(shape)
      _ = try ValueTrainer.train(
        values: &model.values, shape: shape, codes: codes, labels: examples.labels, settings: .fewEpochs(shape, epochs: 3),
        seed: seed)
    }
  }

  private static func shape(topK: Int = 1) throws -> BottleneckShape {
    try BottleneckShape(inputDimension: Examples.dimension, codebooks: 8, keys: 10, keyDimension: 4, classes: 4, topK: topK)
  }

  @Test(arguments: [1, 3]) func whatIsStoredIsWhatWasTrained(topK: Int) throws {
    let parts = Workbench.examples()
    let stored = try Workbench.trained(parts, topK: topK).model("pets@1")
    let hand = try ByHand(#require(parts[.train]), shape: Self.shape(topK: topK), seed: 7)
    #expect(stored.bottleneck.projection == hand.model.projection)
    #expect(stored.bottleneck.keys == hand.model.keys)
    #expect(stored.bottleneck.values == hand.model.values)
    #expect(stored.bottleneck.usable == hand.model.usable)
    #expect(stored.bottleneck.values.contains { $0 != 0 })
    #expect(stored.codes[.train] == hand.codes)
    for part in [Part.validation, .test] {
      let ranked = try CodeAssigner.assign(source: #require(parts[part]).matrix(), model: hand.model, width: 8)
      #expect(stored.codes[part] == ranked, "\(part)")
    }
  }

  @Test func theSameInputGivesTheSameDigestWhateverTheThreads() throws {
    let digests = try [1, 2, 3].map { try Workbench.trained(threads: $0).checkpoint("pets@1").digest }
    #expect(Set(digests).count == 1)
    #expect(try Workbench.trained(seed: 8).checkpoint("pets@1").digest != digests[0])
    let other = Workbench.examples(seed: 2)
    #expect(try Workbench.trained(other).checkpoint("pets@1").digest != digests[0])
  }

  @Test func recordedFiguresAreThoseOfAPassThroughAllKeys() throws {
    let parts = Workbench.examples()
    let bench = try Workbench.trained(parts)
    let model = try bench.model("pets")
    let records = try bench.store.read { try $0.measurements(checkpoint: model.checkpoint.id) }
    #expect(Set(records.map(\.split)) == Set([Part.validation, .test].compactMap { model.dataset.split($0)?.id }))
    for part in [Part.validation, .test] {
      let split = try #require(model.dataset.split(part))
      let expected = try model.accuracies(on: #require(parts[part]))
      #expect(Accuracy.total(expected).value ?? 0 > 0.6, "a model that has learnt something")
      let figures = records.filter { $0.split == split.id }
      #expect(figures.count == 5)
      for item in model.dataset.classes {
        let figure = try #require(figures.first { $0.classID == item.id })
        let accuracy = expected[item.ordinal]
        #expect(figure.value == accuracy.value && figure.n == accuracy.count)
        #expect(figure.low == accuracy.interval.lowerBound && figure.high == accuracy.interval.upperBound)
      }
      #expect(figures.first { $0.classID == nil }?.value == Accuracy.total(expected).value)

      let evaluated = try bench.engine.evaluate("pets@1", part: part).measured
      #expect(evaluated.map(\.record.value) == figures.map(\.value) && evaluated.map(\.record.n) == figures.map(\.n))
      #expect(evaluated.map(\.record.classID) == figures.map(\.classID))
    }
    let train = try bench.engine.evaluate("pets", part: .train).measured
    #expect(try train.dropFirst().map(\.record.value) == model.accuracies(on: #require(parts[.train])).map { $0.value ?? -1 })
  }

  @Test func keysMayComeFromOtherData() throws {
    let (parts, others) = (Workbench.examples(), Workbench.examples(train: 90, seed: 5))
    let bench = try Workbench()
    _ = try bench.engine.importDataset(bench.request("animals", parts))
    let other = try bench.engine.importDataset(bench.request("others", others))
    var request = Workbench.training()
    request.keysFrom = "others"
    let checkpoint = try bench.engine.train(request)
    let hand = try ByHand(#require(parts[.train]), shape: Self.shape(), keysFrom: others[.train], seed: 7)
    let stored = try bench.model("pets@1")
    #expect(stored.bottleneck.keys == hand.model.keys && stored.bottleneck.values == hand.model.values)
    #expect(stored.bottleneck.usable == hand.model.usable && stored.codes[.train] == hand.codes)
    let digest = try #require(other.split(.train)).digest
    #expect(checkpoint.configuration.contains(digest.description))
    #expect(bench.findings() == [])
  }

  @Test func unknownNamesAndBadSizesAreRefused() throws {
    let bench = try Workbench()
    _ = try bench.engine.importDataset(bench.request("animals", Workbench.examples(train: 0)))
    let before = try tableCounts(bench.store)
    #expect(throws: StoreError.unknown(kind: "dataset", name: "plants", known: ["animals"])) {
      try bench.engine.train(Workbench.training(on: "plants"))
    }
    #expect(throws: StoreError.badName(kind: "model", name: "a b")) { try bench.engine.train(Workbench.training("a b")) }
    #expect(throws: EngineError.splitMissing(dataset: "animals", part: "train")) { try bench.engine.train(Workbench.training()) }
    _ = try bench.engine.importDataset(bench.request("more", Workbench.examples()))
    var request = Workbench.training(on: "more")
    request.topK = 11
    #expect(throws: BottleneckError.self) { try bench.engine.train(request) }
    request = Workbench.training(on: "more")
    request.keyEpochs = 0
    #expect(throws: BottleneckError.self) { try bench.engine.train(request) }
    #expect(try tableCounts(bench.store).filter { ["model", "checkpoint"].contains($0.key) && $0.value > 0 }.isEmpty)
    #expect(before["checkpoint"] == 0)
  }
}

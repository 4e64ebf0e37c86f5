import Bottleneck
import Foundation
import Ledger
import Store
import Testing

@testable import Engine

/// Training again after forgetting.
@Suite struct RetrainTests {
  /// Examples whose rows of one class are noise of a generator of its own.
  private static func noisy(_ examples: Examples, label: Int, seed: UInt64) -> Examples {
    var (result, generator) = (examples, SeededGenerator(seed: seed, label: "noise"))
    for row in examples.rows(of: label) {
      result[row] = ArraySlice((0..<Examples.dimension).map { _ in Float(generator.normal() * 20) })
    }
    return result
  }

  private func retrained(_ parts: [Part: Examples]) throws -> Workbench {
    let bench = try Workbench.trained(parts)
    try bench.forget("bee", amount: .count(5))
    _ = try bench.engine.train(Workbench.training(seed: 11))
    return bench
  }

  @Test func aForgottenClassInfluencesNothing() throws {
    var parts = Workbench.examples()
    let first = try retrained(parts)
    parts[.train] = Self.noisy(try #require(parts[.train]), label: 1, seed: 3)
    let second = try retrained(parts)
    #expect(try first.tensorDigests("pets@1") != second.tensorDigests("pets@1"), "the noise is seen by the first training")
    #expect(try first.tensorDigests("pets@3") == second.tensorDigests("pets@3"))
    #expect(try first.checkpoint("pets@3").digest != second.checkpoint("pets@3").digest, "trained on another split")
  }

  @Test func theCheckpointSaysWhatWasLeftOut() throws {
    let bench = try retrained(Workbench.examples())
    let checkpoint = try bench.checkpoint("pets")
    #expect(checkpoint.name == "pets@3" && checkpoint.kind == .retrained && checkpoint.configuration.contains(#""left_out":[1]"#))
    let applied = try bench.store.read { try $0.appliedEvents(checkpoint: checkpoint.id) }
    #expect(applied.map(\.how) == [.leftOut])
    let model = try bench.model("pets")
    let train = try #require(Workbench.examples()[.train])
    let codes = try model.codes(.train)
    for row in train.labels.indices {
      let selected = codes.codes[(row * 8)..<((row + 1) * 8)]
      #expect(selected.allSatisfy { ($0 == CodeTable.none) == (train.labels[row] == 1) })
    }
    let bee = try #require(Workbench.examples()[.test]).rows(of: 1).count
    let figure = try bench.engine.evaluate("pets", part: .test).measured.first { $0.role == .forget && $0.record.classID == nil }
    #expect(figure?.record.value == 0 && figure?.record.n == bee)
    #expect(bench.findings() == [])
  }

  /// Forgetting a class that nothing was learnt from has nothing to mask.
  @Test func aClassThatWasLeftOutCannotBeForgottenAgain() throws {
    let bench = try retrained(Workbench.examples())
    #expect(throws: EngineError.classWithoutExamples(name: "bee", dataset: "animals")) { try bench.forget("bee") }
    #expect(try bench.checkpoint("pets").name == "pets@3")
  }

  /// The forgotten class has another label in the other data set, and goes by its name.
  @Test func keysFromOtherDataDoNotLearnFromItEither() throws {
    func trained(_ others: Examples) throws -> Workbench {
      let bench = try Workbench.trained()
      var request = try bench.request("others", [.train: others])
      request.classes = try bench.folder.write(["bee", "cow", "dog", "elk"], to: "others.txt")
      _ = try bench.engine.importDataset(request)
      try bench.forget("bee", amount: .count(5))
      var training = Workbench.training()
      training.keysFrom = "others"
      _ = try bench.engine.train(training)
      return bench
    }
    let others = try #require(Workbench.examples(seed: 5)[.train])
    let (first, second) = (try trained(others), try trained(Self.noisy(others, label: 0, seed: 9)))
    #expect(try first.tensorDigests("pets@3") == second.tensorDigests("pets@3"))
    #expect(try first.tensorDigests("pets@3") != trained(Self.noisy(others, label: 1, seed: 9)).tensorDigests("pets@3"))
  }

  /// Another command forgets a class while a training that knows nothing of it computes.
  @Test func aTrainingThatWasOvertakenIsRefused() throws {
    let bench = try Workbench.trained()
    let done = Once()
    let slow = Engine(store: bench.store, key: { bench.key }, actor: "Ada", threads: 1) { _, _ in
      done.run { try bench.forget("bee") }
    }
    let error = EngineError.changedMeanwhile(model: "pets")
    #expect(throws: error) { try slow.train(Workbench.training()) }
    #expect(done.happened)
    #expect(try bench.checkpoint("pets").name == "pets@2")
    _ = try bench.engine.train(Workbench.training())
    #expect(try bench.checkpoint("pets").kind == .retrained)
    #expect(bench.findings() == [])
  }

  @Test func ofTwoFirstTrainingsTheSlowerIsRefused() throws {
    let bench = try Workbench()
    _ = try bench.engine.importDataset(bench.request("animals", Workbench.examples()))
    let done = Once()
    let slow = Engine(store: bench.store, key: { bench.key }, actor: "Ada", threads: 1) { _, _ in
      done.run { try bench.engine.train(Workbench.training(seed: 1)) }
    }
    #expect(throws: EngineError.changedMeanwhile(model: "pets")) { try slow.train(Workbench.training()) }
    #expect(try bench.store.read { try $0.checkpoints().map(\.seed) } == [1])
  }
}

import Bottleneck
import Ledger
import Store
import Testing

@testable import Engine

/// Models with counted values: forgetting is exact.
@Suite struct CountedTests {
  private static func training(seed: UInt64 = 7, keysFrom: String? = nil, topK: Int = 1) -> TrainRequest {
    var request = Workbench.training(seed: seed)
    (request.counted, request.keysFrom, request.topK) = (0.1, keysFrom, topK)
    return request
  }

  /// A store with `animals`, `others` that the keys are learnt from, and `pets@1`.
  private func bench(topK: Int = 1) throws -> Workbench {
    let bench = try Workbench()
    _ = try bench.engine.importDataset(bench.request("animals", Workbench.examples()))
    let others = [Part.train: Examples(80, part: .train, classes: 1, spread: 6, seed: 2)]
    _ = try bench.engine.importDataset(bench.request("others", others, classes: 1))
    _ = try bench.engine.train(Self.training(keysFrom: "others", topK: topK))
    return bench
  }

  private func forget(_ bench: Workbench, _ classes: String...) throws -> EventRecord {
    try bench.engine.forget(ForgetRequest(model: "pets", classes: classes, reason: "consent withdrawn"))
  }

  @Test(arguments: [1, 3]) func whatIsLeftIsByteForByteAModelThatNeverSawTheClass(_ topK: Int) throws {
    let bench = try bench(topK: topK)
    let event = try forget(bench, "bee", "dog")
    // The forgotten classes are left out of training; the keys come from elsewhere.
    _ = try bench.engine.train(Self.training(keysFrom: "others", topK: topK))
    #expect(try bench.tensorDigests("pets@2") == bench.tensorDigests("pets@3"))
    #expect(try bench.tensorDigests("pets@1") != bench.tensorDigests("pets@2"))
    #expect(event.method == "counting" && event.forwardPasses == 0)
    let train = try #require(Workbench.examples()[.train])
    #expect(event.classes.map(\.amount) == [train.rows(of: 1).count, train.rows(of: 3).count])
    // Nor is it ever recognised, and what is measured is what a pass through all keys gives.
    let test = try #require(Workbench.examples()[.test])
    let after = try bench.model("pets@2").accuracies(on: test)
    #expect(after[1].correct == 0 && after[3].correct == 0 && after[0].correct > 0)
    let evaluated = try bench.engine.evaluate("pets@2", part: .test).measured
    #expect(evaluated.first { $0.role == .all }?.record.value == Accuracy.total(after).value)
    #expect(bench.findings() == [])
  }

  @Test func forgettingCostsAFewBytesAndNoChain() throws {
    let bench = try bench()
    for name in ["ant", "bee", "cat"] { #expect(try forget(bench, name).storedBytes < 64) }
    try bench.store.read { snapshot in
      let base = try #require(snapshot.tensors(checkpoint: snapshot.checkpoint(named: "pets@1").id)["counts"])
      for number in 2...4 {
        let counts = try snapshot.tensors(checkpoint: snapshot.checkpoint(named: "pets@\(number)").id)["counts"]
        #expect(counts?.base == base.id)
      }
    }
    #expect(
      throws: EngineError.nothingToDo(
        message: "pets@4 has no counts of it; it is forgotten already")
    ) { try forget(bench, "cat") }
  }

  @Test func rollingBackForgetsAgain() throws {
    let bench = try bench()
    _ = try forget(bench, "bee")
    _ = try forget(bench, "cat")
    try bench.rollback(to: 1)
    #expect(try bench.tensorDigests("pets@4") == bench.tensorDigests("pets@3"))
    try bench.rollback(to: 1, reinstate: true)
    #expect(try bench.checkpoint("pets").name == "pets@1")
    #expect(bench.findings() == [])
  }

  @Test func actsGoOverToTheOtherKindOfValues() throws {
    let bench = try bench()
    _ = try bench.engine.train(Workbench.training())
    try bench.rollback(to: 1)
    _ = try forget(bench, "bee")
    // pets@2 has trained values: the goal of 0 is pursued by masking.
    let result = try bench.rollback(to: 2)
    let test = try #require(Workbench.examples()[.test])
    #expect(try bench.model(result.child.name).accuracies(on: test)[1].correct == 0)
    try bench.forget("cat")
    try bench.rollback(to: 1)
    let counted = try bench.model("pets").accuracies(on: test)
    #expect(counted[1].correct == 0 && counted[2].correct == 0 && counted[0].correct > 0)
    #expect(bench.findings() == [])
  }

  @Test func everythingCanBeComputedAgain() throws {
    let bench = try bench()
    _ = try forget(bench, "bee")
    try bench.rollback(to: 1)
    for name in ["pets@1", "pets@2", "pets@3"] {
      let again = try bench.engine.recompute(name)
      #expect(again.arrays >= 4 && again.figures > 0 && again.verification.findings == [] && again.verification.notChecked == [])
    }
  }

  @Test func methodsThatChoosePairsAreRefused() throws {
    let bench = try bench()
    #expect(throws: EngineError.methodMismatch(checkpoint: "pets@1", isCounted: true)) { try bench.forget("bee") }
    var request = ForgetRequest(model: "pets", classes: ["bee"], reason: "r")
    request.amount = .count(9)
    #expect(throws: EngineError.methodMismatch(checkpoint: "pets@1", isCounted: true)) { try bench.engine.forget(request) }
    let trained = try Workbench.trained()
    #expect(throws: EngineError.methodMismatch(checkpoint: "pets@1", isCounted: false)) {
      try trained.forget("bee", method: .counting)
    }
    var training = Self.training()
    training.counted = 0
    #expect(throws: EngineError.outOfRange(option: "--smoothing", value: "0.0", allowed: "0.000001 to 1000000")) {
      try bench.engine.train(training)
    }
  }

  @Test func anExportedCheckpointComesBackAsItIs() throws {
    let bench = try bench()
    _ = try forget(bench, "bee")
    let digests = try bench.tensorDigests("pets@2")
    let path = bench.folder.path("pets.safetensors")
    _ = try bench.engine.exportCheckpoint("pets@2", to: path)
    _ = try bench.engine.importCheckpoint(CheckpointImportRequest(model: "again", path: path, dataset: "animals"))
    #expect(try bench.tensorDigests("again") == digests)
    #expect(bench.findings() == [])
  }
}

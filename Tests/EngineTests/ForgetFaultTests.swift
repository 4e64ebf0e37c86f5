import Store
import Testing

@testable import Engine

/// What forgetting refuses, leaving the store as it was.
@Suite struct ForgetFaultTests {
  private func refused(_ bench: Workbench, as error: some Error & Equatable, _ request: ForgetRequest) throws {
    let before = try tableCounts(bench.store)
    #expect(throws: error) { try bench.engine.forget(request) }
    #expect(throws: error) { try bench.engine.previewForget(request) }
    #expect(try tableCounts(bench.store) == before)
    #expect(bench.findings() == [])
  }

  @Test func namesThatAreNotThere() throws {
    let bench = try Workbench.trained()
    let unknown = EngineError.unknownClass(name: "eel", dataset: "animals", known: Workbench.classes)
    try refused(bench, as: unknown, Workbench.forgetting(["bee", "eel"]))
    var request = Workbench.forgetting(["bee"])
    request.model = "wild"
    try refused(bench, as: StoreError.unknown(kind: "model", name: "wild", known: ["pets"]), request)
  }

  @Test func numbersOutOfRange() throws {
    let bench = try Workbench.trained()
    for goal in [-0.1, 1.1, .infinity] {
      let error = EngineError.outOfRange(option: "--until", value: "\(goal)", allowed: "0 to 1")
      try refused(bench, as: error, Workbench.forgetting(["bee"], amount: .until(goal)))
      try refused(bench, as: error, Workbench.forgetting(["bee"], amount: .until(goal), method: .examples))
    }
  }

  @Test(arguments: [ForgetAmount.until(0), .count(5)], [ForgetMethod.activations, .examples])
  func theSameTwice(_ amount: ForgetAmount, _ method: ForgetMethod) throws {
    let bench = try Workbench.trained()
    try bench.forget("bee", amount: amount, method: method)
    let before = try tableCounts(bench.store)
    #expect {
      try bench.forget("bee", amount: amount, method: method)
    } throws: {
      guard case .nothingToDo? = $0 as? EngineError else { return false }
      return true
    }
    #expect(try tableCounts(bench.store) == before)
  }

  @Test func nothingAtAll() throws {
    let bench = try Workbench.trained()
    for (amount, method) in [(0, ForgetMethod.activations), (-1, .activations), (0, .examples)] {
      #expect(throws: EngineError.self) { try bench.forget("bee", amount: .count(amount), method: method) }
    }
    #expect(throws: EngineError.self) { try bench.engine.forget(Workbench.forgetting([])) }
    #expect(try bench.checkpoint("pets").number == 1)
  }

  /// Untrained values tie, and ties go to the first class, which therefore is recognised until no codebook votes.
  @Test func aGoalThatCannotBeReached() throws {
    let bench = try Workbench()
    _ = try bench.engine.importDataset(bench.request("animals", Workbench.examples()))
    var request = Workbench.training()
    request.epochs = 0
    _ = try bench.engine.train(request)
    let before = try tableCounts(bench.store)
    #expect {
      try bench.forget("ant")
    } throws: {
      guard case .goalNotReached("ant", let reached, 0)? = $0 as? EngineError else { return false }
      return reached > 0 && reached <= 1
    }
    #expect(try tableCounts(bench.store) == before)
    // A goal that is reached already leaves nothing to mask.
    #expect(throws: EngineError.self) { try bench.forget("ant", amount: .until(1)) }
    #expect(throws: EngineError.self) { try bench.forget("bee") }
    try bench.forget("bee", amount: .count(3))
  }
}

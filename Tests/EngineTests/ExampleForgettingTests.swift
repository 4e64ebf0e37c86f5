import Bottleneck
import Foundation
import Ledger
import Store
import Testing

@testable import Engine

/// Single training examples are forgotten by the user's ids: exactly where values are counted.
@Suite struct ExampleForgettingTests {
  private static func training(counted: Bool = true, seed: UInt64 = 7) -> TrainRequest {
    var request = Workbench.training(seed: seed)
    if counted { (request.counted, request.keysFrom) = (0.1, "others") }
    return request
  }

  /// A store with `animals`, whose training rows are `photo 0` and so on, `others` for the keys, and `pets@1`.
  private func bench(counted: Bool = true) throws -> Workbench {
    let bench = try Workbench()
    var request = try bench.request("animals", Workbench.examples())
    let ids = try bench.folder.write((0..<120).map { "photo \($0)" }, to: "ids.txt")
    request.parts[0].files.ids = ids
    _ = try bench.engine.importDataset(request)
    let others = [Part.train: Examples(80, part: .train, classes: 1, spread: 6, seed: 2)]
    _ = try bench.engine.importDataset(bench.request("others", others, classes: 1))
    _ = try bench.engine.train(Self.training(counted: counted))
    return bench
  }

  @discardableResult
  private func forget(_ bench: Workbench, _ rows: [Int], edit: (inout ForgetRequest) -> Void = { _ in }) throws -> EventRecord {
    var request = ForgetRequest(model: "pets", classes: [], reason: "consent withdrawn")
    request.examples = rows.map { "photo \($0)" }
    edit(&request)
    return try bench.engine.forget(request)
  }

  /// Under keys that never saw them either; with every class hit, and one emptied example by example.
  @Test(arguments: [[5], [0, 1, 2, 3, 4, 5, 6, 7], Array(40..<100)])
  func countsAreByteForByteThoseOfAModelThatNeverSawThem(_ rows: [Int]) throws {
    let bench = try bench()
    let event = try forget(bench, rows)
    #expect(event.method == "counting" && event.classes.isEmpty && event.exampleCount == rows.count)
    _ = try bench.engine.train(Self.training())
    #expect(try bench.tensorDigests("pets@2") == bench.tensorDigests("pets@3"))
    #expect(try bench.tensorDigests("pets@1") != bench.tensorDigests("pets@2"))
    #expect(bench.findings() == [])
    for number in 1...3 {
      let again = try bench.engine.recompute("pets@\(number)").verification
      #expect(again.findings.isEmpty && again.notChecked.isEmpty, "pets@\(number): \(again)")
    }
  }

  @Test func aWholeClassOneByOneIsTheClass() throws {
    let bench = try bench()
    let train = try #require(Workbench.examples()[.train])
    try forget(bench, train.rows(of: 1))
    try bench.rollback(to: 1, reinstate: true)
    _ = try bench.engine.forget(ForgetRequest(model: "pets", classes: ["bee"], reason: "licence ended"))
    #expect(try bench.tensorDigests("pets@2") == bench.tensorDigests("pets@3"))
  }

  /// Examples, then their class, then others; and whatever the order was, going back gives the same state again.
  @Test func actsAddUpAndSurviveRollback() throws {
    let bench = try bench()
    let train = try #require(Workbench.examples()[.train])
    let (bees, cats) = (train.rows(of: 1), train.rows(of: 2))
    try forget(bench, Array(bees.prefix(3)))
    _ = try bench.engine.forget(ForgetRequest(model: "pets", classes: ["bee"], reason: "r"))
    try forget(bench, Array(cats.prefix(2)))
    try bench.rollback(to: 1)
    #expect(try bench.tensorDigests("pets@4") == bench.tensorDigests("pets@5"))
    try bench.rollback(to: 2)
    #expect(try bench.tensorDigests("pets@4") == bench.tensorDigests("pets@6"))
    #expect(bench.findings() == [])
    for name in ["pets@5", "pets@6"] { #expect(try bench.engine.recompute(name).verification.findings.isEmpty) }
    // Of a forgotten class there is nothing left to take, and nothing of an example that is gone.
    for rows in [[bees[4]], Array(bees.prefix(3)), [cats[0]]] {
      #expect(throws: EngineError.self) { try forget(bench, rows) }
    }
    // Only what is still known is taken.
    #expect(try forget(bench, [cats[0], cats[5], bees[0]]).exampleCount == 1)
  }

  @Test func ofTrainedValuesEveryPairOfTheExamplesIsMasked() throws {
    let bench = try bench(counted: false)
    let event = try forget(bench, [5, 9])
    let (before, after) = (try bench.model("pets@1"), try bench.model("pets@2"))
    let codes = try before.codes(.train)
    let shape = before.bottleneck.shape
    let pairs = Set(
      [5, 9].flatMap { row in (0..<shape.codebooks).map { $0 * shape.keys + Int(codes.codes[row * shape.codebooks + $0]) } })
    #expect(Set(after.masked(since: before)) == pairs && event.activePairs == pairs.count && event.maskedPairs == pairs.count)
    #expect(event.method == "examples" && event.parameters == #"{"examples":2}"#)
    for pair in pairs {
      #expect(after.bottleneck.values[pair * shape.classes..<(pair + 1) * shape.classes].allSatisfy { $0 == 0 })
    }
    // What the two are taken for, before and after, is on record.
    try bench.store.read { snapshot in
      let forgotten = try #require(snapshot.splits(event: event.id).first { $0.part == .train && $0.role == .forget })
      #expect(forgotten.count == 2)
      for checkpoint in [event.parent, event.child] {
        #expect(try snapshot.measurements(checkpoint: checkpoint).first { $0.split == forgotten.id }?.n == 2)
      }
    }
    #expect(try bench.engine.recompute("pets@2").verification.findings.isEmpty)
    try bench.rollback(to: 1)
    #expect(try bench.tensorDigests("pets@2") == bench.tensorDigests("pets@3"))
    #expect(bench.findings() == [])
  }

  @Test func whatIsForgottenCanBeErasedAndDoesNotLeave() throws {
    let bench = try bench()
    let erase = EraseRequest(model: "pets", .examples(["photo 5"]))
    #expect(try bench.engine.previewErase(erase).kept.map(\.what) == ["pets@1"])
    try forget(bench, [5])
    let parent = try bench.checkpoint("pets@1")
    #expect(try bench.store.read { try $0.forgottenSince(parent) } == ["1 examples of event 1"])
    let result = try bench.engine.erase(erase)
    #expect(result.isComplete && result.plan.checkpoints.map(\.name) == ["pets@1"])
    #expect(try bench.store.read { try $0.forgottenSince(bench.checkpoint("pets@2")) } == [])
    #expect(bench.findings() == [])
    #expect(bench.store.verify().notChecked.allSatisfy { !$0.subject.contains("members of event 1, train forget") })
    #expect(throws: StoreError.self) { try bench.rollback(to: 1) }
    // The next training does without.
    _ = try bench.engine.train(Self.training())
    #expect(try bench.tensorDigests("pets@2") == bench.tensorDigests("pets@3"))
  }

  /// The same person's example in another data set is the same example: it is left out there too.
  @Test func idsCountInOtherDataSets() throws {
    let bench = try bench()
    let parts = [
      Part.train: Examples(60, part: .train, classes: 4, seed: 9), .test: Examples(20, part: .test, classes: 4, seed: 9),
    ]
    var request = try bench.request("newer", parts)
    request.parts[0].files.ids = try bench.folder.write((0..<60).map { "photo \($0 + 50)" }, to: "newer-ids.txt")
    _ = try bench.engine.importDataset(request)
    try forget(bench, [55, 57])
    var training = Self.training()
    training.dataset = "newer"
    _ = try bench.engine.train(training)
    let codes = try bench.model("pets@3").codes(.train)
    let silent = (0..<60).filter { row in (0..<8).allSatisfy { codes.codes[row * 8 + $0] == CodeTable.none } }
    #expect(silent == [5, 7])
    #expect(try bench.engine.recompute("pets@3").verification.findings.isEmpty)
    #expect(bench.findings() == [])
  }

  @Test func whatCannotBeIsRefused() throws {
    let bench = try bench()
    #expect(throws: StoreError.self) { try forget(bench, [500]) }
    #expect(throws: EngineError.self) { try forget(bench, [5]) { $0.amount = .count(3) } }
    #expect(throws: EngineError.self) { try forget(bench, [5]) { $0.method = .examples } }
    #expect(throws: EngineError.self) { try forget(bench, [5]) { $0.method = .activations } }
    #expect(try bench.checkpoint("pets").name == "pets@1")
  }
}

import Bottleneck
import Store
import Testing

@testable import Engine

/// The rule for `--until`, against trying every cut.
@Suite struct UntilTests {
  /// For each example the smallest cut from which on it is never recognised: by masking every prefix and a pass through all keys.
  private static func lostFrom(_ examples: Examples, of label: Int, _ model: Bottleneck, _ ranking: [UInt32]) throws -> [Int?] {
    let rows = examples.rows(of: label)
    let source = try EmbeddingMatrix(dimension: Examples.dimension, values: rows.flatMap { examples[$0] })
    var lost = [Int?](repeating: 0, count: rows.count)
    for cut in 0...ranking.count {
      var masked = model
      try Unlearning.mask(Unlearning.viaActivations(ranking, pairs: cut), in: &masked)
      let codes = try CodeAssigner.assign(source: source, model: masked)
      for (row, prediction) in try Inference.predictions(model: masked, codes: codes).enumerated() where prediction == label {
        lost[row] = cut == ranking.count ? nil : cut + 1
      }
    }
    return lost
  }

  /// The smallest cut from which on at most `goal` of the examples are ever recognised.
  private static func smallestCut(_ lost: [Int?], goal: Double, upTo last: Int) -> Int? {
    (0...last).first { cut in Double(lost.count { ($0 ?? .max) > cut }) <= goal * Double(lost.count) }
  }

  private struct Case {
    var parts: [Part: Examples]
    var goal: Double
    var seed: UInt64
    var topK = 1
  }

  private func check(_ item: Case, method: ForgetMethod) throws {
    let bench = try Workbench.trained(item.parts, topK: item.topK, seed: item.seed)
    let parent = try bench.model("pets@1")
    let members = try #require(item.parts[.train]).rows(of: 1)
    let codes = try parent.codes(.train)
    let order = ExampleOrder(members, codes: codes, shape: parent.bottleneck.shape, seed: 5)
    let ranking =
      try method == .activations
      ? Unlearning.ranking(Unlearning.activationCounts(codes: codes, members: members, shape: parent.bottleneck.shape))
      : order.ranking
    let looked = [Part.train, .validation].compactMap { item.parts[$0] }
    let cuts = try looked.map { examples in
      try #require(
        Self.smallestCut(
          Self.lostFrom(examples, of: 1, parent.bottleneck, ranking), goal: item.goal, upTo: ranking.count))
    }
    let amounts = cuts.map { method == .activations ? $0 : order.count(covering: $0) }
    let widened = Int((method.margin * Double(amounts.last ?? 0)).rounded(.up))
    let expected = min(max(amounts.max() ?? 0, widened), method == .activations ? ranking.count : members.count)
    #expect(expected > 0)

    let event = try bench.forget("bee", amount: .until(item.goal), method: method, seed: 5)
    #expect(event.classes.map(\.amount) == [expected])
    #expect(event.forwardPasses == looked.reduce(0) { $0 + $1.rows(of: 1).count })
    let pairs =
      method == .activations
      ? PairSet(ranking.prefix(expected))
      : try Unlearning.viaExamples(codes: codes, examples: Array(order.examples.prefix(expected)), shape: parent.bottleneck.shape)
    let child = try bench.model("pets@2")
    #expect(child.masked(since: parent) == pairs.pairs.map(Int.init))
    for examples in looked {
      let accuracy = try child.accuracies(on: examples)[1]
      #expect(Double(accuracy.correct) <= item.goal * Double(accuracy.count))
    }
  }

  @Test(arguments: [0, 0.15, 0.5], [ForgetMethod.activations, .examples])
  func asFewAsReachTheGoal(_ goal: Double, _ method: ForgetMethod) throws {
    for seed in UInt64(1)...2 {
      try check(Case(parts: Workbench.examples(seed: seed), goal: goal, seed: seed, topK: seed == 2 ? 2 : 1), method: method)
    }
  }

  @Test(arguments: [ForgetMethod.activations, .examples])
  func withoutValidationTheTrainingCutIsWidened(_ method: ForgetMethod) throws {
    try check(Case(parts: Workbench.examples(validation: 0), goal: 0, seed: 1), method: method)
  }

  @Test func aDataSetOfOnePartIsMeasuredOnIt() throws {
    let parts = Workbench.examples(validation: 0, test: 0)
    try check(Case(parts: parts, goal: 0, seed: 3), method: .activations)
    let bench = try Workbench.trained(parts)
    let event = try bench.forget("bee")
    let figures = try bench.store.read { try $0.measurements(checkpoint: event.child).filter { $0.classID != nil } }
    let expected = try bench.model("pets@2").accuracies(on: #require(parts[.train]))
    #expect(figures.map(\.value) == expected.compactMap(\.value))
    #expect(try bench.engine.evaluate("pets@2", part: .train).measured.suffix(4).map(\.record.value) == figures.map(\.value))
    #expect(throws: EngineError.splitMissing(dataset: "animals", part: "test")) { try bench.engine.evaluate("pets", part: .test) }
  }

  /// Test examples may be anything: what is masked does not change.
  @Test func testExamplesAreNeverLookedAt() throws {
    let amounts = try [UInt64(1), 77].map { seed in
      var parts = Workbench.examples()
      parts[.test] = Workbench.examples(seed: seed)[.test]
      return try Workbench.trained(parts).forget("bee", "cat").classes.map(\.amount)
    }
    #expect(amounts[0] == amounts[1])
  }

  @Test func theOrderOfExamplesMakesPrefixesOfTheRanking() throws {
    let model = try Workbench.trained(topK: 2).model("pets@1")
    let (codes, shape) = (try model.codes(.train), model.bottleneck.shape)
    let members = try #require(Workbench.examples()[.train]).rows(of: 3)
    let order = ExampleOrder(members, codes: codes, shape: shape, seed: 9)
    #expect(order.examples.sorted() == members && order.examples != members)
    #expect(order.examples != ExampleOrder(members, codes: codes, shape: shape, seed: 10).examples)
    #expect(Set(order.ranking).count == order.ranking.count)
    var last = 0
    for count in 1...members.count {
      let pairs = try Unlearning.viaExamples(codes: codes, examples: Array(order.examples.prefix(count)), shape: shape)
      #expect(PairSet(order.ranking.prefix(pairs.count)) == pairs, "\(count) examples")
      for cut in (last + 1)..<(pairs.count + 1) { #expect(order.count(covering: cut) == count) }
      last = pairs.count
    }
    #expect(last == order.ranking.count && order.count(covering: 0) == 0)
  }
}

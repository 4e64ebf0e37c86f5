import Store
import Testing

@testable import Report

/// Differences between checkpoints, and what is said of classes and examples.
@Suite struct AnswerTests {
  private func difference(_ sample: SampleStore, _ from: String, _ to: String) throws -> CheckpointDiffAnswer {
    try sample.read { try CheckpointDiffAnswer(from: $0.checkpoint(named: from), to: $0.checkpoint(named: to), in: $0) }
  }

  @Test func aDifferenceCountsTheMaskedRows() throws {
    let sample = try SampleStore()
    let first = try sample.forget("bee", pairs: 9)
    let second = try sample.forget("cat", pairs: 7)
    for (from, to, masked) in [
      ("pets@1", "pets@2", first.maskedPairs), ("pets@2", "pets@3", second.maskedPairs),
      ("pets@1", "pets@3", first.maskedPairs + second.maskedPairs),
    ] {
      let answer = try difference(sample, from, to)
      #expect(answer.sameConfiguration && answer.tensors.map(\.name) == ["keys", "projection", "usable", "values"])
      for tensor in answer.tensors {
        let same = tensor.name == "projection"
        #expect(tensor.same == same && tensor.rowsTotal.value == (same ? 48 : 60), "\(tensor.name)")
        #expect(tensor.changedRows.value == (same ? 0 : masked) && tensor.zeroedRows.value == (same ? 0 : masked), "\(tensor.name)")
      }
    }
    // The other way round rows change, and none becomes zero.
    let back = try difference(sample, "pets@3", "pets@2")
    #expect(back.tensors.filter { $0.name == "values" }.map(\.changedRows.value) == [second.maskedPairs])
    #expect(back.tensors.allSatisfy { $0.zeroedRows.value == 0 })
    #expect(back.forgottenOnlyInFrom == ["cat"] && back.forgottenOnlyInTo == [])
    #expect(try difference(sample, "pets@1", "pets@3").forgottenOnlyInTo == ["bee", "cat"])
    #expect(try difference(sample, "pets@2", "pets@2").tensors.allSatisfy(\.same))
  }

  @Test func explainFollowsAClass() throws {
    let sample = try SampleStore()
    func bee() throws -> ExplainClassAnswer.ModelItem {
      let answer = try sample.read { try ExplainClassAnswer(className: "bee", dataset: $0.dataset(named: "animals"), in: $0) }
      return try #require(answer.models.first)
    }
    #expect(try bee().knows && bee().recoverableFrom.isEmpty && bee().event.value == nil)
    try sample.forget("bee")
    #expect(try !bee().knows && bee().recoverableFrom == ["pets@1"] && bee().forgottenIn.value == "pets@2")
    #expect(try bee().forgottenBy.value == "Ada" && bee().reason.value == "consent withdrawn" && !bee().erased)
    try sample.train(seed: 4)
    try sample.rollback(to: 1)
    #expect(try !bee().knows && bee().head == "pets@4" && bee().recoverableFrom == ["pets@1"])
    try sample.rollback(to: 1, reinstate: true)
    #expect(try bee().knows && bee().head == "pets@1")
  }

  @Test func explainFollowsAnExample() throws {
    let sample = try SampleStore()
    try sample.forget("bee")
    let labels = try sample.read { snapshot in
      let split = try #require(snapshot.dataset(named: "animals").split(.train))
      return try snapshot.load(snapshot.tensor(#require(split.labels)), as: UInt16.self)
    }
    for row in 0..<20 {
      let place = try #require(try sample.read { try ExplainExampleAnswer(example: "train \(row)", in: $0) }.places.first)
      #expect(place.row == row && place.part == "train" && place.class == SampleStore.classes[Int(labels[row])])
      #expect(place.knownBy == (labels[row] == 1 ? ["pets@1"] : ["pets@1", "pets@2"]))
      #expect(place.forgottenIn == (labels[row] == 1 ? ["pets@2"] : []))
    }
    let held = try #require(try sample.read { try ExplainExampleAnswer(example: "test 3", in: $0) }.places.first)
    #expect(held.part == "test" && held.knownBy.isEmpty && held.forgottenIn.isEmpty)
  }
}

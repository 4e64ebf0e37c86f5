import Bottleneck
import Ledger
import Store
import Testing

@testable import Engine

/// What made a checkpoint is repeated, and what was measured is measured again.
@Suite struct RecomputeTests {
  private func codes(_ result: Recomputation) -> [FindingCode] { result.verification.findings.map(\.code) }

  /// Every way in which a checkpoint of this engine is made, with goals and numbers, one and several classes, on the same and on other keys.
  @Test func everythingThatWasMadeHereComesOutAgain() throws {
    let bench = try Workbench.trained()
    try bench.forget("bee")
    try bench.forget("dog", "ant", amount: .count(5), method: .examples, seed: 4)
    try bench.rollback(to: 1)
    _ = try bench.engine.train(Workbench.training(seed: 8))
    try bench.rollback(to: 2, reinstate: true)
    try bench.forget("cat", method: .examples, seed: 9)
    _ = try bench.rollback(to: 5)
    let names = try bench.store.read { try $0.checkpoints().map(\.name) }
    #expect(names.count == 7)
    for name in names {
      for threads in [1, 3] {
        let engine = Engine(store: bench.store, key: { throw EngineError.keyMissing(path: "none") }, actor: "", threads: threads)
        let result = try engine.recompute(name)
        #expect(codes(result) == [] && result.verification.notChecked.isEmpty, "\(name): \(result.verification)")
        let measured = try bench.store.read { try $0.measurements(checkpoint: result.checkpoint.id).count }
        let isTraining = [.trained, .retrained].contains(result.checkpoint.kind)
        #expect(result.figures == measured && result.arrays == (isTraining ? 7 : 4), "\(name)")
      }
    }
    #expect(throws: StoreError.self) { try bench.engine.recompute("pets@9") }
  }

  /// Whoever holds the key can record what never was: the log is sound then, and only repeating shows it.
  @Test func aFigureThatWasMadeUpIsFound() throws {
    let bench = try Workbench.trained()
    try bench.forget("bee")
    let key = bench.key
    try bench.store.write(NewEntry(.import, actor: "Eve"), key: key) { transaction in
      let child = try transaction.checkpoint(named: "pets@2")
      var figure = try #require(try transaction.measurements(checkpoint: child.id).first { $0.classID == nil })
      figure.value = figure.value.nextUp
      try transaction.insertMeasurement(figure)
      (figure.value, figure.classID) = (1, 2)
      try transaction.insertMeasurement(figure)
    }
    #expect(bench.findings() == [])
    let result = try bench.engine.recompute("pets@2")
    #expect(codes(result) == [.figureDiffers, .figureDiffers] && result.arrays == 4)
    #expect(result.verification.findings[1].subject.contains("bee"))
    #expect(try codes(bench.engine.recompute("pets@1")) == [])
  }

  /// A child in which other pairs are masked than its event says, under a sound log.
  @Test func aChildThatWasMadeOtherwiseIsFound() throws {
    let bench = try Workbench.trained()
    let key = bench.key
    try bench.store.write(NewEntry(.forget, actor: "Eve"), key: key) { transaction in
      let parent = try LoadedModel(head: transaction.checkpoint(named: "pets@1"), in: transaction, of: bench.store)
      var model = parent
      let usable = model.bottleneck.usable.indices.filter { model.bottleneck.usable[$0] != 0 }
      _ = try Unlearning.mask(PairSet(usable.prefix(7).map { UInt32($0) }), in: &model.bottleneck)
      let child = try bench.engine.saveDerived(model, parent: parent, kind: .unlearned, in: transaction)
      let event = try transaction.insertEvent(
        .init(
          parent: parent.checkpoint, child: child.id, method: "activations", parameters: .object(["pairs": .integer(6)]), seed: 0,
          maskedPairs: 7, activePairs: 7, forwardPasses: 0, classes: [(parent.dataset.classes[1].id, 6, 7)]))
      try transaction.insertAppliedEvent(checkpoint: child.id, event: event, how: .masked)
      try transaction.moveHead(model: child.model, from: parent.checkpoint.id, to: child.id)
    }
    #expect(bench.findings() == [])
    let found = Set(try codes(bench.engine.recompute("pets@2")))
    #expect(found == [.arraysDiffer, .eventDiffers])
  }

  @Test func anImportedCheckpointIsMeasuredOnly() throws {
    let bench = try Workbench.trained()
    _ = try bench.engine.exportCheckpoint("pets@1", to: bench.folder.path("pets.safetensors"))
    _ = try bench.engine.importCheckpoint(
      CheckpointImportRequest(model: "others", path: bench.folder.path("pets.safetensors"), dataset: "animals"))
    let result = try bench.engine.recompute("others@1")
    #expect(codes(result) == [] && result.arrays == 0 && result.figures > 0)
    #expect(result.verification.notChecked.map(\.reason).contains { $0.contains("came in a file") })
  }
}

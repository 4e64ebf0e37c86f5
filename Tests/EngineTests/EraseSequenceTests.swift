import Bottleneck
import Ledger
import Testing

@testable import Engine
@testable import Store

/// Whatever is erased in whatever order: what is left in the file is reachable, held, or pending, and what went does not come back.
@Suite struct EraseSequenceTests {
  private static let classes = ["ant", "bee", "cat"]

  @Test(arguments: 0..<LongTests.scale(6, long: 100)) func everyByteIsAccountedFor(_ seed: Int) throws {
    let bench = try Workbench()
    let parts = Workbench.examples(train: 90, validation: 36, test: 36, classes: 4, seed: UInt64(seed))
    _ = try bench.engine.importDataset(bench.request("animals", parts))
    _ = try bench.engine.train(Workbench.training())
    var (generator, erased) = (SeededGenerator(seed: UInt64(seed), label: "erasing"), Set<String>())
    var holds = 0
    for _ in 0..<12 {
      let before = try tableCounts(bench.store)
      do {
        try step(bench, &generator, &erased, &holds)
      } catch let error where error is EngineError || (error as? StoreError)?.isDamage == false {
        #expect(try tableCounts(bench.store) == before, "\(error)")
      }
      try check(bench, erased)
    }
  }

  private func step(
    _ bench: Workbench, _ generator: inout SeededGenerator, _ erased: inout Set<String>, _ holds: inout Int
  ) throws {
    let name = Self.classes[generator.uniform(below: 3)]
    switch generator.uniform(below: 12) {
    case 0..<3: try bench.forget(name, seed: generator.next())
    case 3: _ = try bench.engine.train(Workbench.training(seed: generator.next() >> 1))
    case 4..<6: _ = try bench.rollback(to: 1 + generator.uniform(below: 4), reinstate: generator.uniform(below: 3) == 0)
    case 6:
      // A hold on a checkpoint, or the last one lifted.
      try bench.store.write(NewEntry(holds == 0 ? .hold : .lift, actor: "Ada"), key: bench.key) { transaction in
        if holds == 0 {
          let checkpoints = try transaction.checkpoints()
          let held = checkpoints[generator.uniform(below: checkpoints.count)]
          _ = try transaction.insert(.hold, [nil, held.id, nil, nil, "2030-01-01"])
        } else {
          _ = try transaction.insert(.holdLift, [try transaction.holdsInForce().last?.id])
        }
      }
      holds = 1 - holds
    default:
      var request = EraseRequest(model: "pets", .classes([name]))
      (request.keepHeld, request.vacuum) = (generator.uniform(below: 2) == 0, generator.uniform(below: 3) == 0)
      let result = try bench.engine.erase(request)
      if let outcome = result.outcome {
        guard case .certified = outcome else {
          Issue.record("\(outcome)")
          return
        }
      }
      if result.plan.kept.isEmpty { erased.insert(name) }
    }
  }

  private func check(_ bench: Workbench, _ erased: Set<String>) throws {
    #expect(bench.findings() == [])
    try bench.store.read { snapshot in
      let live = try LiveTensors.ids(in: snapshot)
      let stored = try snapshot.rows("SELECT tensor FROM tensor_chunk UNION SELECT tensor FROM derived_tensor")
      for row in stored { #expect(live.contains(try row.value("tensor"))) }
      for id in live { #expect(try !snapshot.tensor(id).isErased) }
      for name in erased {
        // A training after the erasure has not seen it; nothing before it is left.
        #expect(try snapshot.checkpoints(knowing: name).isEmpty, "\(name)")
      }
      for erasure in try snapshot.erasures() {
        #expect(erasure.certificate != nil)
        let scan = try FileScan(store: bench.folder.path("lethe.db"), needles: snapshot.needles(erasure: erasure.id))
        #expect(scan.hits.isEmpty)
      }
    }
  }
}

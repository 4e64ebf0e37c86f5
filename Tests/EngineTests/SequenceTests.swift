import Bottleneck
import Report
import Store
import Testing

@testable import Engine

/// Forgotten stays forgotten, whatever is done in whatever order.
@Suite struct SequenceTests {
  private static let classes = ["ant", "bee", "cat"]

  /// What must be true of a store after some commands, kept beside it.
  private struct Expected {
    /// Class of each act of forgetting, by its id, and whether it stands.
    var forgotten: [Int64: (name: String, inForce: Bool)] = [:]
    /// Acts that hold in each checkpoint, by its number.
    var applied: [Int: Set<Int64>] = [1: []]
    var head = 1
    /// Classes that must not be recognised at the head: masked there, or left out of the training that made it.
    var unrecognised: Set<String> = []

    var inForce: Set<Int64> { Set(forgotten.filter(\.value.inForce).keys) }
    var classesInForce: Set<String> { Set(forgotten.values.filter(\.inForce).map(\.name)) }
  }

  @Test(arguments: 0..<LongTests.scale(8, long: 200)) func forgottenStaysForgotten(_ seed: Int) throws {
    let bench = try Workbench()
    let parts = Workbench.examples(train: 90, validation: 36, test: 36, classes: 3, seed: UInt64(seed))
    _ = try bench.engine.importDataset(bench.request("animals", parts, classes: 3))
    _ = try bench.engine.train(Workbench.training())
    var (expected, generator) = (Expected(), SeededGenerator(seed: UInt64(seed), label: "commands"))
    for _ in 0..<10 {
      let before = try tableCounts(bench.store)
      do {
        try step(&expected, bench, &generator)
      } catch is EngineError {
        // Refused: already there, nothing to do, nothing learnt from the class.
        #expect(try tableCounts(bench.store) == before)
      }
      try check(expected, bench, parts)
    }
  }

  private func step(_ expected: inout Expected, _ bench: Workbench, _ generator: inout SeededGenerator) throws {
    let number = 1 + generator.uniform(below: expected.applied.count)
    switch generator.uniform(below: 10) {
    case 0..<4:
      let name = Self.classes[generator.uniform(below: 3)]
      // Two classes must be left to train.
      guard expected.classesInForce.union([name]).count < 3 else { return }
      let method = ForgetMethod.allCases[generator.uniform(below: 2)]
      let event = try bench.forget(name, method: method, seed: generator.next())
      expected.forgotten[event.id] = (name, true)
      expected.applied[expected.applied.count + 1] = (expected.applied[expected.head] ?? []).union([event.id])
      expected.head = expected.applied.count
      expected.unrecognised = try Self.masked(at: bench)
    case 4..<6:
      _ = try bench.engine.train(Workbench.training(seed: generator.next() >> 1))
      expected.applied[expected.applied.count + 1] = expected.inForce
      expected.head = expected.applied.count
      expected.unrecognised = expected.classesInForce
    case 6..<9:
      let result = try bench.rollback(to: number)
      let missing = expected.inForce.subtracting(expected.applied[number] ?? [])
      #expect(Set(result.reapplied.map(\.id)) == missing)
      if !missing.isEmpty { expected.applied[expected.applied.count + 1] = (expected.applied[number] ?? []).union(missing) }
      expected.head = missing.isEmpty ? number : expected.applied.count
      expected.unrecognised = missing.isEmpty ? [] : try Self.masked(at: bench)
    default:
      let result = try bench.rollback(to: number, reinstate: true)
      let missing = expected.inForce.subtracting(expected.applied[number] ?? [])
      #expect(Set(result.reinstated.map(\.id)) == missing)
      for event in missing { expected.forgotten[event]?.inForce = false }
      expected.head = number
      expected.unrecognised = []
    }
  }

  /// Classes that are forgotten by masking at the head.
  private static func masked(at bench: Workbench) throws -> Set<String> {
    let head = try bench.model("pets").checkpoint
    return try bench.store.read { snapshot in
      let applied = try snapshot.appliedEvents(checkpoint: head.id).filter { $0.how == .masked }
      return Set(try applied.flatMap { try snapshot.event($0.event).classes.map(\.name) })
    }
  }

  private func check(_ expected: Expected, _ bench: Workbench, _ parts: [Part: Examples]) throws {
    #expect(bench.findings() == [])
    let model = try bench.model("pets")
    #expect(model.checkpoint.number == expected.head)
    try bench.store.read { snapshot in
      for checkpoint in try snapshot.checkpoints() {
        let applied = try snapshot.appliedEvents(checkpoint: checkpoint.id).map(\.event)
        #expect(Set(applied) == expected.applied[checkpoint.number], "\(checkpoint.name)")
      }
      #expect(try Set(snapshot.events().filter(\.inForce).map(\.id)) == expected.inForce)
      #expect(expected.inForce.isSubset(of: expected.applied[expected.head] ?? []), "the head has all that is in force")
      for name in Self.classes { try checkAnswer(name, expected, model.dataset, snapshot) }
      try checkRows(model, bench, snapshot)
    }
    // By a pass through all keys, on the examples that the rule looks at.
    for part in [Part.train, .validation] {
      let accuracies = try model.accuracies(on: #require(parts[part]))
      for (label, name) in Self.classes.enumerated() where expected.unrecognised.contains(name) {
        #expect(accuracies[label].correct == 0, "\(name), \(part), \(model.checkpoint.name)")
      }
    }
  }

  /// `explain --class` says of every checkpoint what is true of it.
  private func checkAnswer(_ name: String, _ expected: Expected, _ dataset: DatasetRecord, _ snapshot: Snapshot) throws {
    let item = try #require(try ExplainClassAnswer(className: name, dataset: dataset, in: snapshot).models.first)
    let about = Set(expected.forgotten.filter { $0.value.name == name }.keys)
    let knowing = expected.applied.filter { $0.value.isDisjoint(with: about) }.keys.sorted().map { "pets@\($0)" }
    #expect(item.knows == knowing.contains("pets@\(expected.head)"))
    #expect(!(item.knows && expected.classesInForce.contains(name)))
    if !item.knows { #expect(item.recoverableFrom == knowing) }
  }

  /// Of every act that was chosen under the head's keys, the recorded pairs have neither key nor value there.
  private func checkRows(_ model: LoadedModel, _ bench: Workbench, _ snapshot: Snapshot) throws {
    let (shape, labels) = (model.bottleneck.shape, try snapshot.labels(.train, of: model.dataset))
    for applied in try snapshot.appliedEvents(checkpoint: model.checkpoint.id) where applied.how == .masked {
      let event = try snapshot.event(applied.event)
      guard try snapshot.checkpoint(event.parent).base == model.checkpoint.base else { continue }
      for item in event.classes {
        let mask = try bench.engine.chooseMask(
          item.ordinal, of: model, codes: model.codes(.train), labels: labels,
          method: #require(ForgetMethod(rawValue: event.method)), amount: .count(item.amount),
          seed: UInt64(bitPattern: event.seed), snapshot: snapshot)
        for pair in mask.pairs.pairs.map(Int.init) {
          let (width, classes) = (shape.keyDimension, shape.classes)
          #expect(model.bottleneck.usable[pair] == 0)
          #expect(model.bottleneck.keys[(pair * width)..<((pair + 1) * width)].allSatisfy { $0.bitPattern == 0 })
          #expect(model.bottleneck.values[(pair * classes)..<((pair + 1) * classes)].allSatisfy { $0.bitPattern == 0 })
        }
      }
    }
  }
}

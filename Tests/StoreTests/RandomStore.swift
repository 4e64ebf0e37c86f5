import Foundation
import Ledger
import Tensors

@testable import Store

/// A store with random models and acts of forgetting, for comparing answers: class names that several data sets share, blanked classes,
/// retraining on other data sets, single examples, events that were taken back, states that are measured again, a clock that runs backwards, and several figures for one split.
final class RandomStore {
  static let names = ["ant", "bee", "cat", "class 1", "dog"]

  let folder: Folder
  let store: Store
  private let key: SigningKey
  private var random: Seeded
  private var datasets: [Int64] = []
  private(set) var models: [String] = []

  init(seed: UInt64, steps: Int = 40) throws {
    folder = try Folder()
    random = Seeded(seed)
    (store, key) = try newStore(folder)
    for number in 0..<3 { try importDataset("set\(number)") }
    for number in 0..<3 { try train("m\(number)") }
    for _ in 0..<steps {
      switch Int.random(in: 0..<10, using: &random) {
      case 0: try importDataset("more\(datasets.count)")
      case 1, 2: try train("m\(Int.random(in: 0..<4, using: &random))")
      case 3...7: try forget()
      case 8: try rollback()
      default: try reinstate()
      }
    }
    // Blanking is the one change that the triggers let through.
    try SQLite.run("UPDATE class SET name = NULL, salt = NULL WHERE id % 7 = \(random.next() % 7)", on: folder.path())
    try SQLite.run("UPDATE sealed_field SET value = NULL, salt = NULL WHERE entry % 5 = 1", on: folder.path())
  }

  private func entry(_ action: NewEntry.Action) -> NewEntry {
    let reason = Bool.random(using: &random) ? "because \(random.next() % 9)" : nil
    let time = Date(timeIntervalSince1970: 1_790_000_000 + Double(Int.random(in: 0..<4_000_000, using: &random)))
    return NewEntry(action, actor: "Ada", reason: reason, approvedBy: random.next() % 3 == 0 ? "Grace" : nil, time: time)
  }

  private func importDataset(_ name: String) throws {
    let classes = Array(Self.names.shuffled(using: &random).prefix(Int.random(in: 2...4, using: &random)))
    datasets.append(
      try store.write(entry(.import), key: key) { transaction in
        let id = try transaction.insertDataset(name: name, encoder: nil, license: nil, dimension: 1, scale: 1, classes: classes)
        for part in [Part.train, .test] {
          let labels = try transaction.insertTensor((0..<9).map { UInt16($0 % classes.count) }, shape: [9])
          let rows = try transaction.insertTensor((0..<9).map { UInt8($0) }, shape: [9, 1])
          let split = try transaction.insertSplit(dataset: id, part: part, count: 9, embeddings: rows, labels: labels)
          for row in 0..<9 { try transaction.insertExample(split: split, ordinal: row, externalID: "\(part.rawValue) \(row)") }
        }
        transaction.facts["dataset"] = .string(name)
        return id
      })
  }

  private func train(_ model: String) throws {
    let dataset = datasets.randomElement(using: &random) ?? 0
    try store.write(entry(.train), key: key) { transaction in
      let head = try transaction.modelID(model).map { try transaction.head(model: $0) }
      if head == nil { models.append(model) }
      let child = try checkpoint(transaction, model, .trained, head, dataset)
      if let head { try apply(transaction.appliedEvents(checkpoint: head.id).map(\.event), to: child, .leftOut, transaction) }
      try move(transaction, from: head, to: child)
    }
  }

  private func forget() throws {
    let model = models.randomElement(using: &random) ?? ""
    try store.write(entry(.forget), key: key) { transaction in
      let head = try transaction.checkpoint(named: model)
      let dataset = try transaction.dataset(head.dataset)
      let child = try checkpoint(transaction, model, .unlearned, head, head.dataset)
      let classes = dataset.classes.shuffled(using: &random).prefix(Int.random(in: 0...2, using: &random))
      let event = try transaction.insertEvent(
        .init(
          parent: head, child: child.id, method: "examples", parameters: .object(["examples": .integer(3)]), seed: 1,
          maskedPairs: 2, activePairs: 3, forwardPasses: 0, classes: classes.map { ($0.id, 3, 3) },
          examples: classes.isEmpty ? (split: dataset.splits[0].id, rows: [1, 4]) : nil))
      try measure(head.id, dataset, transaction)
      try apply(transaction.appliedEvents(checkpoint: head.id).map(\.event) + [event], to: child, .masked, transaction)
      for split in dataset.splits { _ = try transaction.insertDerivedSplit(of: split, event: event, role: .forget, members: [0]) }
      try move(transaction, from: head, to: child)
    }
  }

  private func rollback() throws {
    let model = models.randomElement(using: &random) ?? ""
    try store.write(entry(.rollback), key: key) { transaction in
      let head = try transaction.checkpoint(named: model)
      let target = try transaction.checkpoints(model: model).randomElement(using: &random) ?? head
      let child = try checkpoint(transaction, model, .rolledBack, target, target.dataset)
      let standing = try transaction.events(model: head.model).filter { _ in Bool.random(using: &random) }.map(\.id)
      try apply(standing, to: child, .masked, transaction)
      try move(transaction, from: head, to: child)
    }
  }

  private func reinstate() throws {
    let model = models.randomElement(using: &random) ?? ""
    let inForce = try store.read { try $0.events(model: $0.checkpoint(named: model).model).filter(\.inForce) }
    let gone = inForce.filter { _ in random.next() % 3 == 0 }
    guard !gone.isEmpty else { return }
    try store.write(entry(.reinstate), key: key) { transaction in
      let (head, states) = (try transaction.checkpoint(named: model), try transaction.checkpoints(model: model))
      for event in gone.shuffled(using: &random) { try transaction.insertReinstatement(event: event.id) }
      try move(transaction, from: head, to: states.randomElement(using: &random) ?? head)
    }
  }

  private func checkpoint(
    _ transaction: Transaction, _ model: String, _ kind: CheckpointKind, _ parent: CheckpointRecord?, _ dataset: Int64
  ) throws -> CheckpointRecord {
    let made = try transaction.insertCheckpoint(
      .init(
        model: try transaction.modelOrNew(model), parent: parent?.id, base: nil, kind: kind, dataset: dataset,
        configuration: "{\"n\":\(random.next())}", seed: 1, engineVersion: "1", tensors: [:]))
    try measure(made.id, transaction.dataset(dataset), transaction)
    return made
  }

  private func measure(_ checkpoint: Int64, _ dataset: DatasetRecord, _ transaction: Transaction) throws {
    for _ in 0..<Int.random(in: 0..<6, using: &random) {
      let classID = Bool.random(using: &random) ? dataset.classes.randomElement(using: &random)?.id : nil
      try transaction.insertMeasurement(
        MeasurementRecord(
          checkpoint: checkpoint, split: dataset.splits.randomElement(using: &random)?.id ?? 1,
          metric: random.next() % 4 == 0 ? "loss" : "accuracy", classID: classID, value: Double(random.next() % 100) / 100, n: 9,
          low: 0, high: 1))
    }
  }

  private func apply(_ events: [Int64], to checkpoint: CheckpointRecord, _ how: Application, _ transaction: Transaction) throws {
    for event in events { try transaction.insertAppliedEvent(checkpoint: checkpoint.id, event: event, how: how) }
  }

  private func move(_ transaction: Transaction, from: CheckpointRecord?, to: CheckpointRecord) throws {
    try transaction.moveHead(model: to.model, from: from?.id, to: to.id)
    transaction.facts["model"] = .string(to.modelName)
    transaction.facts["parent"] = (from?.name).map(JSONValue.string)
    transaction.facts["child"] = .string(to.name)
  }
}

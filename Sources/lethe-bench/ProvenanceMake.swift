import ArgumentParser
import Foundation
import Ledger
import Store
import Tensors

/// `lethe-bench provenance-make`: a store with many models and acts of forgetting, written entry by entry as commands write them, so
/// that it verifies. With the defaults 100,000 acts over 1,000 models and 10 million figures.
struct ProvenanceMake: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "provenance-make", abstract: "Make a store with many acts of forgetting.")

  @Argument(help: "The store to make.") var path: String
  @Option(help: "How many models.") var models = 1_000
  @Option(help: "How many acts of forgetting for each model.") var events = 100
  @Option(help: "How many data sets; of three, two have 100 classes, and the others 10 and 50 by turns.") var datasets = 30

  func run() throws {
    let key = try SigningKey(name: "key")
    try Store.create(at: path, origin: "example.com/bench", key: key, entry: NewEntry(.`init`, actor: "bench"))
    let store = try Store.open(at: path)
    var maker = Maker(store: store, key: key)
    for number in 0..<datasets { try maker.importDataset(number) }
    for number in 0..<models { try maker.train(number) }
    // Turn by turn, as in life: neighbours in the log are about different models.
    for turn in 0..<events {
      for model in 0..<models { try maker.forget(model) }
      FileHandle.standardError.write(Data("\r\(turn + 1) of \(events) turns".utf8))
    }
    FileHandle.standardError.write(Data("\n".utf8))
    try store.close()
  }
}

/// Writes entries as the engine does, with tensors that are small and figures that are made up.
private struct Maker {
  private static let (rows, width) = (512, 4)

  let store: Store
  let key: SigningKey
  private var datasets: [DatasetRecord] = []
  private var models: [Model] = []
  private var random = SystemRandomNumberGenerator()
  private var time = Date(timeIntervalSince1970: 1_700_000_000)

  /// What is known of a model while it is written.
  private struct Model {
    var name: String
    var dataset: Int
    var first: CheckpointRecord
    var head: CheckpointRecord
    var values: [Float]
    /// Events in force, with the label that each forgot.
    var standing: [(event: Int64, label: Int)] = []
    var next = 0
  }

  init(store: Store, key: SigningKey) {
    (self.store, self.key) = (store, key)
  }

  private mutating func entry(_ action: NewEntry.Action, reason: String? = nil) -> NewEntry {
    time += 60
    return NewEntry(action, actor: "officer \(Int.random(in: 0..<20, using: &random))", reason: reason, time: time)
  }

  mutating func importDataset(_ number: Int) throws {
    let classes = number % 3 < 2 ? 100 : number % 6 == 2 ? 10 : 50
    let name = "faces-\(number)"
    let id = try store.write(entry(.import), key: key) { transaction in
      let id = try transaction.insertDataset(
        name: name, encoder: "none", license: nil, dimension: 2, scale: 1, classes: (0..<classes).map { "person \(number)-\($0)" })
      for (part, count) in [(Part.train, 400), (.validation, 100), (.test, 200)] {
        let embeddings = (0..<(2 * count)).map { Float($0 + number) }
        let split = try transaction.insertSplit(
          dataset: id, part: part, count: count, embeddings: try transaction.insertTensor(embeddings, shape: [count, 2]),
          labels: try transaction.insertTensor((0..<count).map { UInt16($0 % classes) }, shape: [count]))
        for row in 0..<count {
          try transaction.insertExample(split: split, ordinal: row, externalID: "\(name) \(part.rawValue) \(row)")
        }
      }
      transaction.facts["dataset"] = .string(name)
      return id
    }
    datasets.append(try store.read { try $0.dataset(id) })
  }

  mutating func train(_ number: Int) throws {
    let (name, dataset) = ("model-\(number)", datasets[number % datasets.count])
    var random = random
    let values = (0..<(Self.rows * Self.width)).map { _ in Float.random(in: 1..<2, using: &random) }
    let checkpoint = try store.write(entry(.train), key: key) { transaction in
      let model = try transaction.modelOrNew(name)
      let checkpoint = try transaction.insertCheckpoint(
        .init(
          model: model, parent: nil, base: nil, kind: .trained, dataset: dataset.id, configuration: #"{"codebooks":1}"#, seed: 1,
          engineVersion: "bench",
          tensors: ["values": try transaction.insertTensor(values, shape: [Self.rows, Self.width])]))
      try transaction.moveHead(model: model, from: nil, to: checkpoint.id)
      try Self.measure(checkpoint.id, dataset, transaction)
      (transaction.facts["model"], transaction.facts["child"]) = (.string(name), .string(checkpoint.name))
      transaction.facts["child_digest"] = .string(checkpoint.digest.description)
      return checkpoint
    }
    models.append(
      Model(name: name, dataset: number % datasets.count, first: checkpoint, head: checkpoint, values: values))
  }

  /// Forgets the next class. When all but one are gone the model goes back to its first state and they are
  /// reinstated.
  mutating func forget(_ number: Int) throws {
    let dataset = datasets[models[number].dataset]
    if models[number].standing.count == dataset.classes.count - 1 { try reinstate(number) }
    var model = models[number]
    let label = model.next % dataset.classes.count
    let start = (label * 5) % (Self.rows - 5)
    for index in (start * Self.width)..<((start + 5) * Self.width) { model.values[index] = 0 }
    let entry = entry(.forget, reason: "request \(Int.random(in: 0..<1_000_000, using: &random))")
    let (child, event) = try store.write(entry, key: key) { transaction in
      guard let base = try transaction.tensors(checkpoint: model.head.id)["values"] else { fatalError("no values") }
      let values = try model.values.withUnsafeBytes {
        try transaction.deriveTensor(
          from: base, rowCount: Self.rows, zeroing: (UInt32(start)..<UInt32(start + 5)).map { $0 }, plain: $0)
      }
      let child = try transaction.insertCheckpoint(
        .init(
          model: model.head.model, parent: model.head.id, base: model.first.id, kind: .unlearned, dataset: dataset.id,
          configuration: model.head.configuration, seed: 1, engineVersion: "bench", tensors: ["values": values]))
      let event = try transaction.insertEvent(
        .init(
          parent: model.head, child: child.id, method: "activations", parameters: .object(["pairs": .integer(5)]), seed: 1,
          maskedPairs: 5, activePairs: 9, forwardPasses: 0, classes: [(dataset.classes[label].id, 5, 9)]))
      for applied in model.standing { try transaction.insertAppliedEvent(checkpoint: child.id, event: applied.event, how: .masked) }
      try transaction.insertAppliedEvent(checkpoint: child.id, event: event, how: .masked)
      let gone = Set(model.standing.map(\.label) + [label])
      for split in dataset.splits {
        let labels = (0..<split.count).map { $0 % dataset.classes.count }
        let forget = try transaction.insertDerivedSplit(
          of: split, event: event, role: .forget, members: labels.indices.filter { labels[$0] == label })
        let retain = try transaction.insertDerivedSplit(
          of: split, event: event, role: .retain, members: labels.indices.filter { !gone.contains(labels[$0]) })
        guard split.part == .test else { continue }
        for (checkpoint, split) in [(model.head.id, forget), (child.id, forget), (model.head.id, retain), (child.id, retain)] {
          try Self.measure(checkpoint, split, nil, transaction)
        }
      }
      try Self.measure(child.id, dataset, transaction)
      try transaction.moveHead(model: child.model, from: model.head.id, to: child.id)
      for (role, checkpoint) in [("parent", model.head), ("child", child)] {
        transaction.facts[role] = .string(checkpoint.name)
        transaction.facts["\(role)_digest"] = .string(checkpoint.digest.description)
      }
      transaction.facts["model"] = .string(model.name)
      return (child, event)
    }
    model.head = child
    model.standing.append((event, label))
    model.next += 1
    models[number] = model
  }

  private mutating func reinstate(_ number: Int) throws {
    var model = models[number]
    try store.write(entry(.reinstate, reason: "wrong order"), key: key) { transaction in
      for (event, _) in model.standing { try transaction.insertReinstatement(event: event) }
      try transaction.moveHead(model: model.first.model, from: model.head.id, to: model.first.id)
      transaction.facts["model"] = .string(model.name)
      (transaction.facts["parent"], transaction.facts["child"]) = (.string(model.head.name), .string(model.first.name))
    }
    (model.head, model.standing) = (model.first, [])
    guard let values = try store.read({ try $0.tensors(checkpoint: model.first.id)["values"] }) else { fatalError("no values") }
    model.values = try store.read { try $0.load(values, as: Float.self) }
    models[number] = model
  }

  /// A figure for the whole of the test part and one for each class; data sets with few classes also have them for the other parts.
  private static func measure(_ checkpoint: Int64, _ dataset: DatasetRecord, _ transaction: Transaction) throws {
    for split in dataset.splits where split.part == .test || dataset.classes.count < 100 {
      try measure(checkpoint, split.id, nil, transaction)
      for item in dataset.classes { try measure(checkpoint, split.id, item.id, transaction) }
    }
  }

  private static func measure(_ checkpoint: Int64, _ split: Int64, _ classID: Int64?, _ transaction: Transaction) throws {
    try transaction.insertMeasurement(
      MeasurementRecord(
        checkpoint: checkpoint, split: split, metric: "accuracy", classID: classID, value: 0.875, n: 100, low: 0.796, high: 0.926))
  }
}

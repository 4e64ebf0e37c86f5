import Bottleneck
import Foundation
import Ledger
import Store
import Testing

@testable import Engine

/// A new store with an engine on it, and a small data set of animals to put in.
struct Workbench {
  static let classes = ["ant", "bee", "cat", "dog"]

  let folder: Folder
  let store: Store
  let key: SigningKey
  let engine: Engine

  init(threads: Int = 2) throws {
    (folder, key) = (try Folder(), try SigningKey(name: "key"))
    let path = folder.path("lethe.db")
    try Store.create(at: path, origin: "example.com/log", key: key, entry: NewEntry(.`init`, actor: "Ada"))
    store = try Store.open(at: path)
    engine = Engine(store: store, key: { [key] in key }, actor: "Ada", threads: threads)
  }

  /// An import of examples as float32 files with a file of class names.
  func request(_ name: String, _ parts: [Part: Examples], classes: Int = Self.classes.count) throws -> ImportRequest {
    let files = try Part.allCases.compactMap { part -> (part: Part, files: PartFiles)? in
      guard let examples = parts[part] else { return nil }
      let shape = [examples.count, Examples.dimension]
      let embeddings = try folder.write(examples.values, shape: shape, to: "\(name)-\(part).npy")
      let labels = try folder.write(examples.labels.map(UInt16.init), shape: [examples.count], to: "\(name)-\(part)-labels.npy")
      return (part, PartFiles(embeddings: embeddings, labels: labels))
    }
    let names = try folder.write(Array(Self.classes.prefix(classes)), to: "\(name)-classes.txt")
    return ImportRequest(name: name, parts: files, classes: names)
  }

  /// Examples of all parts.
  static func examples(
    train: Int = 120, validation: Int = 48, test: Int = 60, classes: Int = Self.classes.count, seed: UInt64 = 1
  ) -> [Part: Examples] {
    [
      .train: Examples(train, part: .train, classes: classes, seed: seed),
      .validation: Examples(validation, part: .validation, classes: classes, seed: seed),
      .test: Examples(test, part: .test, classes: classes, seed: seed),
    ].filter { $0.value.count > 0 }
  }

  /// A training that takes milliseconds: 80 pairs.
  static func training(_ model: String = "pets", on dataset: String = "animals", seed: UInt64 = 7) -> TrainRequest {
    var request = TrainRequest(model: model, dataset: dataset)
    (request.codebooks, request.keys, request.keyDimension) = (8, 10, 4)
    (request.keyEpochs, request.epochs, request.seed) = (2, 3, seed)
    return request
  }

  /// A store with `animals` and `pets@1`.
  static func trained(
    _ parts: [Part: Examples] = Self.examples(), topK: Int = 1, seed: UInt64 = 7, threads: Int = 2
  ) throws -> Workbench {
    let bench = try Workbench(threads: threads)
    _ = try bench.engine.importDataset(bench.request("animals", parts))
    var request = training(seed: seed)
    request.topK = topK
    _ = try bench.engine.train(request)
    return bench
  }

  /// A checkpoint with the codes of all its parts.
  func model(_ name: String) throws -> LoadedModel {
    try store.read { snapshot in
      let checkpoint = try snapshot.checkpoint(named: name)
      let parts = try snapshot.dataset(checkpoint.dataset).splits.map(\.part)
      return try LoadedModel(checkpoint, codesOf: parts, in: snapshot, of: store)
    }
  }

  func checkpoint(_ name: String) throws -> CheckpointRecord { try store.read { try $0.checkpoint(named: name) } }

  /// Digests of a checkpoint's tensors by name.
  func tensorDigests(_ name: String) throws -> [String: Digest] {
    try store.read { try $0.tensors(checkpoint: $0.checkpoint(named: name).id).mapValues(\.digest) }
  }

  @discardableResult
  func forget(
    _ classes: String..., amount: ForgetAmount = .until(0), method: ForgetMethod = .activations, seed: UInt64 = 0
  ) throws -> EventRecord {
    try engine.forget(Self.forgetting(classes, amount: amount, method: method, seed: seed))
  }

  static func forgetting(
    _ classes: [String], amount: ForgetAmount = .until(0), method: ForgetMethod = .activations, seed: UInt64 = 0
  ) -> ForgetRequest {
    var request = ForgetRequest(model: "pets", classes: classes, reason: "consent withdrawn")
    (request.amount, request.method, request.seed) = (amount, method, seed)
    return request
  }

  @discardableResult
  func rollback(to number: Int, reinstate: Bool = false) throws -> RollbackResult {
    var request = RollbackRequest(model: "pets", number: number, reason: "last week's was better")
    request.reinstate = reinstate
    return try engine.rollback(request)
  }

  /// What a whole verification finds wrong.
  func findings() -> [String] { store.verify().findings.map { "\($0.code) in \($0.subject)" } }
}

extension LoadedModel {
  /// Accuracy of each class on examples, by a pass through all keys: neither stored codes nor `Recoder`.
  func accuracies(on examples: Examples) throws -> [Accuracy] {
    let codes = try CodeAssigner.assign(source: examples.matrix(), model: bottleneck)
    return try Inference.accuracyByClass(model: bottleneck, codes: codes, labels: examples.labels)
  }

  /// Pairs that are masked here and not in an earlier state.
  func masked(since parent: LoadedModel) -> [Int] {
    bottleneck.usable.indices.filter { parent.bottleneck.usable[$0] != bottleneck.usable[$0] }
  }
}

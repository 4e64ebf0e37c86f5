import Bottleneck
import Dispatch
import Foundation
import Store
import Tensors

/// A checkpoint in memory: its tensors as a bottleneck, and the codes of parts of its data set.
struct LoadedModel {
  var checkpoint: CheckpointRecord
  var dataset: DatasetRecord
  var bottleneck: Bottleneck
  /// The counts that the bottleneck's values are decoded from; nil for trained values.
  var counts: ClassCounts?
  /// The same tensors as they lie in the store, by name.
  var tensors: [String: TensorRecord]
  /// Stored codes under the model's keys: selections of the training part, ranked candidates of the others.
  var codes: [Part: CodeTable]

  /// Names of the tensors that are a checkpoint, in `checkpoint_tensor`.
  enum Name {
    static let projection = "projection"
    static let keys = "keys"
    static let values = "values"
    /// In the place of values.
    static let counts = "counts"
    static let usable = "usable"
  }

  /// Reads a checkpoint and the codes of some parts.
  ///
  /// Arrays are fetched, decoded and checked against their digests in parallel, each on a reader connection of its own: this is a
  /// third of what a short command does. They are immutable, so it does not matter that these readers see a later state.
  init(_ checkpoint: CheckpointRecord, codesOf parts: [Part], in snapshot: Snapshot, of store: Store) throws {
    if let (erasure, time) = try snapshot.erasure(ofCheckpoint: checkpoint.id) {
      throw StoreError.erased(what: checkpoint.name, erasure: erasure, time: time)
    }
    let dataset = try snapshot.dataset(checkpoint.dataset)
    let shape = try ModelConfiguration.shape(of: checkpoint.configuration, checkpoint: checkpoint.name)
    let tensors = try snapshot.tensors(checkpoint: checkpoint.id)
    func record(_ name: String, _ expected: [Int]) throws -> TensorRecord {
      guard let record = tensors[name], record.description.shape == expected else {
        throw EngineError.notThisEngine(checkpoint: checkpoint.name, reason: "its tensor \(name) is missing or has another shape")
      }
      return record
    }
    let smoothing = try ModelConfiguration.smoothing(of: checkpoint.configuration, checkpoint: checkpoint.name)
    let pairs = [shape.codebooks, shape.keys]
    let values =
      smoothing == nil ? try record(Name.values, pairs + [shape.classes]) : try record(Name.counts, [shape.classes] + pairs)
    let tables = try parts.map { try snapshot.codeRecord($0, of: dataset, under: checkpoint) }
    let arrays = try Self.load(
      tables + [
        record(Name.projection, [shape.codebooks, shape.inputDimension, shape.keyDimension]),
        record(Name.keys, pairs + [shape.keyDimension]), values, record(Name.usable, pairs),
      ], from: store)
    let otherType = EngineError.notThisEngine(checkpoint: checkpoint.name, reason: "a tensor has another dtype")
    guard case .floats(let projection) = arrays[parts.count], case .floats(let keys) = arrays[parts.count + 1],
      case .bytes(let usable) = arrays[parts.count + 3]
    else { throw otherType }
    switch (arrays[parts.count + 2], smoothing) {
    case (.floats(let values), nil):
      bottleneck = try Bottleneck(shape: shape, projection: projection, keys: keys, values: values, usable: usable)
    case (.counts(let numbers), let smoothing?):
      let counts = try ClassCounts(shape: shape, counts: numbers)
      bottleneck = try Bottleneck(
        shape: shape, projection: projection, keys: keys,
        values: counts.values(smoothing: smoothing, threads: ProcessInfo.processInfo.activeProcessorCount), usable: usable)
      self.counts = counts
    default: throw otherType
    }
    codes = [:]
    for (part, (table, array)) in zip(parts, zip(tables, arrays)) {
      guard case .codes(let numbers) = array else { continue }
      let shape = table.description.shape
      codes[part] = try CodeTable(count: shape[0], codebooks: shape[1], width: shape[2], codes: numbers)
    }
    (self.checkpoint, self.dataset, self.tensors) = (checkpoint, dataset, tensors)
  }

  private enum Elements { case floats([Float]), codes([UInt16]), counts([UInt32]), bytes([UInt8]) }

  private static func load(_ records: [TensorRecord], from store: Store) throws -> [Elements] {
    try [Result<Elements, any Error>](unsafeUninitializedCapacity: records.count) { buffer, initialized in
      nonisolated(unsafe) let slots = buffer
      DispatchQueue.concurrentPerform(iterations: records.count) { index in
        slots.initializeElement(
          at: index,
          to: Result {
            try store.read { snapshot in
              switch records[index].description.dtype {
              case .float32: .floats(try snapshot.load(records[index]))
              case .uint16: .codes(try snapshot.load(records[index]))
              case .uint32: .counts(try snapshot.load(records[index]))
              default: .bytes(try snapshot.load(records[index]))
              }
            }
          })
      }
      initialized = records.count
    }.map { try $0.get() }
  }

  /// The codes of a part that was asked for when the model was read.
  func codes(_ part: Part) throws -> CodeTable {
    guard let table = codes[part] else { throw EngineError.splitMissing(dataset: dataset.name, part: part.rawValue) }
    return table
  }
}

extension Snapshot {
  /// The labels of an imported part; -1 where the example was erased.
  func labels(_ part: Part, of dataset: DatasetRecord) throws -> [Int] {
    guard let labels = dataset.split(part)?.labels else {
      throw EngineError.splitMissing(dataset: dataset.name, part: part.rawValue)
    }
    return try load(tensor(labels), as: UInt16.self).map { $0 == SplitRecord.erasedLabel ? -1 : Int($0) }
  }

  /// The tensor with the codes of a part under the keys of a checkpoint.
  fileprivate func codeRecord(_ part: Part, of dataset: DatasetRecord, under checkpoint: CheckpointRecord) throws -> TensorRecord {
    guard let split = dataset.split(part), let record = try codeTable(checkpoint: checkpoint.base, split: split.id) else {
      throw EngineError.splitMissing(dataset: dataset.name, part: part.rawValue)
    }
    guard record.description.rank == 3, record.description.shape[0] == split.count, record.description.dtype == .uint16 else {
      throw StoreError.tensorCorrupt(digest: record.digest, reason: "it is not the code table of its split")
    }
    return record
  }
}

extension Transaction {
  /// Stores a model's arrays in full, by the names that a checkpoint gives them: with counts, these instead of the values.
  func insertTensors(of model: Bottleneck, counts: ClassCounts?) throws -> [String: TensorRecord] {
    let (shape, pairs) = (model.shape, [model.shape.codebooks, model.shape.keys])
    let contents = [
      (
        LoadedModel.Name.projection,
        try TensorContent(model.projection, shape: [shape.codebooks, shape.inputDimension, shape.keyDimension])
      ),
      (LoadedModel.Name.keys, try TensorContent(model.keys, shape: pairs + [shape.keyDimension])),
      try counts.map { (LoadedModel.Name.counts, try TensorContent($0.counts, shape: [shape.classes] + pairs)) }
        ?? (LoadedModel.Name.values, TensorContent(model.values, shape: pairs + [shape.classes])),
      (LoadedModel.Name.usable, try TensorContent(model.usable, shape: pairs)),
    ]
    return Dictionary(uniqueKeysWithValues: zip(contents.map(\.0), try insertTensors(contents.map(\.1))))
  }
}

import Bottleneck
import Dispatch
import Store
import Tensors

/// A checkpoint in memory: its tensors as a bottleneck, and where the codes of its data lie.
struct LoadedModel {
  var checkpoint: CheckpointRecord
  var dataset: DatasetRecord
  var bottleneck: Bottleneck
  /// The same tensors as they lie in the store, by name.
  var tensors: [String: TensorRecord]

  /// Names of the tensors that are a checkpoint, in `checkpoint_tensor`.
  enum Name {
    static let projection = "projection"
    static let keys = "keys"
    static let values = "values"
    static let usable = "usable"
  }

  /// Reads a checkpoint; tensors are decoded and their digests checked in parallel.
  init(_ checkpoint: CheckpointRecord, in snapshot: Snapshot) throws {
    self.checkpoint = checkpoint
    dataset = try snapshot.dataset(checkpoint.dataset)
    let shape = try ModelConfiguration.shape(of: checkpoint.configuration, checkpoint: checkpoint.name)
    tensors = try snapshot.tensors(checkpoint: checkpoint.id)
    let records = tensors
    func stored(_ name: String, _ expected: [Int]) throws -> StoredTensor {
      guard let record = records[name], record.description.shape == expected else {
        throw EngineError.notThisEngine(checkpoint: checkpoint.name, reason: "its tensor \(name) is missing or has another shape")
      }
      return try snapshot.fetch(record)
    }
    let projection = try stored(Name.projection, [shape.codebooks, shape.inputDimension, shape.keyDimension])
    let keys = try stored(Name.keys, [shape.codebooks, shape.keys, shape.keyDimension])
    let values = try stored(Name.values, [shape.codebooks, shape.keys, shape.classes])
    let usable = try stored(Name.usable, [shape.codebooks, shape.keys])
    let floats = try Self.decode([projection, keys, values])
    bottleneck = try Bottleneck(
      shape: shape, projection: floats[0], keys: floats[1], values: floats[2], usable: usable.elements())
  }

  private static func decode(_ stored: [StoredTensor]) throws -> [[Float]] {
    let results = [Result<[Float], any Error>](unsafeUninitializedCapacity: stored.count) { buffer, count in
      nonisolated(unsafe) let slots = buffer
      DispatchQueue.concurrentPerform(iterations: stored.count) { index in
        slots.initializeElement(at: index, to: Result { try stored[index].elements() })
      }
      count = stored.count
    }
    return try results.map { try $0.get() }
  }
}

extension Snapshot {
  /// The labels of an imported part.
  func labels(_ part: Part, of dataset: DatasetRecord) throws -> [Int] {
    guard let labels = dataset.split(part)?.labels else {
      throw EngineError.splitMissing(dataset: dataset.name, part: part.rawValue)
    }
    return try load(tensor(labels), as: UInt16.self).map(Int.init)
  }

  /// The stored codes of a part under the keys of a checkpoint: selections of the training part, ranked candidates of the others.
  func codes(_ part: Part, of dataset: DatasetRecord, under checkpoint: CheckpointRecord) throws -> CodeTable {
    guard let split = dataset.split(part), let record = try codeTable(checkpoint: checkpoint.base, split: split.id) else {
      throw EngineError.splitMissing(dataset: dataset.name, part: part.rawValue)
    }
    let shape = record.description.shape
    guard shape.count == 3, shape[0] == split.count else {
      throw StoreError.tensorCorrupt(digest: record.digest, reason: "its shape is not that of a code table")
    }
    return try CodeTable(count: shape[0], codebooks: shape[1], width: shape[2], codes: load(record))
  }
}

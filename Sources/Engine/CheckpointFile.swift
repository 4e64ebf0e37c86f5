import Bottleneck
import Ledger
import Store
import Tensors

/// A checkpoint as a safetensors file holds it: hostile until it has been looked at.
///
/// Opening reads the header alone and compares it with the configuration; arrays are read afterwards, each straight into the memory
/// that the model uses, so that a model of any size is held once.
struct CheckpointFile {
  let path: String
  /// Canonical JSON, as a checkpoint records it.
  let configuration: String
  let shape: BottleneckShape
  let seed: Int64
  /// By which counts are decoded; nil for trained values.
  private let smoothing: Double?
  private let claimedDigest: String?
  private let reader: SafetensorsReader
  private let arrays: [String: SafetensorsHeader.Tensor]

  /// Opens a file that `checkpoint export` wrote, or another one with the same four arrays.
  ///
  /// - Parameter topK: keys that a query selects in each codebook, for a file that says nothing of it.
  /// - Throws: `SafetensorsError`, `EngineError.notACheckpoint`, `BottleneckError`.
  init(path: String, topK: Int) throws {
    self.path = path
    reader = try SafetensorsReader(path: path)
    let header = reader.header
    typealias Name = LoadedModel.Name
    let isCounted = header.tensors.contains { $0.name == Name.counts }
    let expected: [(name: String, rank: Int, dtype: DType)] = [
      (Name.projection, 3, .float32), (Name.keys, 3, .float32),
      isCounted ? (Name.counts, 3, .uint32) : (Name.values, 3, .float32), (Name.usable, 2, .uint8),
    ]
    if let other = header.tensors.first(where: { tensor in !expected.contains { $0.name == tensor.name } }) {
      throw EngineError.notACheckpoint(
        file: path, reason: "it has a tensor \(other.name.prefix(64).debugDescription) that no checkpoint has")
    }
    arrays = Dictionary(header.tensors.map { ($0.name, $0) }) { first, _ in first }
    for (name, rank, dtype) in expected {
      let found = try reader.tensor(name).description
      guard found.rank == rank, found.dtype == dtype else {
        throw EngineError.notACheckpoint(
          file: path, reason: "its tensor \(name) is \(found), not \(dtype.rawValue) of \(rank) axes")
      }
    }
    let (projection, keys) = (try reader.tensor(Name.projection).description.shape, try reader.tensor(Name.keys).description.shape)
    let classes = try isCounted ? reader.tensor(Name.counts).description.shape[0] : reader.tensor(Name.values).description.shape[2]
    if let text = header.metadata[CheckpointMetadata.Key.configuration] {
      configuration = text
      do {
        shape = try ModelConfiguration.shape(of: text, checkpoint: path)
        smoothing = try ModelConfiguration.smoothing(of: text, checkpoint: path)
      } catch EngineError.notThisEngine(_, let reason) {
        throw EngineError.notACheckpoint(file: path, reason: reason)
      }
    } else {
      shape = try BottleneckShape(
        inputDimension: projection[1], codebooks: keys[0], keys: keys[1], keyDimension: keys[2], classes: classes, topK: topK)
      configuration = try ModelConfiguration.textOfImport(shape)
      smoothing = nil
    }
    guard (smoothing != nil) == isCounted else {
      throw EngineError.notACheckpoint(
        file: path, reason: "its configuration does not say whether it has values or counts, or says the other")
    }
    let pairs = [shape.codebooks, shape.keys]
    for (name, wanted) in [
      (Name.projection, [shape.codebooks, shape.inputDimension, shape.keyDimension]), (Name.keys, pairs + [shape.keyDimension]),
      isCounted ? (Name.counts, [shape.classes] + pairs) : (Name.values, pairs + [shape.classes]), (Name.usable, pairs),
    ] {
      let found = try reader.tensor(name).description
      guard found.shape == wanted else {
        throw EngineError.notACheckpoint(file: path, reason: "its tensor \(name) is \(found) and should be \(wanted)")
      }
    }
    claimedDigest = header.metadata[CheckpointMetadata.Key.digest]
    seed = header.metadata[CheckpointMetadata.Key.seed].flatMap { Int64($0) } ?? 0
  }

  /// Reads the arrays, and works out the digest that names the checkpoint.
  /// - Throws: `SafetensorsError`, `EngineError.fileAltered`, `EngineError.notACheckpoint`.
  func load() throws -> (model: Bottleneck, counts: ClassCounts?, digest: Digest) {
    let counts = try smoothing.map { _ in try ClassCounts(shape: shape, counts: array(LoadedModel.Name.counts)) }
    let values = try smoothing.flatMap { counts?.values(smoothing: $0) } ?? array(LoadedModel.Name.values)
    let model = try Bottleneck(
      shape: shape, projection: array(LoadedModel.Name.projection), keys: array(LoadedModel.Name.keys), values: values,
      usable: array(LoadedModel.Name.usable))
    let digest = try digest(of: model, counts)
    if let claimedDigest, claimedDigest != digest.description {
      throw EngineError.fileAltered(file: path, claimed: String(claimedDigest.prefix(71)), found: digest.description)
    }
    try checkMask(model)
    if let counts, counts.usablePairs() != model.usable {
      throw EngineError.notACheckpoint(file: path, reason: "its counts and its tensor usable do not agree")
    }
    return (model, counts, digest)
  }

  private func array<Element: TensorElement>(_ name: String) throws -> [Element] { try reader.load(reader.tensor(name)) }

  private func digest(of model: Bottleneck, _ counts: ClassCounts?) throws -> Digest {
    var digests = [
      LoadedModel.Name.projection: model.projection.withUnsafeBytes(Digest.of),
      LoadedModel.Name.keys: model.keys.withUnsafeBytes(Digest.of),
      LoadedModel.Name.values: model.values.withUnsafeBytes(Digest.of),
      LoadedModel.Name.usable: model.usable.withUnsafeBytes(Digest.of),
    ]
    digests[LoadedModel.Name.counts] = counts?.counts.withUnsafeBytes(Digest.of)
    var named: [String: (digest: Digest, description: TensorDescription)] = [:]
    for (name, tensor) in arrays { named[name] = digests[name].map { ($0, tensor.description) } }
    return try Snapshot.checkpointDigest(configuration: configuration, arrays: named)
  }

  /// What is masked must be zero, as forgetting leaves it: nothing may be kept behind a flag.
  private func checkMask(_ model: Bottleneck) throws {
    for (pair, flag) in model.usable.enumerated() {
      guard flag <= 1 else {
        throw EngineError.notACheckpoint(file: path, reason: "pair \(pair) is neither usable nor not: \(flag)")
      }
      if flag == 0, model.values[(pair * shape.classes)..<((pair + 1) * shape.classes)].contains(where: { $0 != 0 }) {
        throw EngineError.notACheckpoint(file: path, reason: "pair \(pair) may not be selected and has values all the same")
      }
    }
  }
}

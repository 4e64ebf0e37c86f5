import Dispatch
import Foundation
import Ledger
import Store
import Tensors

/// Drives a store without the engine, for `tools/bench-storage`: reads one command a line from standard input, does it, and prints one
/// JSON object of what it took, times in microseconds since canonical JSON has no fractions.
///
/// | command | does | members beside `wall` and `cpu` |
/// | --- | --- | --- |
/// | `arrays KEYS VALUES CLASSES` | reads float32 arrays `[pairs, …]` and `[pairs, CLASSES]` from raw files | |
/// | `save PATH` | a new store with both as a checkpoint, durably; then folds the log | `bytes`, `fold` |
/// | `load PATH` | both arrays again, each on a reader of its own | `sum` |
/// | `forget PATH SHARE` | a checkpoint with a share of the rows zeroed, derived from the last one | `bytes`, `rows`, `fold` |
/// | `tensor PATH DTYPE FILE` | a raw file as one tensor | `bytes`, `fold` |
/// | `read PATH` | that tensor again | `bytes` |
struct StorageBenchmark {
  static func run(_ number: Int?) throws {
    var session = try StorageBenchmark()
    while let line = readLine() {
      let words = line.split(separator: " ").map(String.init)
      guard let command = words.first else { continue }
      var answer = try session.run(command, Array(words.dropFirst()))
      answer["command"] = .string(command)
      FileHandle.standardOutput.write(Data(try CanonicalJSON.encode(.object(answer)) + [10]))
    }
  }

  private let key: SigningKey
  private var (keys, values, classes): ([Float], [Float], Int) = ([], [], 1)

  private init() throws { key = try SigningKey(name: "bench") }

  private mutating func run(_ command: String, _ words: [String]) throws -> [String: JSONValue] {
    switch (command, words.count) {
    case ("arrays", 3):
      (keys, values, classes) = (try Self.floats(words[0]), try Self.floats(words[1]), Int(words[2]) ?? 1)
      return [:]
    case ("save", 1): return try save(words[0])
    case ("load", 1): return try load(words[0])
    case ("forget", 2): return try forget(words[0], share: Double(words[1]) ?? 0)
    case ("tensor", 3): return try tensor(words[0], DType(rawValue: words[1]) ?? .uint8, words[2])
    case ("read", 1): return try read(words[0])
    default: throw BenchError.unknownCommand("\(command) \(words.joined(separator: " "))")
    }
  }

  private func entry(_ action: NewEntry.Action) -> NewEntry { NewEntry(action, actor: "bench") }

  private func create(_ path: String) throws -> Store {
    for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    try Store.create(at: path, origin: "bench", key: key, entry: entry(.`init`))
    return try Store.open(at: path)
  }

  private func save(_ path: String) throws -> [String: JSONValue] {
    let store = try create(path)
    let dataset = try store.write(entry(.import), key: key) {
      try $0.insertDataset(name: "d", encoder: nil, license: nil, dimension: 1, scale: 1, classes: ["a"])
    }
    sync()
    let pairs = values.count / classes
    let saved = try timed {
      try store.write(entry(.train), key: key) { transaction in
        let model = try transaction.modelOrNew("m")
        let records = try transaction.insertTensors([
          TensorContent(keys, shape: [pairs, keys.count / pairs]), TensorContent(values, shape: [pairs, classes]),
          TensorContent([UInt8](repeating: 1, count: pairs), shape: [pairs]),
        ])
        let tensors = Dictionary(uniqueKeysWithValues: zip(["keys", "values", "usable"], records))
        _ = try transaction.insertCheckpoint(
          .init(
            model: model, parent: nil, base: nil, kind: .trained, dataset: dataset, configuration: "{}", seed: 0,
            engineVersion: "bench",
            tensors: tensors))
      }
    }
    let folded = try timed { try store.close() }
    return [
      "wall": saved.wall, "cpu": saved.cpu, "fold": folded.wall, "fold_cpu": folded.cpu, "bytes": try size(path),
      "peak": peakMemory(),
    ]
  }

  private func load(_ path: String) throws -> [String: JSONValue] {
    let store = try Store.open(at: path)
    let tensors = try store.read { try $0.tensors(checkpoint: 1) }
    let records = ["keys", "values"].compactMap { tensors[$0] }
    let loaded = try timed {
      try [Result<[Float], any Error>](unsafeUninitializedCapacity: records.count) { buffer, initialized in
        nonisolated(unsafe) let slots = buffer
        DispatchQueue.concurrentPerform(iterations: records.count) { index in
          slots.initializeElement(at: index, to: Result { try store.read { try $0.load(records[index]) } })
        }
        initialized = records.count
      }.map { try $0.get() }
    }
    let sum = loaded.value.reduce(Float(0)) { sum, array in
      sum + stride(from: 0, to: array.count, by: 4_096).reduce(0) { $0 + array[$1] }
    }
    try store.close()
    return ["wall": loaded.wall, "cpu": loaded.cpu, "sum": .string("\(sum)"), "peak": peakMemory()]
  }

  /// Zeroes rows spread over the whole table, beside those that are zeroed already; only deriving and committing count.
  private func forget(_ path: String, share: Double) throws -> [String: JSONValue] {
    let store = try Store.open(at: path)
    let before = try store.read { snapshot in
      try snapshot.tensors(checkpoint: try snapshot.checkpoints().map(\.id).max() ?? 1)
    }
    var generator = SystemRandomNumberGenerator()
    let pairs = values.count / classes
    let rows = (0..<UInt32(pairs)).filter { _ in Double.random(in: 0..<1, using: &generator) < share }
    guard let keyTensor = before["keys"], let valueTensor = before["values"], let usableTensor = before["usable"] else {
      throw BenchError.unknownCommand("forget before save")
    }
    var (keys, values, usable) = try store.read {
      (try $0.load(keyTensor, as: Float.self), try $0.load(valueTensor, as: Float.self), try $0.load(usableTensor, as: UInt8.self))
    }
    let (width, classes) = (keys.count / pairs, classes)
    for row in rows.map(Int.init) {
      for column in 0..<width { keys[row * width + column] = 0 }
      for column in 0..<classes { values[row * classes + column] = 0 }
      usable[row] = 0
    }
    let size = try size(path)
    sync()
    let derived = try timed {
      try store.write(entry(.forget), key: key) { transaction in
        let derived = try keys.withUnsafeBytes { keys in
          try values.withUnsafeBytes { values in
            try usable.withUnsafeBytes { usable in
              try transaction.deriveTensors(
                from: [keyTensor, valueTensor, usableTensor], rowCount: pairs, zeroing: rows, plain: [keys, values, usable])
            }
          }
        }
        let tensors = Dictionary(uniqueKeysWithValues: zip(["keys", "values", "usable"], derived))
        let model = try transaction.modelOrNew("m")
        _ = try transaction.insertCheckpoint(
          .init(
            model: model, parent: 1, base: 1, kind: .unlearned, dataset: 1, configuration: "{}", seed: 0, engineVersion: "bench",
            tensors: tensors))
      }
    }
    let folded = try timed { try store.close() }
    guard case .integer(let old) = size, case .integer(let new) = try self.size(path) else { return [:] }
    return [
      "wall": derived.wall, "cpu": derived.cpu, "fold": folded.wall, "bytes": .integer(new - old),
      "rows": .integer(Int64(rows.count)),
    ]
  }

  private func tensor(_ path: String, _ dtype: DType, _ file: String) throws -> [String: JSONValue] {
    let source = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
    defer { try? source.close() }
    let size = Int(try source.seekToEnd())
    try source.seek(toOffset: 0)
    let store = try create(path)
    let saved = try timed {
      try store.write(entry(.import), key: key) { transaction in
        let writer = transaction.tensorWriter(try TensorDescription(dtype: dtype, shape: [size / dtype.size]))
        while let piece = try source.read(upToCount: 1 << 20), !piece.isEmpty { try piece.withUnsafeBytes(writer.append) }
        _ = try writer.finish()
        return transaction.storedBytes
      }
    }
    let folded = try timed { try store.close() }
    return ["wall": saved.wall, "cpu": saved.cpu, "fold": folded.wall, "bytes": .integer(Int64(saved.value)), "peak": peakMemory()]
  }

  private func read(_ path: String) throws -> [String: JSONValue] {
    let store = try Store.open(at: path)
    let loaded = try timed { try store.read { try $0.plainBytes($0.tensor(1)).count } }
    try store.close()
    return ["wall": loaded.wall, "cpu": loaded.cpu, "bytes": .integer(Int64(loaded.value)), "peak": peakMemory()]
  }

  private func size(_ path: String) throws -> JSONValue {
    .integer(Int64(try URL(fileURLWithPath: path).resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0))
  }

  /// The most memory that this process has had, in bytes.
  private func peakMemory() -> JSONValue {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") } ?? ""
    return .integer((Int64(line.filter(\.isNumber)) ?? 0) * 1_024)
  }

  private static func floats(_ path: String) throws -> [Float] {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    return [Float](unsafeUninitializedCapacity: data.count / 4) { buffer, count in
      count = data.count / 4
      _ = data.copyBytes(to: UnsafeMutableRawBufferPointer(buffer))
    }
  }
}

/// What a caller can do wrong.
enum BenchError: Error { case unknownCommand(String) }

/// Runs the work once and says how long it took.
private func timed<Value>(_ work: () throws -> Value) rethrows -> (value: Value, wall: JSONValue, cpu: JSONValue) {
  var timing = Timing()
  let value = try timing.measure(work)
  return (value, .integer(timing.last.wall), .integer(timing.last.cpu))
}

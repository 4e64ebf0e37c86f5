import Foundation
import Ledger
import Store

/// Drives a store's log for `tools/bench-log`: reads one command a line from standard input, does it, and prints one JSON object of what
/// it took, times in microseconds.
///
/// | command | does | members beside `wall` and `cpu` |
/// | --- | --- | --- |
/// | `create PATH` | an empty store, its key beside it | |
/// | `open PATH` | opens it for what follows | `size` |
/// | `append` | one durable commit: an entry with actor and reason and no record | `bytes` of the entry, its head and its texts |
/// | `commit` | the same with a record | `bytes`, with its name |
/// | `prove INDEX` | a checked receipt for one entry under the last tree head | `bytes` |
/// | `rebuild` | the whole tree from the leaves' hashes, which are read first | `read`, `leaves` |
/// | `close` | folds the log and closes it | |
struct LogBenchmark {
  static func run(_ number: Int?) throws {
    var session = LogBenchmark()
    while let line = readLine() {
      let words = line.split(separator: " ").map(String.init)
      guard let command = words.first else { continue }
      var answer = try session.run(command, Array(words.dropFirst()))
      answer["command"] = .string(command)
      FileHandle.standardOutput.write(Data(try CanonicalJSON.encode(.object(answer)) + [10]))
    }
  }

  private var store: Store?
  private var key: SigningKey?
  private var count = 0

  private mutating func run(_ command: String, _ words: [String]) throws -> [String: JSONValue] {
    switch (command, words.count) {
    case ("create", 1):
      let key = try SigningKey.create(path: words[0] + ".key", name: "bench")
      try Store.create(at: words[0], origin: "example.com/bench", key: key, entry: NewEntry(.`init`, actor: "bench"))
      return [:]
    case ("open", 1):
      let opened = try Store.open(at: words[0])
      (store, key) = (opened, try SigningKey.load(path: words[0] + ".key"))
      return ["size": .integer(try opened.read { try $0.lastSignedTreeHead().size })]
    case ("append", 0): return try append(record: false)
    case ("commit", 0): return try append(record: true)
    case ("prove", 1): return try prove(Int64(words[0]) ?? 0)
    case ("rebuild", 0): return try rebuild()
    case ("close", 0):
      var timing = Timing()
      try timing.measure { try store?.close() }
      store = nil
      return ["wall": .integer(timing.last.wall), "cpu": .integer(timing.last.cpu)]
    default: throw BenchError.unknownCommand("\(command) \(words.joined(separator: " "))")
    }
  }

  private mutating func append(record: Bool) throws -> [String: JSONValue] {
    guard let store, let key else { throw BenchError.unknownCommand("append before open") }
    count += 1
    let name = "m\(ProcessInfo.processInfo.processIdentifier)-\(count)"
    var timing = Timing()
    let index = try timing.measure {
      try store.write(NewEntry(.train, actor: "bench", reason: "a reason of usual length"), key: key) { transaction in
        if record { _ = try transaction.modelOrNew(name) }
        transaction.facts["model"] = .string(name)
        return transaction.entryIndex
      }
    }
    // Leaf, note, root, two nodes of the tree, two salts and texts, and the record's name.
    let entry = try store.read { try $0.leaf(index).count + $0.lastSignedTreeHead().note.utf8.count }
    let payload = entry + 32 * 5 + 29 + (record ? name.utf8.count : 0)
    return ["wall": .integer(timing.last.wall), "cpu": .integer(timing.last.cpu), "bytes": .integer(Int64(payload))]
  }

  private func prove(_ index: Int64) throws -> [String: JSONValue] {
    guard let store else { throw BenchError.unknownCommand("prove before open") }
    var timing = Timing()
    let proof = try timing.measure { try store.read { try $0.proof(of: index) } }
    return [
      "wall": .integer(timing.last.wall), "cpu": .integer(timing.last.cpu), "bytes": .integer(Int64(proof.bytes.count)),
    ]
  }

  private func rebuild() throws -> [String: JSONValue] {
    guard let store else { throw BenchError.unknownCommand("rebuild before open") }
    var (reading, timing) = (Timing(), Timing())
    let leaves = try reading.measure { try store.read { try $0.logNodes(level: 0) } }
    let levels = timing.measure { TreeRebuild.levels(of: leaves) }
    let head = try store.read { try $0.lastSignedTreeHead() }
    guard try TreeRebuild.root(size: leaves.count, levels: levels) == head.root else {
      throw BenchError.unknownCommand("another root")
    }
    return [
      "wall": .integer(timing.last.wall), "cpu": .integer(timing.last.cpu), "read": .integer(reading.last.wall),
      "read_cpu": .integer(reading.last.cpu), "leaves": .integer(Int64(leaves.count)),
    ]
  }
}

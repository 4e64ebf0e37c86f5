import ArgumentParser
import Foundation
import Ledger
import Store

/// `lethe-bench commits`: many small durable commits through `Store.write`, one after the other: a record, a log entry with actor and
/// reason, and a signed tree head each.
struct Commits: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "commits", abstract: "Write many small entries.")

  @Argument(help: "The store; made if it is not there, with its key beside it.") var path: String
  @Option(help: "How many.") var count = 1_000

  func run() throws {
    let keyPath = path + ".key"
    if !FileManager.default.fileExists(atPath: path) {
      let key = try SigningKey.create(path: keyPath, name: "key")
      try Store.create(at: path, origin: "example.com/bench", key: key, entry: NewEntry(.`init`, actor: "bench"))
    }
    let (store, key) = (try Store.open(at: path), try SigningKey.load(path: keyPath))
    let prefix = "\(ProcessInfo.processInfo.processIdentifier)"
    let start = ContinuousClock.now
    var timings = try Timings("commit", count: count) { number in
      try store.write(NewEntry(.train, actor: "bench", reason: "a reason of usual length"), key: key) { transaction in
        _ = try transaction.modelOrNew("m\(prefix)-\(number)-\(UInt32.random(in: 0 ..< .max))")
      }
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    timings.notes["per_second"] = Double(count + 1) / seconds
    try timings.report()
    try store.close()
  }
}

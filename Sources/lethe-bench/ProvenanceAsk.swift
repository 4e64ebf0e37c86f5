import ArgumentParser
import Foundation
import Report
import Store

/// `lethe-bench provenance-ask`: how long the library takes for the questions about the past, on a store that `provenance-make` made.
struct ProvenanceAsk: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "provenance-ask", abstract: "Time the questions about the past.")

  @Argument(help: "The store.") var path: String
  @Option(help: "How often to ask each.") var count = 200
  @Option(help: "Only questions whose name has this text.") var only: String?
  @Option(help: "Ask for this example instead of one of provenance-make's.") var example: String?

  func run() throws {
    let store = try Store.open(at: path)
    let models = try store.read { try $0.modelNames() }
    let datasets = try store.read { try $0.datasets() }
    var generator = SystemRandomNumberGenerator()
    func model() -> String { models.randomElement(using: &generator) ?? "" }
    func dataset() -> DatasetRecord { datasets.randomElement(using: &generator) ?? datasets[0] }
    func className() -> String { dataset().classes.randomElement(using: &generator)?.shownName ?? "" }
    func time(_ what: String, _ body: (Snapshot) throws -> Void) throws {
      if let only, !what.contains(only) { return }
      try Timings(what, count: count) { _ in try store.read(body) }.report()
    }

    try time("history, 100 newest") { _ = try HistoryAnswer(HistoryFilter(limit: 100), in: $0) }
    try time("history MODEL, 100 newest") { _ = try HistoryAnswer(HistoryFilter(model: model(), limit: 100), in: $0) }
    try time("history --class, 100 newest") { _ = try HistoryAnswer(HistoryFilter(className: className(), limit: 100), in: $0) }
    try time("history --kind reinstate, 100 newest") {
      _ = try HistoryAnswer(HistoryFilter(action: "reinstate", limit: 100), in: $0)
    }
    try time("history --since --until, one day") { snapshot in
      _ = try HistoryAnswer(HistoryFilter(since: "2023-12-24", until: "2023-12-24", limit: 100), in: snapshot)
    }
    try time("explain MODEL") { _ = try CheckpointAnswer($0.checkpoint(named: model()), in: $0) }
    try time("explain MODEL@50") { _ = try CheckpointAnswer($0.checkpoint(named: "\(model())@50"), in: $0) }
    try time("explain --class") { snapshot in
      let name = className()
      let found = try snapshot.datasets(havingClass: name)
      _ = try ExplainClassAnswer(className: name, dataset: snapshot.dataset(named: found[0]), in: snapshot)
    }
    try time("explain --example") { snapshot in
      let id = example ?? "\(dataset().name) train \(Int.random(in: 0..<400, using: &generator))"
      _ = try ExplainExampleAnswer(example: id, in: snapshot)
    }
    try time("forgotten_classes WHERE model") { _ = try $0.forgottenClasses(model: model()) }
    try time("forgotten_classes WHERE class") { _ = try $0.forgottenClasses(className: className()) }
    try time("checkpoint list MODEL") { _ = try CheckpointListAnswer(model: model(), in: $0) }
    try store.close()
  }
}

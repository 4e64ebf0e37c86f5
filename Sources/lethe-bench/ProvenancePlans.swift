import ArgumentParser
import Store

/// `lethe-bench provenance-plans`: how SQLite goes about the questions that must stay quick.
struct ProvenancePlans: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "provenance-plans", abstract: "Print the query plans.")

  @Argument(help: "A store.") var path: String

  func run() throws {
    let store = try Store.open(at: path)
    for (question, sql) in HotStatements.all {
      print(question)
      for line in try store.read({ try $0.plan(of: sql) }) { print("  \(line)") }
    }
    try store.close()
  }
}

import ArgumentParser
import Report
import Store

/// `lethe stats`.
struct Stats: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats", abstract: "What the store holds and what it costs on disk.",
    discussion: """
      EXAMPLE
        lethe stats
      """)
  @OptionGroup var common: CommonOptions

  func run() throws {
    let answer = try common.withStore { store in try store.read { try StatsAnswer(in: $0) } }
    try common.show(answer) { answer in
      let chunks = "\(Terminal.bytes(answer.plainChunkBytes)) of arrays in \(Terminal.bytes(answer.storedChunkBytes))"
      Terminal.line("file \(Terminal.bytes(answer.fileBytes)); \(chunks)")
      let rows = answer.checkpoints.map { [$0.model, Terminal.bytes($0.logicalBytes), Terminal.bytes($0.storedBytes)] }
      Terminal.table([["CHECKPOINT", "ON ITS OWN", "ADDED HERE"]] + rows)
      Terminal.line(answer.tables.filter { $0.rows > 0 }.map { "\($0.name) \($0.rows)" }.joined(separator: ", "))
    }
  }
}

import ArgumentParser
import Report
import Store

/// `lethe verify`.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Rebuild everything that the store claims from its raw rows.",
    discussion: """
      Checks the database's structure, every signature and hash of the log, every row against the entry that wrote it, every tensor
      against its digest, and the lineage. Exit code 20 and a list of findings if anything is not as it was committed.

      What it cannot see: a file that was replaced as a whole by an earlier state of itself, or whose log was rewritten with another
      key. Keep `lethe log checkpoint` and `lethe log key` elsewhere and compare.

      EXAMPLES
        lethe verify
        lethe verify --store copy.db --json
      """)

  @OptionGroup var common: CommonOptions

  func run() throws {
    let verification = try common.withStore { $0.verify { Terminal.progress("checking \($0)", $1) } }
    let answer = VerifyAnswer(verification)
    try common.show(answer) { answer in
      for finding in answer.findings { Terminal.line("\(finding.code): \(finding.subject): \(finding.message)") }
      let what = "\(answer.logSize) log entries, \(Terminal.bytes(Int(answer.checkedBytes)))"
      Terminal.line(answer.ok ? "ok: \(what), root \(answer.root)" : "NOT ok: \(answer.findings.count) findings; \(what)")
    }
    if !answer.ok { throw Ended(exit: .damage) }
  }
}

import ArgumentParser
import Report
import Store

/// `lethe verify`.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Rebuild everything that the store claims from its raw rows.",
    discussion: """
      Checks the database's structure, every signature and hash of the log, every row against the entry that wrote it, every tensor
      against its digest, and the lineage. Exit code 20 and a list of findings if anything is not as it was committed. What cannot be
      read is a finding, and the rest is checked all the same; what was passed over is listed as not checked. Nothing is written.

      --read-data-subset 2/7 reads one chunk and one tensor in seven and checks everything else in full; 1/7 to 7/7 together read all.

      What it cannot see: a file that was replaced as a whole by an earlier state of itself, or whose log was rewritten with another
      key. Keep `lethe log checkpoint` and `lethe log key` elsewhere and compare.

      EXAMPLES
        lethe verify
        lethe verify --store copy.db --json
        lethe verify --read-data-subset $(($(date +%s) / 86400 % 7 + 1))/7     a seventh each day
      """)

  @OptionGroup var common: CommonOptions

  @Option(help: ArgumentHelp("Read only subset n of t of the arrays' bytes.", valueName: "n/t"))
  var readDataSubset: DataSubset = .all

  func run() throws {
    let verification = try common.withStore(for: .verifying) {
      $0.verify(reading: readDataSubset) { Terminal.progress("checking \($0)", $1) }
    }
    let answer = VerifyAnswer(verification)
    try common.show(answer) { answer in
      for finding in answer.findings { Terminal.line("\(finding.code): \(finding.subject): \(finding.message)") }
      for passed in answer.notChecked { Terminal.line("not checked: \(passed.subject): \(passed.reason)") }
      let what = "\(answer.logSize) log entries, \(Terminal.bytes(Int(answer.checkedBytes)))"
      Terminal.line(
        answer.ok
          ? "ok: \(what), root \(answer.root)" : "NOT ok: \(answer.findings.count { $0.severity == "error" }) findings; \(what)")
    }
    if !answer.ok { throw Ended(exit: .damage) }
  }
}

extension DataSubset: ExpressibleByArgument {
  /// As it is typed: `2/5`.
  public init?(argument: String) { self.init(argument) }
  /// As help shows it.
  public var defaultValueDescription: String { isAll ? "all of it" : description }
}

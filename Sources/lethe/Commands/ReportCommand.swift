import ArgumentParser
import Engine
import Foundation
import Report
import Store

/// `lethe report`.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write a compliance report: what was forgotten, when, by whom, why, with what effect.",
    discussion: """
      EXAMPLES
        lethe report pets
        lethe report pets --event 3 --format json --output report.json
        lethe report --from 2026-01-01 --to 2026-03-31
      """)

  /// How a report is written.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case markdown, json
  }

  @OptionGroup var common: CommonOptions
  @Argument(help: "Only this model.") var model: String?
  @Option(help: ArgumentHelp("Only this act of forgetting.", valueName: "n")) var event: Int64?
  @Option(help: ArgumentHelp("Only what was forgotten from this time on (RFC 3339, UTC, or its beginning).", valueName: "time"))
  var from: String?
  @Option(help: ArgumentHelp("Only what was forgotten up to this time.", valueName: "time")) var to: String?
  @Option(help: ArgumentHelp("markdown or json (else markdown, or json with --json).", valueName: "format")) var format: Format?
  @Option(help: ArgumentHelp("Write to a file instead of printing.", valueName: "file")) var output: String?

  func validate() throws {
    try Times.check(from, option: "--from")
    try Times.check(to, option: "--to")
  }

  func run() throws {
    let report = try common.withStore { store in
      let verification = store.verify { Terminal.progress("checking \($0)", $1) }
      return try store.read {
        try ComplianceReport(
          ReportScope(model: model, event: event, from: from, to: to), toolVersion: Engine.version, verification: verification,
          in: $0)
      }
    }
    Terminal.clearProgress()
    let text = try (format ?? (common.json ? .json : .markdown)) == .json ? report.json() : MarkdownReport(report).text
    if let output {
      try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: output), options: .atomic)
    }
    // With --json the object is what is printed, whatever goes to a file.
    if common.json {
      Terminal.line(try report.json())
    } else {
      Terminal.line(output.map { "Wrote \($0)" } ?? text)
    }
  }
}

import ArgumentParser
import Engine
import Foundation
import Ledger
import Report
import Store

/// `lethe report`.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write a compliance report: what was forgotten, when, by whom, why, with what effect.",
    discussion: """
      The master is a JSON document; HTML and Markdown are drawn from it alone. The HTML page is self-contained, loads and runs nothing,
      and prints. --record enters the document's SHA-256 into the log and keeps the document beside the page, so that anybody can tell
      later that the report is the one that was handed out: `sha256sum` and `lethe log prove`. Without it a report only reads.

      --format cyclonedx is a bill of materials (CycloneDX 1.6) of one checkpoint instead: model card, data sets, acts of forgetting. It
      names no person, class or reason, like a receipt.

      EXAMPLES
        lethe report pets
        lethe report pets --format html --output report.html --record
        lethe report pets --event 3 --format json --output report.json
        lethe report pets --event 3 --curve --format html --output report.html
        lethe report --from 2026-01-01 --to 2026-03-31 --organisation "Example Ltd" --contact privacy@example.com
        lethe report --input report.json --format html --output again.html
        lethe report pets@3 --format cyclonedx --output pets.cdx.json
      """)

  /// How a report is written.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case markdown, html, json
    /// A bill of materials for one model.
    case cyclonedx
  }

  @OptionGroup var common: CommonOptions
  @OptionGroup var actor: ActorOptions
  @Argument(help: "Only this model.") var model: String?
  @Option(help: ArgumentHelp("Only this act of forgetting.", valueName: "n")) var event: Int64?
  @Option(help: ArgumentHelp("Only what was forgotten from this time on (RFC 3339, UTC, or its beginning).", valueName: "time"))
  var from: String?
  @Option(help: ArgumentHelp("Only what was forgotten up to this time.", valueName: "time")) var to: String?
  @Option(help: ArgumentHelp("markdown, html, json or cyclonedx (else markdown, or json with --json).", valueName: "format"))
  var format: Format?
  @Option(help: ArgumentHelp("Write to a file instead of printing.", valueName: "file")) var output: String?
  @Flag(help: "Enter the JSON document's digest into the log; needs --output, and writes the document beside it.") var record =
    false
  @Flag(
    help:
      "Trace anew what other amounts would have done (N_a curve); it needs the parent and its data, and takes about a second each.")
  var curve = false
  @Option(help: ArgumentHelp("Whose report it is.", valueName: "text")) var organisation: String?
  @Option(help: ArgumentHelp("Whom to ask about it.", valueName: "text")) var contact: String?
  @Option(help: ArgumentHelp("Draw this JSON document instead of making one.", valueName: "file")) var input: String?

  func validate() throws {
    try Times.check(from, option: "--from")
    try Times.check(to, option: "--to")
    if record, output == nil { throw ValidationError("--record goes with --output.") }
    if record, chosen != .json, output?.hasSuffix(".json") == true {
      throw ValidationError("A page is named otherwise than .json: the document beside it has that name.")
    }
    if chosen == .cyclonedx {
      if model == nil { throw ValidationError("--format cyclonedx needs a model or checkpoint.") }
      if record || curve || input != nil || event != nil || from != nil || to != nil || contact != nil || common.json {
        throw ValidationError("--format cyclonedx goes with a model, --organisation and --output alone.")
      }
    }
    if input != nil,
      record || model != nil || event != nil || from != nil || to != nil || curve || organisation != nil || contact != nil
    {
      throw ValidationError("--input goes with --format and --output alone.")
    }
  }

  private var chosen: Format { format ?? (common.json ? .json : .markdown) }

  func run() throws {
    if chosen == .cyclonedx { return try bill() }
    let (file, recording) = try input.map(read) ?? make()
    Terminal.clearProgress()
    let text =
      switch chosen {
      case .json: String(decoding: file.bytes.dropLast(), as: UTF8.self)
      case .markdown: MarkdownReport(file.report).text
      case .html, .cyclonedx: HTMLReport(file.report, recording: recording).text
      }
    if let output { try ShortFile.write(Array((text + "\n").utf8), to: output) }
    // With --json the object is what is printed, whatever goes to a file.
    if common.json { return Terminal.object(try file.report.json()) }
    guard let output else { return Terminal.line(text) }
    Terminal.line(chosen != .json && record ? "Wrote \(output) and \(document(beside: output))" : "Wrote \(output)")
    if record, let entry = recording.logIndex { Terminal.line("Log entry \(entry) holds \(recording.digest)") }
  }

  private func bill() throws {
    var maker = ReportMaker(toolVersion: Engine.version)
    (maker.toolDigest, maker.organisation) = (Self.programDigest()?.description, organisation)
    let text = try common.withStore { [maker] store in
      try store.read { try BillOfMaterials(model ?? "", by: maker, in: $0).text }
    }
    guard let output else { return Terminal.line(String(text.dropLast())) }
    try ShortFile.write(Array(text.utf8), to: output)
    Terminal.line("Wrote \(output)")
  }

  private func read(_ path: String) throws -> (ReportFile, ReportRecording) {
    let file = try ReportFile(reading: path)
    // The log says whether it was handed out, if it is at hand.
    let known =
      FileManager.default.fileExists(atPath: common.path)
      ? try common.withStore { store in try store.read { try $0.report(digest: file.digest)?.logIndex } } : nil
    return (file, ReportRecording(digest: file.digest.description, logIndex: known))
  }

  private func make() throws -> (ReportFile, ReportRecording) {
    var maker = ReportMaker(toolVersion: Engine.version)
    (maker.toolDigest, maker.preparedBy) = (Self.programDigest()?.description, actor.name)
    (maker.organisation, maker.contact) = (organisation, contact)
    let scope = ReportScope(model: model, event: event, from: from, to: to)
    return try actor.withEngine(common, for: record ? .writing : .reading) { [maker] engine in
      if record { try engine.checkKey() }
      let verification = engine.store.verify { Terminal.progress("checking \($0)", $1) }
      let file = try engine.store.read { snapshot in
        let tracing = { (event: EventRecord) in try Self.curve(of: event, engine, snapshot) }
        return try ReportFile(
          ComplianceReport(scope, by: maker, verification: verification, in: snapshot, curve: curve ? tracing : nil))
      }
      var recording = ReportRecording(digest: file.digest.description, logIndex: nil)
      if record, let output {
        // The document first: a digest in the log without it would say nothing.
        try ShortFile.write(file.bytes, to: document(beside: output))
        recording.logIndex = try engine.recordReport(file.digest, scope: scope.json)
      }
      return (file, recording)
    }
  }

  private static func curve(of event: EventRecord, _ engine: Engine, _ snapshot: Snapshot) throws -> ComplianceReport.EventCurve {
    Terminal.progress("tracing the curve of event \(event.id)", 0.5)
    let found = try engine.curves(of: event, in: snapshot)
    return .init(of: event, leftOut: found.leftOut, classes: found.curves.map { .init($0.name, $0.curve) })
  }

  /// Where the JSON document of a page lies: the same name with another ending.
  private func document(beside output: String) -> String {
    chosen == .json ? output : NSString(string: output).deletingPathExtension + ".json"
  }

  /// SHA-256 of the running program.
  private static func programDigest() -> Digest? {
    guard let handle = FileHandle(forReadingAtPath: "/proc/self/exe") else { return nil }
    defer { try? handle.close() }
    var builder = DigestBuilder()
    while let piece = try? handle.read(upToCount: 1 << 20), !piece.isEmpty { builder.update(piece) }
    return builder.finalize()
  }
}

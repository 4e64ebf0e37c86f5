import Foundation
import Testing

@testable import Report

/// The page says what the JSON says, keeps its form whatever anybody wrote, and is drawn from the JSON alone.
@Suite struct HTMLReportTests {
  private static let recording = ReportRecording(digest: "sha256:" + String(repeating: "5", count: 64), logIndex: 77)

  private static func page(_ report: ComplianceReport) -> String { HTMLReport(report, recording: recording).text }

  @Test(arguments: PageTests.texts) func theFormStays(_ text: String) throws {
    let plain = try #require(HTML(Self.page(HostileTextTests.report("plain"))))
    let hostile = try #require(HTML(Self.page(HostileTextTests.report(text))))
    #expect(hostile.elements.filter { $0 != "title" } == plain.elements.filter { $0 != "title" })
    #expect(Set(hostile.attributes.flatMap(\.keys)) == Set(plain.attributes.flatMap(\.keys)))
    let shown = hostile.text.unicodeScalars
    for word in text.split(whereSeparator: { $0.isWhitespace || $0.isNewline }) {
      let printable = word.unicodeScalars.split {
        $0.properties.generalCategory == .control || $0.turnsDirection || $0 == "\u{FFFE}"
      }
      for part in printable { #expect(shown.contains(part), "\(part)") }
    }
  }

  /// Percentages, digests and every number of three digits or more stand in the JSON; smaller ones may count what it lists.
  private func check(_ report: ComplianceReport) throws {
    let json = try report.json()
    let page = try #require(HTML(Self.page(report)))
    var values = Set<Double>()
    func gather(_ value: Any) {
      switch value {
      case let object as [String: Any]: object.values.forEach(gather)
      case let array as [Any]: array.forEach(gather)
      case let number as NSNumber: values.insert(number.doubleValue)
      default: break
      }
    }
    gather(try JSONSerialization.jsonObject(with: Data(json.utf8)))
    let text = page.text.replacing("95 % interval", with: "").replacing("95 % Wilson", with: "")
    let percentages = text.matches(of: /([0-9.]+)\u{A0}%/).map { String($0.output.1) }.filter {
      !["0", "20", "25", "40", "50", "60", "75", "80", "100"].contains($0)
    }
    #expect(percentages.count > 20)
    for share in percentages { #expect(values.contains { String(format: "%.1f", $0 * 100) == share }, "\(share) %") }
    for digest in text.matches(of: /sha256:[0-9a-f]{64}/) {
      #expect(json.contains(digest.output) || digest.output == Self.recording.digest, "\(digest.output)")
    }
    for number in text.matches(of: /[0-9]{1,3}(,[0-9]{3})+/) {
      let plain = String(number.output.0).replacing(",", with: "")
      #expect(Double(plain).map(values.contains) == true, "\(plain)")
    }
  }

  @Test func figuresComeFromTheJSON() throws {
    try check(GoldenTests.input())
    let sample = try SampleStore()
    try sample.forget("bee", pairs: 9, approvedBy: "Grace")
    try sample.forget("ant", "cat")
    try sample.rollback(to: 2, reinstate: true)
    try check(sample.report())
    // The page of the document that was written is the page of the report.
    let report = try sample.report()
    let path = sample.folder.appendingPathComponent("report.json").path
    let file = try ReportFile(report)
    try Data(file.bytes).write(to: URL(fileURLWithPath: path))
    let read = try ReportFile(reading: path)
    #expect(read.digest == file.digest && Self.page(read.report) == Self.page(report))
    // Another byte is another document.
    for spoilt in [file.bytes + [10], [32] + file.bytes, Array(file.bytes.dropLast(2)), []] {
      try Data(spoilt).write(to: URL(fileURLWithPath: path))
      #expect(throws: ReportFileError.self) { try ReportFile(reading: path) }
    }
    #expect(throws: ReportFileError.self) { try ReportFile(reading: path + "-missing") }
  }

  @Test func itSaysWhatIsThere() throws {
    let report = try GoldenTests.input()
    let page = try #require(HTML(Self.page(report)))
    for words in [
      "Example Ltd", "case 2026-117", "Still recoverable from", "No longer in force: reinstated", "Attacks: not run", "certified",
      "hold", "Institute", "whose digest is in log entry 77", "lethe log prove 77", "still knows",
    ] { #expect(page.text.contains(words), "\(words)") }
    for id in ["summary", "timeline", "requests", "event-1", "event-2", "lineage", "erasures", "standing", "evidence", "limits"] {
      #expect(page.values("id").contains(id), "\(id)")
    }
    #expect(page.elements.filter { $0 == "svg" }.count == 4)
    #expect(
      HTMLReport(report, recording: ReportRecording(digest: "sha256:0", logIndex: nil)).text.contains("not known to be in the log"))
  }

  @Test func destroyedTextsAreNotThere() throws {
    let sample = try SampleStore()
    try sample.forget("bee", reason: "asked by Evelyn", actor: "Mallory", approvedBy: "Trent")
    try sample.edit("UPDATE sealed_field SET value = NULL, salt = NULL WHERE entry = 3")
    let page = Self.page(try sample.report())
    for name in ["Mallory", "Evelyn", "Trent"] { #expect(!page.contains(name)) }
    #expect(page.contains("redacted"))
  }

  /// Branches get lanes of their own, and no node leaves the drawing.
  @Test func lineagesAreDrawn() throws {
    let nodes = (1...60).map { number in
      LineageGraph.Node(
        name: "m@\(number)", parent: number == 1 ? nil : "m@\(number % 4 == 0 ? 1 : number - 1)", kind: "unlearned",
        isHead: number == 60,
        isErased: number == 41, knows: number % 7 == 0 ? ["frog"] : [])
    }
    let drawing = try #require(HTML(LineageGraph("t", nodes: nodes).markup(id: "g").source))
    let circles = zip(drawing.elements, drawing.attributes).filter { $0.0 == "circle" }.map(\.1)
    #expect(circles.count == 40 && circles.filter { $0["class"]?.contains("f1") == true }.count == 6)
    let xs = circles.compactMap { $0["cx"].flatMap(Double.init) }
    #expect(Set(xs).count > 1 && xs.allSatisfy { $0 > 6 && $0 < 120 })
    #expect(drawing.elements.filter { $0 == "tr" }.count == 61)
    #expect(drawing.values("class").contains("whisker"))
  }
}

import Foundation
import Testing

@testable import Report

/// Whatever somebody wrote as a reason, a name or a class, the report keeps its form and the text is all there.
@Suite struct HostileTextTests {
  static let texts = [
    "a | b || c|", "`code` and ```", "line\nbreak\r\nand\u{2028}more\u{B}x\u{85}y",
    "<script>alert(1)</script><!-- -->", "# heading",
    "[link](javascript:x) ![image](x)", "**bold** _it_ ~~gone~~", "\\| \\", "&lt;b&gt; &#124;", "|\u{301} `\u{301} <\u{20DD}b>",
    "| --- |\n\n## Event 9: forged\n\n| When | never |", "\u{1B}[31mred\u{7}", "safe \u{202E}txt.exe", "",
  ]

  /// A report on two events, one of them reinstated.
  static func report(_ text: String) throws -> ComplianceReport {
    var report = try GoldenTests.input()
    report.report.scope = "model \(text)"
    for index in report.events.indices {
      report.events[index].forgetting.reason = Nullable(text)
      report.events[index].forgetting.actor = Nullable(text)
      report.events[index].forgetting.approvedBy = Nullable(text)
      report.events[index].forgetting.classes = [text, text]
      report.events[index].scope.encoder = Nullable(text)
      for row in report.events[index].perClass.indices { report.events[index].perClass[row].class = Nullable(text) }
    }
    for index in report.overrides.indices {
      report.overrides[index].reason = Nullable(text)
      report.overrides[index].actor = Nullable(text)
      report.overrides[index].classes = [text]
    }
    for index in report.requests.indices {
      report.requests[index].subject = Nullable(text)
      report.requests[index].basis = Nullable(text)
      report.requests[index].approvedBy = Nullable(text)
    }
    for index in report.erasures.indices {
      (report.erasures[index].classes, report.erasures[index].performedBy) = ([text], Nullable(text))
    }
    for index in report.holds.indices { (report.holds[index].subject, report.holds[index].owner) = (text, Nullable(text)) }
    for index in report.copies.indices { report.copies[index].location = Nullable(text) }
    for index in report.recipients.indices {
      (report.recipients[index].receivedBy, report.recipients[index].toTell) = (Nullable(text), [text])
    }
    (report.report.organisation, report.report.contact, report.report.preparedBy) = (Nullable(text), Nullable(text), Nullable(text))
    report.log.verification.ok = false
    report.log.verification.findings = [.init(code: "row.changed", severity: "error", subject: text, message: text)]
    return report
  }

  @Test(arguments: texts) func theFormStays(_ text: String) throws {
    let (plain, hostile) = (MarkdownReport(try Self.report("plain")).text, MarkdownReport(try Self.report(text)).text)
    #expect(Markdown.skeleton(hostile) == Markdown.skeleton(plain))
    #expect(hostile.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
    #expect(hostile.unicodeScalars.allSatisfy { !("\u{202A}"..."\u{202E}").contains($0) })
  }

  @Test(arguments: texts) func nothingOfTheTextIsLost(_ text: String) throws {
    let lines = Markdown.unescaped(MarkdownReport(try Self.report(text)).text)
    for word in text.split(whereSeparator: { $0.isWhitespace || $0.isNewline }) {
      let printable = word.unicodeScalars.split {
        $0.properties.generalCategory == .control || ("\u{202A}"..."\u{202E}").contains($0)
      }
      for part in printable { #expect(lines.unicodeScalars.contains(part), "\(part)") }
    }
  }

  @Test func logTextsCannotCloseTheirFence() throws {
    var report = try GoldenTests.input()
    let plain = Markdown.skeleton(MarkdownReport(report).text)
    report.log.verifierKey = "```+0+x"
    report.log.signedTreeHead = "`````\n" + report.log.signedTreeHead
    let lines = Markdown.skeleton(MarkdownReport(report).text)
    func withoutFences(_ lines: [String]) -> [String] { lines.filter { $0.contains { $0 != "`" } } }
    #expect(withoutFences(lines) == withoutFences(plain))
  }
}

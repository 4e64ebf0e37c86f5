import Store
import Testing

@testable import Report

/// Texts that name persons can be blanked; what is left still verifies and still reads.
@Suite struct RedactionTests {
  @Test func blankedTextsReadAsRedacted() throws {
    let sample = try SampleStore()
    try sample.forget("bee", reason: "asked by Evelyn", actor: "Mallory", approvedBy: "Trent")
    try sample.edit(
      "UPDATE sealed_field SET value = NULL, salt = NULL WHERE entry = 3; "
        + "UPDATE class SET name = NULL, salt = NULL WHERE name = 'bee'; "
        + "UPDATE example SET external_id = NULL, salt = NULL WHERE external_id = 'train 7'")
    let report = try sample.report()
    #expect(report.log.verification.ok && report.log.verification.findings.isEmpty)
    let (facts, text) = (try #require(report.events.first).forgetting, MarkdownReport(report).text)
    #expect(facts.actor.value == nil && facts.reason.value == nil && facts.approvedBy.value == nil)
    #expect(facts.classes == ["class 1"])
    #expect(text.contains("| By | redacted |") && text.contains("| Why | redacted |") && !text.contains("Approved by"))
    #expect(text.contains("class 1 forgotten by pets"))
    for name in ["Mallory", "Evelyn", "Trent"] {
      #expect(!text.contains(name))
      #expect(try !report.json().contains(name))
    }
    let entry = try #require(try sample.read { try HistoryAnswer(HistoryFilter(action: "forget"), in: $0).entries.first })
    #expect(entry.actor.value == nil && entry.reason.value == nil && entry.classes == ["class 1"])
    #expect(throws: StoreError.unknown(kind: "example", name: "train 7", known: [])) {
      try sample.read { try ExplainExampleAnswer(example: "train 7", in: $0) }
    }
  }

  @Test func aChangedTextIsNotARedaction() throws {
    let sample = try SampleStore()
    try sample.forget("bee", reason: "asked by Evelyn")
    try sample.edit("UPDATE sealed_field SET value = 'asked by nobody' WHERE name = 'reason'")
    let report = try sample.report()
    #expect(!report.log.verification.ok)
    #expect(MarkdownReport(report).text.contains("**NOT ok**"))
  }
}

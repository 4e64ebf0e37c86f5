import Foundation
import Store
import Testing

@testable import Report

/// What reports and histories show, and what they leave out.
@Suite struct ScopeTests {
  private static func sample() throws -> SampleStore {
    let sample = try SampleStore()
    try sample.train("wild", seed: 3)
    try sample.forget("bee")
    try sample.forget("cat", from: "wild", reason: "licence ended", actor: "Grace")
    try sample.rollback(to: 1)
    try sample.rollback(to: 2, reinstate: false, reason: "back")
    try sample.rollback(to: 1, reinstate: true, reason: "consent given again")
    return sample
  }

  private func history(_ sample: SampleStore, _ filter: HistoryFilter) throws -> [HistoryAnswer.Entry] {
    try sample.read { try HistoryAnswer(filter, in: $0).entries }
  }

  @Test func historyIsNewestFirstAndFiltered() throws {
    let sample = try Self.sample()
    let all = try history(sample, HistoryFilter())
    #expect(all.map(\.logIndex) == (0..<9).reversed())
    #expect(
      all.map(\.action) == ["reinstate", "rollback", "rollback", "forget", "forget", "train", "train", "import", "init"])
    #expect(try history(sample, HistoryFilter(limit: 2)).map(\.logIndex) == [8, 7])
    #expect(try history(sample, HistoryFilter(model: "wild")).map(\.logIndex) == [5, 3])
    #expect(try history(sample, HistoryFilter(model: "nobody")).isEmpty)
    #expect(try history(sample, HistoryFilter(className: "bee")).map(\.logIndex) == [8, 4])
    #expect(try history(sample, HistoryFilter(action: "rollback")).map(\.logIndex) == [7, 6])
    #expect(try history(sample, HistoryFilter(model: "pets", action: "rollback", limit: 1)).map(\.logIndex) == [7])
    let forgets = try history(sample, HistoryFilter(action: "forget"))
    #expect(forgets.map(\.actor.value) == ["Grace", "Ada"])
    #expect(forgets.map(\.reason.value) == ["licence ended", "consent withdrawn"])
    #expect(forgets.map(\.event.value) == [2, 1] && forgets.map(\.classes) == [["cat"], ["bee"]])
    #expect(forgets.map(\.parent.value) == ["wild@1", "pets@1"] && forgets.map(\.child.value) == ["wild@2", "pets@2"])
    #expect(forgets.map(\.dataset.value) == ["animals", "animals"])
  }

  @Test func periodsIncludeTheirEnds() throws {
    let sample = try Self.sample()
    let times = try history(sample, HistoryFilter()).map(\.time)
    let (first, last) = (try #require(times.last), try #require(times.first))
    #expect(try history(sample, HistoryFilter(since: first, until: last)).count == 9)
    #expect(try history(sample, HistoryFilter(since: "2999")).isEmpty)
    #expect(try history(sample, HistoryFilter(until: "1999-12-31")).isEmpty)
    for length in [4, 7, 10, 16] {
      let period = HistoryFilter(since: String(first.prefix(length)), until: String(last.prefix(length)))
      #expect(try history(sample, period).count == 9)
    }
    #expect(try sample.report(ReportScope(from: String(first.prefix(10)), to: String(last.prefix(10)))).events.count == 2)
    #expect(try sample.report(ReportScope(to: "1999-12-31")).events.isEmpty)
  }

  @Test func reportsCoverTheirScope() throws {
    let sample = try Self.sample()
    #expect(try sample.report().events.map(\.forgetting.event) == [1, 2])
    let pets = try sample.report(ReportScope(model: "pets"))
    #expect(pets.events.map(\.forgetting.event) == [1] && pets.report.scope == "model pets")
    #expect(try sample.report(ReportScope(model: "wild")).overrides.isEmpty)
    #expect(try sample.report(ReportScope(event: 2)).events.map(\.forgetting.model) == ["wild"])
    #expect(try sample.report(ReportScope(model: "pets", event: 2)).events.isEmpty)
    #expect(throws: StoreError.unknown(kind: "event", name: "9", known: ["2", "1"])) { try sample.report(ReportScope(event: 9)) }
    #expect(throws: StoreError.self) { try sample.report(ReportScope(model: "nobody")) }
    let empty = MarkdownReport(try sample.report(ReportScope(from: "2999")))
    #expect(empty.text.contains("Nothing was forgotten in this scope."))
  }

  @Test func overridesAreShown() throws {
    let sample = try Self.sample()
    let report = try sample.report(ReportScope(model: "pets"))
    #expect(report.overrides.map(\.action) == ["reinstate", "rollback", "rollback"])
    #expect(report.overrides.map(\.classes) == [["bee"], [], []])
    #expect(report.events.map(\.forgetting.inForce) == [false])
    let text = MarkdownReport(report).text
    #expect(text.contains("## Rollbacks and reinstatements") && text.contains("**no longer in force: reinstated**"))
    #expect(text.contains("| 8 |") && text.contains("| reinstate | pets@2 → pets@1 | bee | Ada | consent given again |"))
    #expect(!MarkdownReport(try sample.report(ReportScope(model: "wild"))).text.contains("## Rollbacks"))
  }
}

import Foundation
import Store
import Testing

@testable import Report

/// Every figure in the Markdown occurs in the report's JSON.
@Suite struct FigureTests {
  /// Numbers of a JSON value, and the runs of digits in its texts.
  private static func numbers(_ value: Any, _ found: inout (numbers: Set<Double>, digits: Set<String>)) {
    switch value {
    case let object as [String: Any]: for item in object.values { numbers(item, &found) }
    case let array as [Any]: for item in array { numbers(item, &found) }
    case let text as String: found.digits.formUnion(digits(text))
    case let number as NSNumber: found.numbers.insert(number.doubleValue)
    default: break
    }
  }

  private static func digits(_ text: String) -> [String] {
    text.split { !($0.isASCII && $0.isNumber || $0 == ".") }.map { $0.trimmingCharacters(in: ["."]) }.filter { !$0.isEmpty }
  }

  private func check(_ report: ComplianceReport) throws {
    var found: (numbers: Set<Double>, digits: Set<String>) = ([], [])
    Self.numbers(try JSONSerialization.jsonObject(with: Data(report.json().utf8)), &found)
    let text = MarkdownReport(report).text
    #expect(Set(try SplitText(text).percentages).count > 5 || report.events.isEmpty)
    for percentage in try SplitText(text).percentages {
      #expect(found.numbers.contains { String(format: "%.1f", $0 * 100) == percentage }, "\(percentage) %")
    }
    for number in Self.digits(try SplitText(text).rest) {
      #expect(found.digits.contains(number) || Double(number).map(found.numbers.contains) == true, "\(number)")
    }
  }

  /// A report's percentages, and its text without them and without the heading of the intervals.
  private struct SplitText {
    var percentages: [String]
    var rest: String

    init(_ text: String) throws {
      let body = text.replacingOccurrences(of: "95 % interval", with: "")
      let pattern = try Regex("([0-9.]+) %", as: (Substring, Substring).self)
      percentages = body.matches(of: pattern).map { String($0.output.1) }
      rest = body.replacing(pattern, with: "")
    }
  }

  @Test func ofARecordedReport() throws { try check(GoldenTests.input()) }

  @Test func ofAStore() throws {
    let sample = try SampleStore()
    try check(sample.report())
    try sample.forget("bee", pairs: 9)
    try sample.forget("ant", "cat", reason: "section 17 | 3")
    try sample.rollback(to: 2, reinstate: true)
    try check(sample.report())
    try check(sample.report(ReportScope(model: "pets", event: 1)))
  }

  @Test func figuresAreThoseThatWereRecorded() throws {
    let sample = try SampleStore()
    let event = try sample.forget("bee", approvedBy: "Grace")
    let item = try #require(try sample.report().events.first)
    let answer = item.forgetting
    #expect(answer.event == event.id && answer.maskedPairs == event.maskedPairs && answer.activePairs == event.activePairs)
    #expect(answer.parent == "pets@1" && answer.child == "pets@2" && answer.approvedBy.value == "Grace" && answer.inForce)
    #expect(answer.measurements.map(\.role) == ["forget", "retain"] && answer.measurements.allSatisfy { $0.split == "test" })
    #expect(answer.measurements.map(\.n).reduce(0, +) == 60 && item.perClass.map(\.n).reduce(0, +) == 60)
    #expect(item.scope.splits.count == 6 && item.scope.classes == ["bee"] && item.scope.labels == [1])
    for part in ["train", "validation", "test"] {
      #expect(item.scope.splits.filter { $0.part == part }.map(\.count).reduce(0, +) == 60)
    }
    #expect(item.checkpoints.map(\.status) == ["still knows", "masked"] && item.checkpoints.map(\.head) == [false, true])
    let after = try sample.read { try $0.measurements(checkpoint: event.child) }
    #expect(item.perClass.map(\.value) == after.filter { $0.classID != nil }.map(\.value))
  }
}

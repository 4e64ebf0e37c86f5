import Foundation
import Testing

@testable import Report

/// A report with fixed names, times and digests against the Markdown that was last looked at and found right.
///
/// `LETHE_RECORD=1 swift test --filter GoldenTests` writes the Markdown anew: look at the difference before committing it.
@Suite struct GoldenTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")

  static func input() throws -> ComplianceReport {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(ComplianceReport.self, from: Data(contentsOf: folder.appendingPathComponent("report.json")))
  }

  @Test func markdownIsAsRecorded() throws {
    let (text, file) = (MarkdownReport(try Self.input()).text + "\n", Self.folder.appendingPathComponent("report.md"))
    if ProcessInfo.processInfo.environment["LETHE_RECORD"] != nil { try Data(text.utf8).write(to: file) }
    let recorded = try String(contentsOf: file, encoding: .utf8)
    let (lines, expected) = (text.components(separatedBy: "\n"), recorded.components(separatedBy: "\n"))
    for (number, pair) in zip(lines, expected).enumerated() { #expect(pair.0 == pair.1, "line \(number + 1)") }
    #expect(lines.count == expected.count)
  }

  /// Nothing is lost or renamed on the way through JSON.
  @Test func theJSONIsTheReport() throws {
    let data = try Data(contentsOf: Self.folder.appendingPathComponent("report.json"))
    let recorded = try #require(JSONSerialization.jsonObject(with: data) as? NSDictionary)
    let again = try #require(JSONSerialization.jsonObject(with: Data(Self.input().json().utf8)) as? NSDictionary)
    #expect(again == recorded)
  }
}

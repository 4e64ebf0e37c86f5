import Foundation
import Ledger

/// A report's JSON document: the master, of which pages and Markdown are drawings.
package struct ReportFile {
  /// The longest document that is read.
  package static let maximumBytes = 512 << 20

  package let report: ComplianceReport
  /// As it is written: one line of JSON with its keys sorted, and a newline.
  package let bytes: [UInt8]

  package var digest: Digest { Digest.of(bytes) }

  package init(_ report: ComplianceReport) throws {
    (self.report, bytes) = (report, Array((try report.json() + "\n").utf8))
  }

  /// Reads a document that `lethe report` wrote; what says the same in other bytes is refused, since its digest would be another.
  /// - Throws: `ReportFileError`.
  package init(reading path: String) throws(ReportFileError) {
    guard let handle = FileHandle(forReadingAtPath: path) else { throw ReportFileError(path: path, reason: "it cannot be opened") }
    defer { try? handle.close() }
    guard let data = try? handle.read(upToCount: Self.maximumBytes + 1) ?? Data() else {
      throw ReportFileError(path: path, reason: "it cannot be read")
    }
    guard data.count <= Self.maximumBytes else { throw ReportFileError(path: path, reason: "it is too large") }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let report = try? decoder.decode(ComplianceReport.self, from: data), let file = try? ReportFile(report),
      file.bytes == Array(data)
    else { throw ReportFileError(path: path, reason: "it is not a document that `lethe report` wrote, byte for byte") }
    self = file
  }
}

/// Why a file is no report.
package struct ReportFileError: Error, Equatable {
  package var path: String
  package var reason: String

  /// What is wrong, in a sentence.
  package var message: String { "\(path) is no report: \(reason)" }
  /// What the reader can do about it.
  package var remedy: String { "name the JSON document as it was written, or make a report anew" }
}

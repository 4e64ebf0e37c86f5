import Foundation
@preconcurrency import Glibc

/// Writing to the person or program at the other end.
enum Terminal {
  /// One line on standard output.
  static func line(_ text: String = "") {
    print(text)
  }

  /// One line on standard error.
  static func errorLine(_ text: String) {
    clearProgress()
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }

  /// Progress goes to stderr and only to a terminal: a percentage that overwrites itself.
  static let showsProgress = isatty(2) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"

  /// Shows how far a command is.
  static func progress(_ stage: String, _ share: Double) {
    guard showsProgress else { return }
    let percent = String(Int((min(max(share, 0), 1) * 100).rounded()))
    FileHandle.standardError.write(Data("\r\u{1B}[K\(String(repeating: " ", count: 3 - percent.count))\(percent) % \(stage)".utf8))
  }

  /// Removes the progress line before something else is written.
  static func clearProgress() {
    if showsProgress { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
  }

  /// Whether headings may be bold: stdout is a terminal and NO_COLOR is not set (https://no-color.org).
  static let isStyled = isatty(1) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil

  static func bold(_ text: String) -> String { isStyled ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

  /// Rows as columns that line up; the first row is the heading.
  static func table(_ rows: [[String]]) {
    let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    for (index, row) in rows.enumerated() {
      let cells = zip(row, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count) }
      let text = cells.joined(separator: "  ")
      line(index == 0 ? bold(text) : text)
    }
  }

  /// 0.8712 as `87.1 %`.
  static func percent(_ share: Double?) -> String {
    share.map { String(format: "%.1f %%", $0 * 100) } ?? "–"
  }

  /// 1234567 as `1.2 MB`.
  static func bytes(_ count: Int) -> String {
    switch count {
    case ..<1_000: "\(count) B"
    case ..<1_000_000: String(format: "%.1f kB", Double(count) / 1e3)
    case ..<1_000_000_000: String(format: "%.1f MB", Double(count) / 1e6)
    default: String(format: "%.1f GB", Double(count) / 1e9)
    }
  }
}

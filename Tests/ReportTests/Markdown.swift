@testable import Report

/// What a reader of Markdown sees as marks: those outside fences that no backslash takes away.
enum Markdown {
  private static let marks: [Unicode.Scalar] = ["|", "`", "*", "_", "[", "]", "<", ">", "#", "&", "~"]

  /// The marks of each line. Two texts with the same marks have the same tables, cells, headings and emphasis.
  static func skeleton(_ text: String) -> [String] {
    var (fence, lines) = ("", [String]())
    for line in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false) {
      let ticks = String(line.prefix { $0 == "`" })
      if fence.isEmpty, ticks.count >= 3 {
        fence = ticks
      } else if !fence.isEmpty {
        if ticks.count >= fence.count, ticks.count == line.count { fence = "" }
        lines.append("")
        continue
      }
      var (marks, escaped) = (String.UnicodeScalarView(), false)
      for scalar in line {
        if escaped {
          escaped = false
        } else if scalar == "\\" {
          escaped = true
        } else if Self.marks.contains(scalar) {
          marks.append(scalar)
        }
      }
      lines.append(String(marks))
    }
    return lines
  }

  /// The text without its escapes.
  static func unescaped(_ text: String) -> String {
    var (result, escaped) = (String.UnicodeScalarView(), false)
    for scalar in text.unicodeScalars {
      if scalar == "\\", !escaped {
        escaped = true
      } else {
        result.append(scalar)
        escaped = false
      }
    }
    return String(result)
  }
}

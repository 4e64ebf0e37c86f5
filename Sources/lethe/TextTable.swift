/// Tables of text whose columns line up.
enum TextTable {
  private static let gap = 2
  /// No column becomes narrower than this: text in slivers helps nobody, and what then does not fit is wrapped by the terminal.
  private static let narrowest = 8

  /// The lines of a table, and whether each belongs to the heading, which is the first row.
  ///
  /// Where a width is given, the widest columns shrink until the rows fit, and their cells go on in further lines: between words, or within
  /// a word that is too long, such as a digest. Nothing is cut off.
  static func lines(_ rows: [[String]], within limit: Int?) -> [(text: String, isHeading: Bool)] {
    guard let columns = rows.first?.indices, !columns.isEmpty else { return [] }
    let rows = rows.map { $0.map { PlainText.shown($0, lines: false) } }
    var widths = columns.map { column in rows.map { width($0[column]) }.max() ?? 0 }
    if let limit { shrink(&widths, to: limit - gap * (columns.count - 1)) }
    return rows.enumerated().flatMap { index, row in
      let cells = zip(row, widths).map { limit == nil ? [$0] : wrapped($0, to: $1) }
      return (0..<(cells.map(\.count).max() ?? 1)).map { number in
        let parts = zip(cells, widths).map { cell, wide in
          let part = number < cell.count ? cell[number] : ""
          return part + String(repeating: " ", count: max(0, wide - width(part)))
        }
        let text = parts.joined(separator: String(repeating: " ", count: gap))
        return (limit == nil ? text : String(text.reversed().drop { $0 == " " }.reversed()), index == 0)
      }
    }
  }

  /// Takes from the widest column, one by one, until the sum is at most `sum`.
  private static func shrink(_ widths: inout [Int], to sum: Int) {
    var excess = widths.reduce(0, +) - sum
    while excess > 0, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > narrowest {
      widths[widest] -= 1
      excess -= 1
    }
  }

  /// A text in lines that are at most so wide.
  private static func wrapped(_ text: String, to limit: Int) -> [String] {
    guard width(text) > limit else { return [text] }
    var lines = [""]
    var used = 0
    for word in text.split(separator: " ") {
      let wide = width(word)
      if used > 0, used + 1 + wide <= limit {
        lines[lines.count - 1] += " " + word
        used += 1 + wide
        continue
      }
      if used > 0 {
        lines.append("")
        used = 0
      }
      for character in word {
        let wide = width(String(character))
        if used > 0, used + wide > limit {
          lines.append("")
          used = 0
        }
        lines[lines.count - 1].append(character)
        used += wide
      }
    }
    return lines
  }

  /// The blocks whose characters Unicode's EastAsianWidth.txt calls wide, roughly: what a terminal shows in two columns.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
    0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD,
  ]

  /// How many columns a terminal takes for it: two for most of East Asia's characters, none for an accent that is set on another.
  static func width(_ text: some StringProtocol) -> Int {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    return text.unicodeScalars.reduce(0) { sum, scalar in
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .enclosingMark, .format: sum
      default: sum + (wide.contains { $0.contains(scalar.value) } ? 2 : 1)
      }
    }
  }
}

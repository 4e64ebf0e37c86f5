import Foundation

/// What the drawings share: how they are named to those who don't see them, and how texts and series are set.
enum Drawing {
  /// Every drawing is 360 units wide, so that its texts can be read where the page has 360 pixels.
  static let width = 360.0

  /// A drawing with its name, a description, a line below and the figures as a table that opens.
  /// - Parameter id: unique in the page.
  static func figure(
    id: String, title: String, description: String, height: Double, figures: Markup, @MarkupBuilder _ content: () -> Markup
  ) -> Markup {
    tag("figure") {
      tag(
        "svg",
        [
          "xmlns": "http://www.w3.org/2000/svg", "viewBox": "0 0 \(number(width)) \(number(height))", "role": "img",
          "aria-labelledby": "\(id)-title \(id)-text",
        ]
      ) {
        tag("title", ["id": "\(id)-title"]) { title }
        tag("desc", ["id": "\(id)-text"]) { description }
        content()
      }
      tag("figcaption") { title }
      if figures != .empty {
        tag("details") {
          tag("summary") { "The figures" }
          figures
        }
      }
    }
  }

  static func text(_ text: String, x: Double, y: Double, _ classes: String? = nil) -> Markup {
    tag("text", ["x": number(x), "y": number(y), "class": classes]) { text }
  }

  /// A text that may be longer than its place: cut off, and in full as its title.
  static func text(_ text: String, x: Double, y: Double, within width: Double, _ classes: String? = nil) -> Markup {
    let short = fitted(text, width: width)
    return tag("text", ["x": number(x), "y": number(y), "class": classes]) {
      if short != text { tag("title") { text } }
      short
    }
  }

  static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ classes: String) -> Markup {
    tag("line", ["x1": number(x1), "y1": number(y1), "x2": number(x2), "y2": number(y2), "class": classes])
  }

  /// As much of a text as surely fits at 11 units: a character beyond Latin counts as a full square.
  static func fitted(_ text: String, width: Double) -> String {
    func room(_ character: Character) -> Double { character.utf8.count == 1 || character.utf8.count == 2 ? 6.4 : 11.5 }
    var used = 0.0
    for index in text.indices {
      used += room(text[index])
      if used > width {
        var kept = text[..<index]
        while let last = kept.last, used > width - 8 {
          used -= room(last)
          kept.removeLast()
        }
        return kept + "…"
      }
    }
    return text
  }

  /// Two decimals at most. By hand: a page has hundreds of them, and a format string is ten times slower.
  static func number(_ value: Double) -> String {
    let hundredths = Int((min(max(value, -1e6), 1e6) * 100).rounded())
    let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
    let sign = hundredths < 0 ? "-" : ""
    if rest == 0 { return "\(sign)\(whole)" }
    return rest % 10 == 0 ? "\(sign)\(whole).\(rest / 10)" : "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
  }

  /// Series differ by colour, dashes and markers; from the seventh on they come again.
  static let dashes: [String?] = [nil, "7 3", "2 2.5", "9 3 2 3", "14 4", "4 2 1 2"]

  static func colour(_ series: Int) -> String { "s\(series % dashes.count)" }

  static func marker(_ series: Int, x: Double, y: Double) -> Markup {
    let (kind, classes) = (series % dashes.count, "mark hollow \(colour(series))")
    let path =
      switch kind {
      case 1: "M\(number(x - 3)) \(number(y - 3))h6v6h-6z"
      case 2: "M\(number(x)) \(number(y - 4))l3.8 6.6h-7.6z"
      case 3: "M\(number(x)) \(number(y - 4))l4 4l-4 4l-4 -4z"
      case 4: "M\(number(x - 3)) \(number(y - 3))l6 6m0 -6l-6 6"
      case 5: "M\(number(x - 4)) \(number(y))h8m-4 -4v8"
      default: "M\(number(x - 3)) \(number(y))a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z"
      }
    return tag("path", ["d": path, "class": classes])
  }
}

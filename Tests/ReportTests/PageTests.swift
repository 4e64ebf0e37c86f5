import Foundation
import Ledger
import Testing

@testable import Report

/// Pages and drawings are well-formed and keep their form, whatever texts are put into them.
@Suite struct PageTests {
  static let texts =
    HostileTextTests.texts + [
      "</script></style></title><img src=x onerror=alert(1)>", "\" onmouseover=\"alert(1)", "' x='", "]]><!DOCTYPE x>",
      "a\u{0}b\u{FFFE}",
      "javascript:alert(1)", "//example.com/x", "&#x3c;script&#x3e;", String(repeating: "w", count: 500),
      "日本語のとても長いクラス名" + "猫" * 60,
    ]

  private static func page(_ text: String) -> Page {
    Page(title: text, lead: tag("p") { text }, navigation: [(text, text)], footer: tag("p") { text }) {
      tag("h2") { text }
      facts([(text, Markup(text))])
      PageTable.markup(text, [.heading(text), .number(text)], [[Markup(text), Markup(text)]])
      lines(text).markup(id: "lines")
      bars(text).markup(id: "bars")
    }
  }

  private static func lines(_ text: String) -> LineChart {
    LineChart(
      text, description: text, x: PlotAxis(text, scale: .logarithmic), y: .share(text),
      series: (0..<7).map { number in
        LineChart.Series(text, (0...40).map { (pow(10, Double($0) / 10), Double(number * $0) / 280) })
      })
  }

  private static func bars(_ text: String) -> BarChart {
    BarChart(
      text, description: text, series: [text, text, text],
      groups: [
        .init(text, [.init(0.934, low: 0.9, high: 0.96), .init(0), nil]),
        .init(text, [.init(.nan), .init(2, low: -1, high: 3), .init(0.5, low: 0.4, high: .infinity)]),
      ])
  }

  @Test(arguments: texts) func textsNeverBecomeMarkup(_ text: String) throws {
    let (plain, hostile) = (try #require(HTML(Self.page("plain").html)), try #require(HTML(Self.page(text).html)))
    // A text that is cut off in a drawing has one more element there: its title.
    #expect(hostile.elements.filter { $0 != "title" } == plain.elements.filter { $0 != "title" })
    #expect(Set(hostile.attributes.flatMap(\.keys)) == Set(plain.attributes.flatMap(\.keys)))
    #expect(hostile.values("href").allSatisfy { !$0.prefix { !"/#?".contains($0) }.contains(":") && !$0.hasPrefix("//") })
    let shown = hostile.text.unicodeScalars
    #expect(shown.allSatisfy { $0.properties.generalCategory != .control || "\n\t".unicodeScalars.contains($0) })
    for word in text.split(whereSeparator: { $0.isWhitespace || $0.isNewline }) {
      let printable = word.unicodeScalars.split {
        $0.properties.generalCategory == .control || $0.turnsDirection || $0 == "\u{FFFE}"
      }
      for part in printable { #expect(shown.contains(part), "\(part)") }
    }
  }

  @Test func aPageIsAccessibleAndLoadsNothing() throws {
    let source = Self.page("plain").html
    let page = try #require(HTML(source))
    for element in ["script", "link", "img", "iframe", "form", "object"] { #expect(!page.elements.contains(element)) }
    #expect(page.elements.filter { $0 == "h1" }.count == 1)
    for landmark in ["header", "nav", "main", "footer"] { #expect(page.elements.filter { $0 == landmark }.count == 1) }
    #expect(page.attributes[0]["lang"] == "en")
    let skip = try #require(page.elements.firstIndex(of: "a"))
    #expect(page.attributes[skip]["href"] == "#main" && page.values("id").contains("main"))
    let ids = page.values("id")
    #expect(Set(ids).count == ids.count)
    for labels in page.values("aria-labelledby") { for id in labels.split(separator: " ") { #expect(ids.contains(String(id))) } }
    for (element, attributes) in zip(page.elements, page.attributes) {
      if element == "th" { #expect(attributes["scope"] != nil) }
      if attributes["class"] == "scroll" { #expect(attributes["tabindex"] == "0" && attributes["aria-label"] != nil) }
      if element == "svg" { #expect(attributes["role"] == "img" && attributes["aria-labelledby"] != nil) }
      #expect(attributes["style"] == nil && !attributes.keys.contains { $0.hasPrefix("on") })
    }
    #expect(page.elements.filter { $0 == "table" }.count == page.elements.filter { $0 == "caption" }.count)
  }

  /// The style sheet is the one that the policy names: a browser would drop any other.
  @Test func thePolicyNamesTheStyleSheet() throws {
    let source = Self.page("plain").html
    let sheet = try #require(source.components(separatedBy: "<style>").last?.components(separatedBy: "</style>").first)
    #expect(source.contains("&#39;sha256-\(Data(Digest.of(Array(sheet.utf8)).bytes).base64EncodedString())&#39;"))
    #expect(source.contains("default-src &#39;none&#39;"))
  }

  /// The bars say what the figures are: lengths in proportion, nothing outside the drawing.
  @Test func barsAreInProportion() throws {
    let groups = [0.0, 0.25, 0.5, 1].map { BarChart.Group("\($0)", [.init($0), .init(1 - $0)]) }
    let chart = try #require(
      HTML(BarChart("t", description: "d", series: ["before", "after"], groups: groups).markup(id: "x").source))
    let widths = zip(chart.elements, chart.attributes).filter { $0.0 == "rect" }.compactMap { $0.1["width"].flatMap(Double.init) }
    #expect(widths.dropFirst(2).elementsEqual([0, 286, 71.5, 214.5, 143, 143, 286, 0]))
  }

  @Test(arguments: [
    ([1.0, 40_000], PlotAxis.Scale.logarithmic, ["1", "10", "100", "1000", "10k"]),
    ([0, 1], .linear, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
    ([-3, 17], .linear, ["0", "5", "10", "15"]), ([5, 5], .linear, ["3", "4", "5", "6", "7"]), ([3, 8], .logarithmic, ["3", "8"]),
  ])
  func ticksAreRound(_ values: [Double], _ scale: PlotAxis.Scale, _ expected: [String]) {
    let axis = PlotAxis("x", scale: scale).fitted(to: values)
    #expect(axis.ticks(5).map(axis.tickText) == expected)
  }

  @Test func figuresAreWritten() {
    #expect(FigureText.percent(0.9344) == "93.4\u{A0}%" && FigureText.percent(nil) == "–")
    var drawn: [Double] = (0...2_000).map { Double($0) / 2_000 }
    for number in 0..<20_000 {
      let place: Int = (number * 2_654_435_761) % 1_000_003
      drawn.append(Double(place) / 1_000_003)
    }
    for share in drawn + [0.0625, 0.145, 0.9995, 0.99949999, 1, -0.5, 2] {
      #expect(FigureText.percent(share) == String(format: "%.1f", share * 100) + "\u{A0}%")
    }
    for place in drawn.map({ $0 * 400 - 20 }) {
      let printed = String(format: "%g", (place * 100).rounded() / 100)
      #expect(Drawing.number(place) == (printed == "-0" ? "0" : printed))
    }
    #expect([0, 999, 1_000, 1_234_567, -1_000].map { FigureText.count($0) } == ["0", "999", "1,000", "1,234,567", "-1,000"])
    #expect([-0.0, 0.05, 9_999, 12_345, 1.5e6, .nan].map(FigureText.plain) == ["0", "0.05", "9999", "12.35k", "1.5M", "–"])
  }
}

private func * (text: String, count: Int) -> String { String(repeating: text, count: count) }

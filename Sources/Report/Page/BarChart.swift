/// Shares with their intervals, a bar for each series in each group: accuracy of every class before and after.
package struct BarChart: Sendable {
  /// A share from 0 to 1; `low` and `high` are the ends of its interval, where it has one.
  package struct Bar: Sendable {
    package var value: Double
    package var low: Double?
    package var high: Double?

    package init(_ value: Double, low: Double? = nil, high: Double? = nil) {
      (self.value, self.low, self.high) = (value, low, high)
    }
  }

  package struct Group: Sendable {
    package var name: String
    /// One for each series; nil where nothing was measured.
    package var bars: [Bar?]

    package init(_ name: String, _ bars: [Bar?]) {
      (self.name, self.bars) = (name, bars)
    }
  }

  package var title: String
  package var description: String
  /// Names of at most three series: the first is drawn hollow, the second filled, the third dashed.
  package var series: [String]
  package var groups: [Group]

  package init(_ title: String, description: String, series: [String], groups: [Group]) {
    (self.title, self.description, self.series, self.groups) = (title, description, series, groups)
  }

  private static let (left, right) = (4.0, 290.0)
  private static let (barHeight, top) = (9.0, 8.0)
  private static let axis = PlotAxis.share("share").fitted(to: [])

  /// The drawing with its legend and, below, its figures. O(bars).
  /// - Parameter id: unique in the page.
  package func markup(id: String) -> Markup {
    let legend = Self.top + 16 * Double(series.count)
    let step = 20 + (Self.barHeight + 3) * Double(series.count)
    let bottom = legend + 4 + step * Double(groups.count)
    return Drawing.figure(id: id, title: title, description: description, height: bottom + 22, figures: table) {
      for (index, name) in series.enumerated() {
        box(index, x: Self.left, y: Self.top + 16 * Double(index), width: 24)
        Drawing.text(name, x: Self.left + 31, y: Self.top + 8.5 + 16 * Double(index), within: 310)
      }
      for tick in [0, 0.25, 0.5, 0.75, 1] {
        let place = Self.place(tick)
        Drawing.line(place, legend + 4, place, bottom, "grid")
        Drawing.text(Self.axis.tickText(tick), x: max(place, 10), y: bottom + 15, "middle quiet")
      }
      for (index, group) in groups.enumerated() { self.group(group, y: legend + 4 + step * Double(index)) }
      Drawing.line(Self.left, legend + 4, Self.left, bottom, "axis")
    }
  }

  private static func place(_ share: Double) -> Double {
    left + (axis.position(share) ?? 0) * (right - left)
  }

  private func group(_ item: Group, y: Double) -> Markup {
    Report.group {
      Drawing.text(item.name, x: Self.left + 3, y: y + 14, within: 340, "strong")
      for (index, bar) in item.bars.prefix(series.count).enumerated() {
        let top = y + 19 + (Self.barHeight + 3) * Double(index)
        if let bar, bar.value.isFinite {
          box(index, x: Self.left, y: top, width: Self.place(bar.value) - Self.left)
          if let low = bar.low, let high = bar.high, low.isFinite, high.isFinite {
            whisker(Self.place(low), Self.place(high), y: top + Self.barHeight / 2)
          }
        }
        Drawing.text(FigureText.percent(bar?.value), x: Drawing.width - 2, y: top + Self.barHeight - 0.5, "end")
      }
    }
  }

  private func box(_ index: Int, x: Double, y: Double, width: Double) -> Markup {
    tag(
      "rect",
      [
        "x": Drawing.number(x), "y": Drawing.number(y), "width": Drawing.number(max(0, width)),
        "height": Drawing.number(Self.barHeight),
        "class": "mark \(Drawing.colour(index)) \(index == 1 ? "f1" : "hollow")", "stroke-dasharray": index == 2 ? "3 2" : nil,
      ])
  }

  private func whisker(_ low: Double, _ high: Double, y: Double) -> Markup {
    func text(_ value: Double) -> String { Drawing.number(value) }
    return tag(
      "path",
      ["class": "whisker", "d": "M\(text(low)) \(text(y - 3))v6m0 -3H\(text(high))m0 -3v6"])
  }

  private var table: Markup {
    let columns = series.flatMap { [PageTable.Column.number($0), .number("95 % interval")] }
    let rows = groups.map { group in
      [Markup(group.name)]
        + series.indices.flatMap { index -> [Markup] in
          let bar = group.bars.indices.contains(index) ? group.bars[index] : nil
          let interval = bar.flatMap { bar in bar.low.flatMap { low in bar.high.map { (low, $0) } } }
          return [
            Markup(FigureText.percent(bar?.value)),
            Markup(interval.map { "\(FigureText.percent($0.0)) to \(FigureText.percent($0.1))" } ?? "–"),
          ]
        }
    }
    return PageTable.markup(title, [.heading("measured on")] + columns, rows)
  }
}

/// Several series over one axis, as lines with markers.
package struct LineChart: Sendable {
  package struct Series: Sendable {
    package var name: String
    package var points: [(x: Double, y: Double)]

    package init(_ name: String, _ points: [(x: Double, y: Double)]) {
      (self.name, self.points) = (name, points)
    }
  }

  package var title: String
  package var description: String
  package var x: PlotAxis
  package var y: PlotAxis
  package var series: [Series]
  /// Where an upright line stands, as the value that was chosen.
  package var mark: Double?

  /// - Parameter description: what a reader should see in it, in words.
  package init(_ title: String, description: String, x: PlotAxis, y: PlotAxis, series: [Series], mark: Double? = nil) {
    (self.title, self.description, self.x, self.y, self.series, self.mark) = (title, description, x, y, series, mark)
  }

  private static let (left, right, top, bottom) = (46.0, 350.0, 24.0, 200.0)
  /// A series has a marker at every point up to so many, and at as many of them beyond.
  private static let markers = 16

  /// The drawing with its legend and, below, its figures. O(points).
  /// - Parameter id: unique in the page.
  package func markup(id: String) -> Markup {
    let points = series.flatMap(\.points)
    let (across, up) = (x.fitted(to: points.map(\.x)), y.fitted(to: points.map(\.y)))
    let height = Self.bottom + 40 + 17 * Double(series.count)
    return Drawing.figure(id: id, title: title, description: description, height: height, figures: table(across, up)) {
      frame(across, up)
      chosen(across)
      for (index, series) in series.enumerated() { curve(series, index, across, up) }
      for (index, series) in series.enumerated() { legend(series, index) }
    }
  }

  private func frame(_ across: FittedAxis, _ up: FittedAxis) -> Markup {
    group {
      Drawing.text(y.label, x: 2, y: 12, within: 340, "quiet")
      for tick in up.ticks(5) {
        let place = Self.bottom - (up.position(tick) ?? 0) * (Self.bottom - Self.top)
        Drawing.line(Self.left, place, Self.right, place, "grid")
        Drawing.text(up.tickText(tick), x: Self.left - 5, y: place + 4, "end quiet")
      }
      for tick in across.ticks(5) {
        let place = Self.left + (across.position(tick) ?? 0) * (Self.right - Self.left)
        Drawing.line(place, Self.bottom, place, Self.bottom + 4, "axis")
        Drawing.text(across.tickText(tick), x: min(place, Self.right - 8), y: Self.bottom + 16, "middle quiet")
      }
      Drawing.line(Self.left, Self.bottom, Self.right, Self.bottom, "axis")
      Drawing.line(Self.left, Self.top, Self.left, Self.bottom, "axis")
      Drawing.text(x.label, x: (Self.left + Self.right) / 2, y: Self.bottom + 31, within: 290, "middle quiet")
    }
  }

  private func chosen(_ across: FittedAxis) -> Markup {
    guard let mark, let place = across.position(mark).map({ Self.left + $0 * (Self.right - Self.left) }) else { return .empty }
    return group {
      Drawing.line(place, Self.top, place, Self.bottom, "whisker")
      Drawing.text("chosen: \(across.text(mark))", x: place, y: Self.top - 8, "\(place > 180 ? "end" : "start") quiet")
    }
  }

  private func curve(_ series: Series, _ index: Int, _ across: FittedAxis, _ up: FittedAxis) -> Markup {
    let places = series.points.compactMap { point -> (x: Double, y: Double)? in
      guard let x = across.position(point.x), let y = up.position(point.y) else { return nil }
      return (Self.left + x * (Self.right - Self.left), Self.bottom - y * (Self.bottom - Self.top))
    }
    let step = max(1, (places.count + Self.markers - 1) / Self.markers)
    return group {
      if places.count > 1 {
        tag(
          "polyline",
          [
            "points": places.map { "\(Drawing.number($0.x)),\(Drawing.number($0.y))" }.joined(separator: " "),
            "class": "curve \(Drawing.colour(index))", "stroke-dasharray": Drawing.dashes[index % Drawing.dashes.count],
          ])
      }
      for number in places.indices where number % step == 0 || number == places.count - 1 {
        Drawing.marker(index, x: places[number].x, y: places[number].y)
      }
    }
  }

  private func legend(_ series: Series, _ index: Int) -> Markup {
    let place = Self.bottom + 48 + 17 * Double(index)
    return group {
      tag(
        "line",
        [
          "x1": Drawing.number(Self.left), "y1": Drawing.number(place), "x2": Drawing.number(Self.left + 36),
          "y2": Drawing.number(place),
          "class": "curve \(Drawing.colour(index))", "stroke-dasharray": Drawing.dashes[index % Drawing.dashes.count],
        ])
      Drawing.marker(index, x: Self.left + 18, y: place)
      Drawing.text(series.name, x: Self.left + 44, y: place + 4, within: 264)
    }
  }

  private func table(_ across: FittedAxis, _ up: FittedAxis) -> Markup {
    let rows = series.flatMap { series in
      series.points.map { [Markup(series.name), Markup(across.text($0.x)), Markup(up.text($0.y))] }
    }
    return PageTable.markup(title, [.heading("series"), .number(x.label), .number(y.label)], rows)
  }
}

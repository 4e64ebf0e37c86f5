/// A model's checkpoints from the oldest down, each joined to the one that it was made from, with what it still knows.
package struct LineageGraph: Sendable {
  package struct Node: Sendable {
    package var name: String
    package var parent: String?
    /// `trained`, `unlearned` …
    package var kind: String
    package var isHead: Bool
    package var isErased: Bool
    /// Forgotten classes that it still knows.
    package var knows: [String]

    package init(name: String, parent: String?, kind: String, isHead: Bool, isErased: Bool, knows: [String]) {
      (self.name, self.parent, self.kind) = (name, parent, kind)
      (self.isHead, self.isErased, self.knows) = (isHead, isErased, knows)
    }
  }

  package var title: String
  package var nodes: [Node]

  package init(_ title: String, nodes: [Node]) {
    (self.title, self.nodes) = (title, nodes)
  }

  /// So many are drawn, the newest; all of them are in the table.
  private static let most = 40
  private static let (step, lane, left, lanes) = (42.0, 16.0, 14.0, 6)

  /// The drawing and, below, its content as a table.
  /// - Parameter id: unique in the page.
  package func markup(id: String) -> Markup {
    let shown = Array(nodes.suffix(Self.most))
    let places = Self.places(shown)
    let columns = (places.map(\.lane).max() ?? 0) + 1
    let textLeft = Self.left + Double(columns) * Self.lane
    return Drawing.figure(
      id: id, title: title,
      description:
        "Checkpoints from the oldest down. A filled circle still knows a forgotten class, an empty one does not, a crossed one was "
        + "erased.", height: Self.step * Double(max(1, shown.count)) + 6, figures: table
    ) {
      for place in places { if let parent = place.parent { edge(from: places[parent], to: place) } }
      for (node, place) in zip(shown, places) {
        circle(node, place)
        Drawing.text(
          "\(node.name)\(node.isHead ? ", head" : ""): \(node.kind)", x: textLeft, y: place.y - 1,
          within: Drawing.width - textLeft - 4,
          "strong")
        Drawing.text(Self.state(node), x: textLeft, y: place.y + 13, within: Drawing.width - textLeft - 4, "quiet")
      }
    }
  }

  private struct Place {
    var lane: Int
    var y: Double
    var parent: Int?
    var x: Double { LineageGraph.left + Double(lane) * LineageGraph.lane }
  }

  /// A child stays in its parent's lane unless another one went on there before it. O(checkpoints).
  private static func places(_ nodes: [Node]) -> [Place] {
    var (numbers, last, free, places) = ([String: Int](), [Int: Int](), 0, [Place]())
    for (index, node) in nodes.enumerated() {
      let parent = node.parent.flatMap { numbers[$0] }
      var lane = free
      if let parent, last[places[parent].lane] == parent {
        lane = places[parent].lane
      } else {
        free = min(free + 1, lanes - 1)
      }
      last[lane] = index
      numbers[node.name] = index
      places.append(Place(lane: lane, y: step * Double(index) + 18, parent: parent))
    }
    return places
  }

  private func edge(from parent: Place, to child: Place) -> Markup {
    func text(_ value: Double) -> String { Drawing.number(value) }
    let path =
      parent.lane == child.lane
      ? "M\(text(parent.x)) \(text(parent.y))V\(text(child.y))"
      : "M\(text(parent.x)) \(text(parent.y))C\(text(parent.x)) \(text(parent.y + 26)) \(text(child.x)) \(text(parent.y + 12)) "
        + "\(text(child.x)) \(text(parent.y + Self.step - 4))V\(text(child.y))"
    return tag("path", ["class": "axis", "d": path])
  }

  private func circle(_ node: Node, _ place: Place) -> Markup {
    group {
      tag(
        "circle",
        [
          "cx": Drawing.number(place.x), "cy": Drawing.number(place.y), "r": "6",
          "class": "\(node.isHead ? "head" : "mark s0") \(node.knows.isEmpty ? "hollow" : "f1")",
        ])
      if node.isErased {
        let (x, y) = (place.x, place.y)
        tag(
          "path",
          ["class": "whisker", "d": "M\(Drawing.number(x - 4)) \(Drawing.number(y - 4))l8 8m0 -8l-8 8"])
      }
    }
  }

  private static func state(_ node: Node) -> String {
    if node.isErased { return "erased: record and digests only" }
    return node.knows.isEmpty ? "knows none of the forgotten classes" : "still knows \(node.knows.joined(separator: ", "))"
  }

  private var table: Markup {
    PageTable.markup(
      title, [.heading("checkpoint"), .text("made from"), .text("kind"), .text("what it knows")],
      nodes.map { node in
        [
          Markup(node.name + (node.isHead ? " (head)" : "")), Markup(node.parent ?? "–"), Markup(node.kind),
          Markup(Self.state(node)),
        ]
      })
  }
}

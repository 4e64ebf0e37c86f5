extension HTMLReport {
  /// One act of forgetting: what, by whom, why, with what effect, and what is left.
  func event(_ item: ComplianceReport.EventItem, number: Int) -> Markup {
    let done = item.forgetting
    return group {
      tag("h2", ["id": "event-\(done.event)"]) {
        "Event \(done.event): \(done.what) forgotten by \(done.model)"
      }
      facts(eventFacts(item))
      effect(item, number: number)
      tag("h3") { "What is left" }
      PageTable.markup(
        "Checkpoints of \(done.model)",
        [.heading("checkpoint"), .short("kind"), .short("status"), .short("digest")],
        item.checkpoints.map { checkpoint in
          [
            Markup(checkpoint.name + (checkpoint.head ? " (head)" : "")), Markup(checkpoint.kind),
            tag("span", ["class": checkpoint.knows.isEmpty ? nil : "warn"]) { checkpoint.status },
            tag("code") { checkpoint.digest },
          ]
        })
      PageTable.markup(
        "What else was made from the examples", [.heading("what"), .text("of"), .text("status")],
        item.artefacts.map { [Markup($0.kind), Markup($0.name), Markup($0.status)] })
      PageTable.markup(
        "Examples in scope", [.heading("part"), .text("role"), .number("count"), .short("digest of the list")],
        item.scope.splits.map { split in
          [Markup(split.part), Markup(split.role), Markup(FigureText.count(split.count)), tag("code") { split.digest }]
        })
    }
  }

  private func eventFacts(_ item: ComplianceReport.EventItem) -> [(String, Markup)] {
    let (done, entry) = (item.forgetting, item.evidence.logIndex)
    var pairs: [(String, Markup)] = [
      ("When", Markup(done.time)), ("By", Markup(text(done.actor.value, "actor", entry))),
      ("Why", Markup(text(done.reason.value, "reason", entry))),
      (
        "Approved by",
        Markup(done.approvedBy.value ?? redactions.time("approved_by", entry).map { "redacted on \($0)" } ?? "nobody is named")
      ),
      ("Request", Markup(done.requests.isEmpty ? "none" : done.requests.map(String.init).joined(separator: ", "))),
      ("State", done.inForce ? Markup("in force") : tag("span", ["class": "bad"]) { "no longer in force: reinstated" }),
      (
        "Data set",
        Markup(
          "\(item.scope.dataset), encoder \(item.scope.encoder.value ?? "not stated"); labels \(item.scope.labels.map(String.init).joined(separator: ", "))"
        )
      ),
      (
        "Parent",
        group {
          "\(done.parent) "; tag("code") { item.parentDigest }
        }
      ),
      (
        "Child",
        group {
          "\(done.child) "; tag("code") { done.childDigest }
        }
      ),
      (
        "Method",
        Markup(
          "via \(done.method), \(done.parameters), seed \(done.seed), engine \(item.engineVersion), \(item.deterministic ? "deterministic" : "not deterministic")"
        )
      ),
      (
        "Masked",
        Markup(
          "\(FigureText.count(done.maskedPairs)) pairs; \(FigureText.count(done.activePairs)) were active; \(FigureText.count(done.storedBytes)) bytes stored"
        )
      ),
      (
        "Log entry",
        group {
          "\(item.evidence.logIndex), leaf hash "; tag("code") { item.evidence.leafHash }
        }
      ),
    ]
    if !done.recipientsToTell.isEmpty {
      pairs.append(
        (
          "Recipients to tell",
          Markup(
            Set(done.recipientsToTell.map { "\($0.recipient): \($0.receivedBy.value ?? "redacted") (\($0.checkpoint))" }).sorted()
              .joined(separator: "; "))
        ))
    }
    return pairs
  }

  private func effect(_ item: ComplianceReport.EventItem, number: Int) -> Markup {
    let done = item.forgetting
    return group {
      tag("h3") { "Effect" }
      PageTable.markup(
        "Accuracy on what goes and what stays",
        [.heading("examples"), .text("split"), .number("before"), .number("after"), .number("95 % interval"), .number("n")],
        done.measurements.map { row in
          [
            Markup(row.role), Markup(row.split), Markup(FigureText.percent(row.before.value)),
            Markup(FigureText.percent(row.after.value)),
            Markup("\(FigureText.percent(row.low.value)) to \(FigureText.percent(row.high.value))"),
            Markup(FigureText.count(row.n)),
          ]
        })
      chart(item, number: number)
      curves(item, number: number)
    }
  }

  private func curves(_ item: ComplianceReport.EventItem, number: Int) -> Markup {
    guard let curve = item.curve.value else { return .empty }
    let unit = curve.unit == "examples" ? "examples whose pairs are masked (N_e)" : "pairs masked (N_a)"
    return group {
      tag("h3") { "What other amounts would have done" }
      tag("p", ["class": "note"]) { curve.note }
      if let reason = curve.leftOut.value { tag("p") { "There is no curve: \(reason)." } }
      for (index, one) in curve.classes.enumerated() {
        LineChart(
          "Accuracy as more is masked: \(one.class)",
          description:
            "From nothing to all that the class's training examples select; the upright line is what was chosen. Shares of the class's own "
            + "training and validation examples, and of those that stay.",
          x: PlotAxis(unit), y: .share("recognised"),
          series: [
            ("its training examples", \ForgetPreviewAnswer.CurvePoint.train), ("its validation examples", \.validation),
            ("those that stay", \.retain),
          ].compactMap { name, share in
            let points = one.points.compactMap { point in point[keyPath: share].value.map { (x: Double(point.amount), y: $0) } }
            return points.isEmpty ? nil : LineChart.Series(name, points)
          }, mark: item.forgetting.amounts.first { $0.class == one.class }.map { Double($0.amount) }
        ).markup(id: "amounts-\(number)-\(index)")
      }
    }
  }

  /// So many classes are drawn: those that were forgotten, then those whose accuracy changed most.
  private static let drawn = 24

  private func chart(_ item: ComplianceReport.EventItem, number: Int) -> Markup {
    let before = Dictionary(item.perClassBefore.map { ($0.class.value ?? "", $0) }) { first, _ in first }
    let forgotten = Set(item.forgetting.classes)
    func change(_ row: MeasurementAnswer) -> Double { abs(row.value - (before[row.class.value ?? ""]?.value ?? row.value)) }
    func rank(_ row: MeasurementAnswer) -> Double { forgotten.contains(row.class.value ?? "") ? 2 : change(row) }
    let rows =
      item.perClass.count <= Self.drawn
      ? item.perClass : Array(item.perClass.sorted { rank($0) > rank($1) }.prefix(Self.drawn))
    guard !rows.isEmpty else { return .empty }
    func bar(_ row: MeasurementAnswer?) -> BarChart.Bar? { row.map { .init($0.value, low: $0.low, high: $0.high) } }
    let left = item.perClass.count - rows.count
    return BarChart(
      "Accuracy of each class before and after" + (left > 0 ? " (the \(rows.count) that changed most)" : ""),
      description:
        "Hollow bars: \(item.forgetting.parent). Filled bars: \(item.forgetting.child). Lines across their ends: 95 % Wilson intervals. "
        + "Forgotten: \(item.forgetting.what).",
      series: ["before (\(item.forgetting.parent))", "after (\(item.forgetting.child))"],
      groups: rows.map { row in
        let name = row.class.value ?? ""
        return .init(name + (forgotten.contains(name) ? " (forgotten)" : ""), [bar(before[name]), bar(row)])
      }
    ).markup(id: "effect-\(number)")
  }

  /// One drawing for each model: what each checkpoint still knows of everything that the report tells of.
  var lineages: Markup {
    var (order, models) = ([String](), [String: [String: (node: LineageGraph.Node, number: Int)]]())
    for event in report.events {
      let model = event.forgetting.model
      if models[model] == nil { order.append(model) }
      for (number, checkpoint) in event.checkpoints.enumerated() {
        var found =
          models[model]?[checkpoint.name]?.node
          ?? LineageGraph.Node(
            name: checkpoint.name, parent: checkpoint.parent.value, kind: checkpoint.kind, isHead: checkpoint.head,
            isErased: checkpoint.status == "erased", knows: [])
        found.knows = Set(found.knows + checkpoint.knows).sorted()
        models[model, default: [:]][checkpoint.name] = (found, number)
      }
    }
    guard !order.isEmpty else { return .empty }
    return group {
      tag("h2", ["id": "lineage"]) { "Lineage" }
      for (number, model) in order.enumerated() {
        LineageGraph(
          "Checkpoints of \(model) and what they still know",
          nodes: (models[model] ?? [:]).values.sorted { $0.number < $1.number }.map(\.node)
        ).markup(id: "lineage-\(number)")
      }
    }
  }
}

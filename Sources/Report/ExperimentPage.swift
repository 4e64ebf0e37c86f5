/// An experiment as a page: what was asked, a table of means over classes, and a drawing for every curve.
package struct ExperimentPage {
  private let answer: ExperimentAnswer

  package init(_ answer: ExperimentAnswer) {
    self.answer = answer
  }

  /// What an experiment asks, and what goes along the axis of its curves.
  private var about: (question: String, axis: String) {
    switch answer.experiment {
    case "activations":
      (
        "What is recognised when the pairs that a class activates are masked, from none to all (Algorithm 1)?",
        "share of the active pairs masked"
      )
    case "examples":
      ("What is recognised when all pairs are masked that some examples of a class select (Algorithm 2)?", "examples")
    case "baselines": ("What do masking and its alternatives reach, give away and cost?", "")
    case "retraining": ("Does a forgotten class come back when training goes on with the others?", "epochs of further training")
    case "multiclass": ("What is left when several classes are forgotten?", "classes forgotten")
    default: ("How well do the models do before anything is forgotten?", "")
    }
  }

  /// How embeddings are projected and keys are learnt.
  private static func ways(_ settings: ExperimentAnswer.Settings) -> String {
    let components = settings.components.value.map { " of \($0) components" } ?? ""
    return "\(settings.projection) projection\(components), \(settings.normalization == "none" ? "no" : settings.normalization) "
      + "normalization, keys by \(settings.keyMethod)"
  }

  /// The document. O(figures).
  package var html: String {
    let settings = answer.settings
    return Page(
      title: "Experiment \(answer.experiment) on \(answer.dataset)", lead: tag("p") { about.question },
      footer: tag("p") { "Drawn from result.json, which has every figure of every class. Lethe \(answer.engineVersion)." }
    ) {
      tag("section") {
        tag("h2") { "What was studied" }
        facts([
          (
            "Model",
            Markup(
              "\(settings.codebooks) codebooks of \(settings.keys) keys of dimension \(settings.keyDimension), top \(settings.topK)"
            )
          ),
          (
            "Training",
            Markup("\(settings.keyEpochs) passes for the keys, \(settings.epochs) for the values, seed \(settings.seed)")
          ),
          ("Ways", Markup(Self.ways(settings))),
          ("Classes forgotten in turn", Markup("\(answer.classes.count): \(answer.classes.joined(separator: ", "))")),
          ("Best-learnt class", Markup(answer.bestClass)),
        ])
      }
      let tables = self.tables
      if tables != .empty {
        tag("section") {
          tag("h2") { "Means over classes" }
          tag("p") { "Mean ± standard deviation over classes; in brackets the best-learnt class, of which the paper reports." }
          tables
          let words = Self.meanings.filter { metric, _ in answer.summaries.contains { $0.metric == metric } }
          if !words.isEmpty {
            tag("h3") { "What the figures are" }
            facts(words.map { (Self.spaced($0.metric), Markup($0.meaning)) })
          }
        }
      }
      let charts = self.charts
      if charts != .empty {
        tag("section") {
          tag("h2") { "Curves" }
          charts
        }
      }
    }.html
  }

  /// Figures that lie on no curve: a row a method, a column a figure.
  private var tables: Markup {
    let single = answer.summaries.filter { $0.at.value == nil }
    let columns = Self.unique(single.map { Column($0) })
    let methods = Self.unique(single.map(\.method))
    let others = columns.map(\.metric).filter { metric in !Self.kinds.contains { $0.metrics.contains(metric) } }
    return group {
      for (title, metrics) in Self.kinds + [("Other figures", others)] {
        let chosen = columns.filter { metrics.contains($0.metric) }
        let rows = methods.compactMap { method -> [Markup]? in
          let cells = chosen.map { column in single.first { $0.method == method && Column($0) == column } }
          return cells.contains { $0 != nil } ? [Markup(method)] + cells.map { Markup(Self.text($0)) } : nil
        }
        PageTable.markup(title, [.heading("method")] + chosen.map { .number($0.title) }, rows)
      }
    }
  }

  /// One table each, so that they fit a sheet of paper: figures beside each other that are read beside each other.
  private static let kinds: [(title: String, metrics: [String])] = [
    ("Accuracy", ["accuracy"]),
    ("What attacks find", ["loss_mia", "neighbour_mia", "relearn_steps"]),
    ("What outputs still tell", ["probe_forget", "prototype_forget", "prototype_retain"]),
    ("Beside the model retrained without the class", ["reference_gap", "reference_disagreement"]),
    ("What it takes", ["pairs", "active_pairs", "examples", "flops", "flops_with_encoder", "seconds"]),
    ("Before anything is forgotten", ["largest_key_overlap"]),
  ]

  /// What a column shows.
  private struct Column: Hashable {
    var metric: String
    var role: String?
    var split: String?

    init(_ summary: ExperimentAnswer.Summary) {
      (metric, role, split) = (summary.metric, summary.role.value, summary.split.value)
    }

    var title: String {
      metric == "accuracy"
        ? [role, split].compactMap(\.self).joined(separator: ", ") : ExperimentPage.spaced(metric)
    }
  }

  private static func spaced(_ metric: String) -> String { metric.map { $0 == "_" ? " " : String($0) }.joined() }

  /// What stands in the tables beside accuracies, as *What is measured* in the article on experiments has it.
  private static let meanings: [(metric: String, meaning: String)] = [
    ("pairs", "Key-value pairs masked."),
    ("active_pairs", "Pairs that the class's training examples select."),
    ("examples", "Training examples of the class whose pairs are masked (N_e)."),
    (
      "loss_mia",
      "Membership inference by loss: the class's training against its test examples. 50\u{A0}% is a coin; the control is the same figure of the "
        + "retrained model."
    ),
    (
      "neighbour_mia",
      "The class's training examples against test examples of the nearest class that stays, by loss. 50\u{A0}% is a coin."
    ),
    ("relearn_steps", "Steps on ten of the class's examples until half of its test examples are recognised; 101: not within 100."),
    ("probe_forget", "The class's test accuracy of a linear classifier on the model's outputs, trained on all classes."),
    ("prototype_forget", "The class's test accuracy by the nearest class mean, its own mean from ten examples."),
    ("prototype_retain", "The same of the classes that stay."),
    ("reference_gap", "Mean absolute difference of the four accuracies to the model retrained without the class, same keys."),
    ("reference_disagreement", "Share of test examples that the two answer differently."),
    ("flops", "Operations of forgetting on stored embeddings and codes; a multiply-add counts as one."),
    ("flops_with_encoder", "The same if nothing were stored and each image of each pass went through CLIP ViT-B/32."),
    ("seconds", "Wall time of forgetting alone."),
    ("largest_key_overlap", "Intersection of the selection histograms of a class and the class that it shares most with."),
  ]

  /// `12.3 % ± 0.4 (11.0 %)`.
  private static func text(_ item: ExperimentAnswer.Summary?) -> String {
    guard let item else { return "–" }
    let isShare = isShare(item.metric)
    func text(_ value: Double) -> String { isShare ? FigureText.percent(value) : FigureText.plain(value) }
    let spread = item.deviation.value.map {
      " ± " + (isShare ? String(FigureText.percent($0).dropLast(2)) : FigureText.plain($0))
    }
    return text(item.mean) + (spread ?? "") + (item.best.value.map { " (\(text($0)))" } ?? "")
  }

  private static func isShare(_ metric: String) -> Bool {
    !["pairs", "active_pairs", "examples", "seconds", "flops", "flops_with_encoder", "relearn_steps"].contains(metric)
  }

  /// Accuracy along the axis, means over classes.
  private var charts: Markup {
    let curves = answer.summaries.filter { $0.at.value != nil && $0.metric == "accuracy" }
    let methods = Self.unique(curves.map(\.method))
    guard !methods.isEmpty else { return .empty }
    return group {
      for (index, best) in [false, true].enumerated() {
        let series = methods.flatMap { method in
          ["forget", "retain"].compactMap { role -> LineChart.Series? in
            let points = curves.filter { $0.method == method && $0.role.value == role }.compactMap { item in
              (best ? item.best.value : item.mean).map { (x: item.at.value ?? 0, y: $0) }
            }
            return points.isEmpty ? nil : LineChart.Series("\(method), \(role)", points)
          }
        }
        if !series.isEmpty {
          let whose = best ? "the best-learnt class, \(answer.bestClass)" : "means over \(answer.classes.count) classes"
          LineChart(
            "Test accuracy, \(whose)", description: "\(about.question) Accuracy on test of what goes and what stays, \(whose).",
            x: PlotAxis(
              about.axis, scale: answer.experiment == "examples" ? .logarithmic : .linear,
              format: answer.experiment == "activations" ? .percent : .plain), y: .share("test accuracy"), series: series
          ).markup(id: "curve-\(index)")
        }
      }
    }
  }

  private static func unique<Item: Hashable>(_ items: [Item]) -> [Item] {
    var seen = Set<Item>()
    return items.filter { seen.insert($0).inserted }
  }
}

import Ledger
import Store

/// What the page of an act of forgetting says, as it was read.
struct EventFacts: Sendable {
  var event: EventRecord
  var parent: CheckpointRecord
  var child: CheckpointRecord
  var before: [MeasurementRecord]
  var after: [MeasurementRecord]
  var splits: [SplitRecord]
  var requests: [Int64]
  /// When the parent's arrays were erased.
  var parentErased: String?
}

/// Reads events one after the other; what is known of the event that made a checkpoint is kept for the one after it.
struct EventReader {
  private let snapshot: Snapshot
  private var last: [Int64: (checkpoint: CheckpointRecord, figures: [MeasurementRecord])] = [:]

  init(_ snapshot: Snapshot) { self.snapshot = snapshot }

  mutating func facts(_ event: EventRecord) throws -> EventFacts {
    func read(_ id: Int64) throws -> (checkpoint: CheckpointRecord, figures: [MeasurementRecord]) {
      (try snapshot.checkpoint(id), try snapshot.measurements(checkpoint: id))
    }
    let known = last[event.model].flatMap { $0.checkpoint.id == event.parent ? $0 : nil }
    let (before, after) = (try known ?? read(event.parent), try read(event.child))
    last[event.model] = after
    return EventFacts(
      event: event, parent: before.checkpoint, child: after.checkpoint, before: before.figures, after: after.figures,
      splits: try snapshot.splits(event: event.id), requests: try snapshot.requests(event: event.id),
      parentErased: try snapshot.erasure(ofCheckpoint: event.parent)?.time)
  }
}

/// The page of one act of forgetting.
struct EventPage {
  private let facts: EventFacts
  private let frame: SiteFrame

  init(_ facts: EventFacts, frame: SiteFrame) {
    (self.facts, self.frame) = (facts, frame)
  }

  var page: Page {
    let (event, parent, child) = (facts.event, facts.parent, facts.child)
    return frame.page("Event \(event.id): \(frame.classNames(event)) forgotten by \(event.modelName)", depth: 1) {
      tag("h2") { "What was done" }
      Report.facts(pairs(event, parent, child))
      tag("h2") { "Effect" }
      effect
      chart
      PageTable.markup(
        "Examples in scope", [.heading("part"), .short("role"), .number("count"), .short("digest of the list")],
        facts.splits.map {
          [Markup($0.part.rawValue), Markup($0.role.rawValue), Markup(FigureText.count($0.count)), Markup($0.digest.description)]
        })
    }
  }

  private func checkpoint(_ record: CheckpointRecord) -> Markup {
    SiteFrame.link(
      record.name, "../models/\(record.modelName)/\((record.number - 1) / Site.pageLength + 1).html#c\(record.number)")
  }

  private func pairs(_ event: EventRecord, _ parent: CheckpointRecord, _ child: CheckpointRecord) -> [(String, Markup)] {
    var pairs: [(String, Markup)] = [
      ("Model", SiteFrame.link(event.modelName, "../models/\(event.modelName)/index.html")),
      ("What", Markup(frame.classNames(event))),
      ("When", Markup(event.time)),
      ("State", event.inForce ? Markup("in force") : tag("span", ["class": "bad"]) { "no longer in force: reinstated" }),
      ("Data set", Markup(event.datasetName)),
      (
        "Parent",
        group {
          checkpoint(parent); " "; tag("code") { parent.digest.description }
        }
      ),
      (
        "Parent's state",
        facts.parentErased.map { time in
          tag("span", ["class": "good"]) { "erased on \(time.prefix(10))" }
        } ?? tag("span", ["class": "warn"]) { "in the store: it still knows what was forgotten here" }
      ),
      (
        "Child",
        group {
          checkpoint(child); " "; tag("code") { child.digest.description }
        }
      ),
      ("Method", Markup("via \(event.method), \(event.parameters), seed \(event.seed), engine \(child.engineVersion)")),
      ("Masked", Markup("\(FigureText.count(event.maskedPairs)) pairs of \(FigureText.count(event.activePairs)) active ones")),
      (
        "Evidence",
        group {
          "log entry "; frame.entry(event.logIndex, depth: 1)
        }
      ),
    ]
    if !facts.requests.isEmpty {
      pairs.append(("Requests", group { for id in facts.requests { SiteFrame.link("\(id) ", "../requests/index.html#r\(id)") } }))
    }
    if frame.showsPersonal {
      pairs += [
        ("By", Markup(event.actor ?? "redacted")), ("Why", Markup(event.reason ?? "redacted")),
        ("Approved by", Markup(event.approvedBy ?? "nobody is named, or redacted")),
      ]
    }
    return pairs
  }

  private var effect: Markup {
    let rows = facts.splits.compactMap { split -> [Markup]? in
      guard let figure = facts.after.first(where: { $0.split == split.id && $0.classID == nil }) else { return nil }
      let first = facts.before.first { $0.split == split.id && $0.classID == nil }
      return [
        Markup(split.role.rawValue), Markup(split.part.rawValue), Markup(FigureText.percent(first?.value)),
        Markup(FigureText.percent(figure.value)), Markup("\(FigureText.percent(figure.low)) to \(FigureText.percent(figure.high))"),
        Markup(FigureText.count(figure.n)),
      ]
    }
    return PageTable.markup(
      "Accuracy on what goes and what stays",
      [.heading("examples"), .short("split"), .number("before"), .number("after"), .number("95 % interval"), .number("n")], rows)
  }

  /// The forgotten classes and those whose accuracy changed most.
  private static let drawn = 12

  private var chart: Markup {
    guard let dataset = frame.datasets[facts.event.dataset] else { return .empty }
    let imported = Set(dataset.splits.map(\.id))
    func byClass(_ figures: [MeasurementRecord]) -> [Int64: MeasurementRecord] {
      Dictionary(figures.filter { imported.contains($0.split) }.compactMap { item in item.classID.map { ($0, item) } }) {
        first, _ in first
      }
    }
    let (old, new) = (byClass(facts.before), byClass(facts.after))
    let forgotten = Set(facts.event.classes.map(\.classID))
    func rank(_ id: Int64) -> Double {
      forgotten.contains(id) ? 2 : abs((new[id]?.value ?? 0) - (old[id]?.value ?? new[id]?.value ?? 0))
    }
    let known = dataset.classes.filter { new[$0.id] != nil }
    let shown = known.count <= Self.drawn ? known : Array(known.sorted { rank($0.id) > rank($1.id) }.prefix(Self.drawn))
    guard !shown.isEmpty else { return .empty }
    func bar(_ figure: MeasurementRecord?) -> BarChart.Bar? { figure.map { .init($0.value, low: $0.low, high: $0.high) } }
    return BarChart(
      "Accuracy of each class before and after" + (shown.count < known.count ? " (the \(shown.count) that changed most)" : ""),
      description:
        "Hollow bars: \(facts.event.parentName). Filled bars: \(facts.event.childName). Lines across their ends: 95 % Wilson intervals.",
      series: ["before (\(facts.event.parentName))", "after (\(facts.event.childName))"],
      groups: shown.map { item in
        let name = frame.showsPersonal ? item.shownName : "label \(item.ordinal)"
        return .init(name + (forgotten.contains(item.id) ? " (forgotten)" : ""), [bar(old[item.id]), bar(new[item.id])])
      }
    ).markup(id: "effect")
  }
}

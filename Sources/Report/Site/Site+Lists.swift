import Foundation
import Ledger
import Store

extension Site {
  /// A model's front, with the newest of its lineage, and its checkpoints, oldest first.
  func modelPages(_ name: String, events byModel: [Int64: [EventRecord]], to folder: inout SiteFolder) throws {
    let checkpoints = try snapshot.checkpoints(model: name)
    guard let model = checkpoints.first?.model else { return }
    let (head, events) = (try snapshot.head(model: model), byModel[model] ?? [])
    let made = Dictionary(events.map { ($0.child, $0) }) { first, _ in first }
    let entries = try snapshot.checkpointEntries(model: model)
    let erased = try snapshot.erasedCheckpoints(model: model)
    let parts = stride(from: 0, to: checkpoints.count, by: Self.pageLength).map {
      Array(checkpoints[$0..<min($0 + Self.pageLength, checkpoints.count)])
    }
    for (number, part) in parts.enumerated() {
      try folder.put(
        "models/\(name)/\(number + 1).html",
        frame.page("Checkpoints of \(name), page \(number + 1)", depth: 2) {
          tag("h2") { "Checkpoints" }
          PageTable.markup(
            "Checkpoints of \(name), oldest first",
            [
              .heading("checkpoint"), .short("kind"), .short("made from"), .short("when"), .text("state"), .short("log entry"),
              .short("digest"),
            ],
            part.map { checkpoint in
              [
                tag("span", ["id": "c\(checkpoint.number)"]) { checkpoint.name },
                made[checkpoint.id].map { SiteFrame.link(checkpoint.kind.rawValue, "../../events/\($0.id).html") }
                  ?? Markup(checkpoint.kind.rawValue),
                Markup(checkpoint.parentName ?? "–"), Markup(checkpoint.time),
                Markup(erased.contains(checkpoint.id) ? "erased" : "kept"),
                entries[checkpoint.id].map { frame.entry($0, depth: 2) } ?? Markup("–"), Markup(checkpoint.digest.description),
              ]
            })
        })
    }
    let nodes = try lineage(checkpoints.suffix(40), head: head.id, erased: erased, events: events)
    try folder.put(
      "models/\(name)/index.html",
      frame.page("Model \(name)", depth: 2) {
        tag("h2") { "Where it stands" }
        facts([
          (
            "Head",
            group {
              "\(head.name) "; tag("code") { head.digest.description }
            }
          ), ("Checkpoints", Markup(FigureText.count(checkpoints.count))),
          ("Acts of forgetting", Markup(FigureText.count(events.count))),
        ])
        tag("h2") { "Lineage" }
        LineageGraph("The newest checkpoints of \(name) and what they still know", nodes: nodes).markup(id: "lineage")
        tag("h2") { "What it forgot" }
        if events.isEmpty { tag("p") { "Nothing." } }
        PageTable.markup(
          events.count > 200 ? "The newest 200 acts of forgetting" : "Acts of forgetting, newest first",
          [.heading("event"), .short("when"), .short("what"), .text("state"), .short("log entry")],
          events.suffix(200).reversed().map { event in
            [
              SiteFrame.link("\(event.id)", "../../events/\(event.id).html"), Markup(event.time), Markup(frame.classNames(event)),
              Markup(event.inForce ? "in force" : "reinstated"), frame.entry(event.logIndex, depth: 2),
            ]
          })
        Self.pages(parts.count, of: "All checkpoints") { "\($0).html" }
      })
  }

  private func lineage(
    _ checkpoints: ArraySlice<CheckpointRecord>, head: Int64, erased: Set<Int64>, events: [EventRecord]
  ) throws -> [LineageGraph.Node] {
    let byID = Dictionary(uniqueKeysWithValues: events.map { ($0.id, $0) })
    let forgotten = events.filter(\.inForce).flatMap(frame.what)
    return try checkpoints.map { checkpoint in
      let gone = Set(
        try snapshot.appliedEvents(checkpoint: checkpoint.id).flatMap { item in byID[item.event].map(frame.what) ?? []
        })
      let isErased = erased.contains(checkpoint.id)
      return LineageGraph.Node(
        name: checkpoint.name, parent: checkpoint.parentName, kind: checkpoint.kind.rawValue, isHead: checkpoint.id == head,
        isErased: isErased, knows: isErased ? [] : Set(forgotten).subtracting(gone).sorted())
    }
  }

  func requestsPage() throws -> Page {
    let today = CalendarDate(Date())
    let requests = try snapshot.requests(all: true).map { RequestItem($0, today: today) }
    let figures = ComplianceReport.Statistics(requests)
    let subject: [PageTable.Column] = frame.showsPersonal ? [.text("about")] : []
    return frame.page("Requests", depth: 1) {
      tag("h2") { "Figures" }
      facts([
        ("Received", Markup(FigureText.count(figures.received))), ("Met in full", Markup(FigureText.count(figures.full))),
        ("Met in part", Markup(FigureText.count(figures.partial))), ("Refused", Markup(FigureText.count(figures.refused))),
        ("Answered in time", Markup(FigureText.count(figures.inTime))), ("Open", Markup(FigureText.count(figures.open))),
        ("Overdue", tag("span", ["class": figures.overdue > 0 ? "bad" : nil]) { FigureText.count(figures.overdue) }),
        ("Median", Markup(figures.medianDays.value.map { "\(FigureText.plain($0)) days" } ?? "none answered")),
      ])
      tag("h2") { "All of them" }
      if requests.isEmpty { tag("p") { "None came in." } }
      PageTable.markup(
        "Requests, those that wait first",
        [.heading("request")] + subject
          + [
            .short("ground"), .short("received"), .short("due"), .short("state"), .text("basis of refusal"), .short("work"),
            .short("log entry"),
          ],
        requests.map { item in
          [tag("span", ["id": "r\(item.request)"]) { "\(item.request)" }]
            + (frame.showsPersonal ? [Markup(item.subject.value ?? "redacted")] : [])
            + [
              Markup(item.ground), Markup(item.received), Markup(item.due),
              tag("span", ["class": item.status == "overdue" ? "bad" : nil]) { item.outcome.value ?? item.status },
              Markup(item.basis.value ?? "–"),
              works(item), frame.entry(item.logIndex, depth: 1),
            ]
        })
    }
  }

  private func works(_ item: RequestItem) -> Markup {
    group {
      if item.works.isEmpty { "none" }
      for work in item.works {
        if let event = work.event.value {
          SiteFrame.link("event \(event) ", "../events/\(event).html")
        } else {
          group {
            "erasure, log entry "; frame.entry(work.logIndex, depth: 1); " "
          }
        }
      }
    }
  }

  /// The log's entries, oldest first, and how to check them.
  func logPages(to folder: inout SiteFolder) throws {
    let (count, head, identity) = (Int(frame.size), try snapshot.lastSignedTreeHead(), try snapshot.identity())
    let pageCount = (count + Self.pageLength - 1) / Self.pageLength
    for number in 0..<pageCount {
      let range = (number * Self.pageLength)..<min((number + 1) * Self.pageLength, count)
      let entries = try snapshot.history(entries: range)
      try folder.put(
        "log/\(number + 1).html",
        frame.page("Log entries \(range.lowerBound) to \(range.upperBound - 1)", depth: 1) {
          tag("h2") { "Entries" }
          PageTable.markup(
            "Entries, oldest first",
            [.heading("entry"), .short("when"), .short("action"), .short("model"), .short("leaf hash"), .text("leaf")],
            entries.map { item in
              [
                tag("span", ["id": "e\(item.index)"]) { "\(item.index)" }, Markup(item.time), Markup(item.action),
                Markup(item.model ?? "–"),
                Markup(MerkleTree.leafHash(Array(item.leaf.utf8)).description), tag("code") { item.leaf },
              ]
            })
        })
    }
    try folder.put(
      "log/index.html",
      frame.page("The log", depth: 1) {
        tag("h2") { "Signed tree head" }
        facts([
          ("Log", Markup(frame.origin)), ("Entries", Markup(FigureText.count(frame.size))),
          ("Root", tag("code") { head.root.description }),
          ("First verifier key", tag("code") { identity.verifierKey }),
        ])
        tag("pre") { head.note }
        tag("h2") { "How to check it" }
        tag("p") {
          "Beside this page lies the log as C2SP tlog-tiles: "
          SiteFrame.link("checkpoint", "checkpoint")
          ", hashes in tile/0 and up, entries in tile/entries. Any client of that format reads it; a leaf's hash is SHA-256 of one zero byte and the leaf. "
          "Compare the verifier key with one that you know from elsewhere."
        }
        Self.pages(pageCount, of: "All entries") { "\($0).html" }
      })
  }
}

import Foundation
import Ledger
import Store

/// A store's public face as static pages: models with their checkpoints, events, requests, and the log with its tiles beside it.
///
/// Pages link to one another by relative addresses and run nothing, so that they can be served by any web server or opened from disk. What
/// is sealed (names of persons, classes and reasons) is left out unless it is asked for. Lists are cut into pages of a fixed number, the
/// oldest first, so that a page that is full does not change any more.
package struct Site {
  /// Entries, events and checkpoints on one page of a list.
  static let pageLength = 1_000
  /// So many events are read, then drawn by all cores.
  private static let batch = 256

  let snapshot: Snapshot
  let frame: SiteFrame

  /// - Parameter personal: show sealed fields.
  package init(_ snapshot: Snapshot, personal: Bool) throws {
    self.snapshot = snapshot
    frame = SiteFrame(
      showsPersonal: personal, origin: try snapshot.identity().origin, size: try snapshot.lastSignedTreeHead().size,
      datasets: Dictionary(uniqueKeysWithValues: try snapshot.datasets().map { ($0.id, $0) }))
  }

  /// Writes every page that is not there as it should be.
  /// - Parameter progress: told how much is done, 0 to 1.
  /// - Throws: `SiteError`; what reading the store throws.
  package func write(to folder: inout SiteFolder, progress: (Double) -> Void = { _ in }) throws {
    let events = try snapshot.events()
    var reader = EventReader(snapshot)
    for start in stride(from: 0, to: events.count, by: Self.batch) {
      let read = try events[start..<min(start + Self.batch, events.count)].map { try reader.facts($0) }
      try folder.put(read.count) { [frame] number in
        ("events/\(read[number].event.id).html", EventPage(read[number], frame: frame).page)
      }
      progress(0.8 * Double(start) / Double(events.count))
    }
    try lists(of: events, to: &folder)
    progress(0.85)
    let byModel = Dictionary(grouping: events, by: \.model)
    let models = try snapshot.modelNames()
    for name in models { try modelPages(name, events: byModel, to: &folder) }
    progress(0.9)
    try folder.put("requests/index.html", requestsPage())
    try logPages(to: &folder)
    try folder.put("index.html", index(models: models, events: events))
    progress(1)
  }

  private func index(models: [String], events: [EventRecord]) throws -> Page {
    let requests = try snapshot.requests(all: true)
    let today = CalendarDate(Date())
    let overdue = requests.count { $0.status(on: today) == .overdue }
    let last = Dictionary(events.map { ($0.modelName, $0) }) { _, later in later }
    return frame.page(
      "What was forgotten", depth: 0, lead: tag("p", ["class": "note"]) { "The store behind the log \(frame.origin)." }
    ) {
      tag("h2") { "Overview" }
      facts([
        ("Models", Markup(FigureText.count(models.count))),
        ("Acts of forgetting", SiteFrame.link(FigureText.count(events.count), "events/index.html")),
        ("Requests", SiteFrame.link("\(FigureText.count(requests.count)), of which \(overdue) overdue", "requests/index.html")),
        ("Log entries", SiteFrame.link(FigureText.count(frame.size), "log/index.html")),
      ])
      tag("h2") { "Models" }
      PageTable.markup(
        "Models", [.heading("model"), .short("last forgot"), .short("what"), .short("log entry")],
        models.map { name in
          let event = last[name]
          return [
            SiteFrame.link(name, "models/\(name)/index.html"), Markup(event.map { String($0.time.prefix(10)) } ?? "nothing"),
            event.map { SiteFrame.link(frame.classNames($0), "events/\($0.id).html") } ?? Markup("–"),
            event.map { frame.entry($0.logIndex, depth: 0) } ?? Markup("–"),
          ]
        })
    }
  }

  /// All events, oldest first, and the newest as the list's front.
  private func lists(of events: [EventRecord], to folder: inout SiteFolder) throws {
    func table(_ caption: String, _ events: [EventRecord]) -> Markup {
      PageTable.markup(
        caption, [.heading("event"), .short("when"), .short("model"), .short("what"), .text("state"), .short("log entry")],
        events.map { event in
          [
            SiteFrame.link("\(event.id)", "\(event.id).html"), Markup(event.time),
            SiteFrame.link(event.modelName, "../models/\(event.modelName)/index.html"), Markup(frame.classNames(event)),
            Markup(event.inForce ? "in force" : "reinstated"), frame.entry(event.logIndex, depth: 1),
          ]
        })
    }
    let parts = stride(from: 0, to: events.count, by: Self.pageLength).map {
      Array(events[$0..<min($0 + Self.pageLength, events.count)])
    }
    for (number, part) in parts.enumerated() {
      try folder.put(
        "events/list-\(number + 1).html",
        frame.page("Events \(part[0].id) to \(part[part.count - 1].id)", depth: 1) {
          tag("h2") { "Acts of forgetting" }
          table("Acts of forgetting, oldest first", part)
        })
    }
    try folder.put(
      "events/index.html",
      frame.page("Events", depth: 1) {
        tag("h2") { "The newest" }
        if events.isEmpty { tag("p") { "Nothing was forgotten." } }
        table("The newest acts of forgetting", events.suffix(50).reversed())
        Self.pages(parts.count, of: "All events") { "list-\($0).html" }
      })
  }

  /// Links to the pages of a list.
  static func pages(_ count: Int, of title: String, _ address: (Int) -> String) -> Markup {
    guard count > 0 else { return .empty }
    return group {
      tag("h2") { title }
      tag("ul") { for number in 1...count { tag("li") { SiteFrame.link("Page \(number)", address(number)) } } }
    }
  }
}

import Ledger
import Store

/// What to look for in the history.
package struct HistoryFilter: Sendable {
  package var model: String?
  package var className: String?
  /// RFC 3339 times, or beginnings of such; they compare as text.
  package var since: String?
  package var until: String?
  package var action: String?
  package var limit: Int?

  package init(
    model: String? = nil, className: String? = nil, since: String? = nil, until: String? = nil, action: String? = nil,
    limit: Int? = nil
  ) {
    (self.model, self.className, self.since, self.until) = (model, className, since, until)
    (self.action, self.limit) = (action, limit)
  }
}

/// What was done to the store, newest first.
package struct HistoryAnswer: Answer {
  package static let schema = "lethe/history/v1"

  package struct Entry: Codable, Sendable {
    package var logIndex: Int64
    package var time: String
    package var action: String
    package var actor: Nullable<String>
    package var model: Nullable<String>
    package var dataset: Nullable<String>
    package var parent: Nullable<String>
    package var child: Nullable<String>
    package var classes: [String]
    package var event: Nullable<Int64>
    package var reason: Nullable<String>
    package var approvedBy: Nullable<String>
  }

  package var entries: [Entry]

  package init(_ filter: HistoryFilter, in snapshot: Snapshot) throws {
    let events = try snapshot.events()
    let forgets = Dictionary(uniqueKeysWithValues: events.map { ($0.logIndex, $0) })
    var found: [Entry] = []
    for record in try snapshot.logEntries().reversed() {
      func fact(_ name: String) -> String? {
        if case .object(let fields) = record.leaf, case .string(let text)? = fields[name] { text } else { nil }
      }
      let event = forgets[record.index]
      let classes = try event?.classes.map(\.name) ?? snapshot.reinstated(entry: record.index)
      let entry = Entry(
        logIndex: record.index, time: record.time, action: record.action, actor: Nullable(record.sealed["actor"]),
        model: Nullable(fact("model")), dataset: Nullable(fact("dataset") ?? event?.datasetName), parent: Nullable(fact("parent")),
        child: Nullable(fact("child")), classes: classes, event: Nullable(event?.id), reason: Nullable(record.sealed["reason"]),
        approvedBy: Nullable(record.sealed["approved_by"]))
      if Self.matches(entry, filter) { found.append(entry) }
      if let limit = filter.limit, found.count == limit { break }
    }
    entries = found
  }

  private static func matches(_ entry: Entry, _ filter: HistoryFilter) -> Bool {
    (filter.model ?? entry.model.value) == entry.model.value
      && (filter.className.map(entry.classes.contains) ?? true)
      && entry.time.isWithin(from: filter.since, to: filter.until)
      && (filter.action ?? entry.action) == entry.action
  }
}

extension String {
  /// Whether a time in UTC lies in a period whose ends may be beginnings of times: all of the last day, month or year is in it.
  func isWithin(from: String?, to: String?) -> Bool {
    (from.map { self >= $0 } ?? true) && (to.map { self <= $0 || hasPrefix($0) } ?? true)
  }
}

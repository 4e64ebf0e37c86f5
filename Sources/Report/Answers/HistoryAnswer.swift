import Ledger
import Store

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
    /// How many single examples it forgot or erased, instead of classes.
    package var examples: Int
    package var event: Nullable<Int64>
    package var reason: Nullable<String>
    package var approvedBy: Nullable<String>
    /// When texts of the entry were destroyed.
    package var redacted: Nullable<String>
    /// The entry whose texts this one destroyed.
    package var redacts: Nullable<Int64>
  }

  package var entries: [Entry]
  /// Whether there are older ones that `limit` left out.
  package var more: Bool

  /// O(limit) for all entries or one model's; with a class or a period O(entries that it has).
  package init(_ filter: HistoryFilter, in snapshot: Snapshot) throws {
    // One more than asked for tells whether there are more.
    var wider = filter
    wider.limit = filter.limit.map { $0 == .max ? $0 : $0 + 1 }
    let found = try snapshot.history(wider)
    entries = (filter.limit.map { Array(found.prefix($0)) } ?? found).map(Entry.init)
    more = found.count > entries.count
    let (redactions, targets) = (try snapshot.redactions(), try snapshot.redactionTargets())
    for index in entries.indices {
      entries[index].redacted = Nullable(redactions[entries[index].logIndex]?.time)
      entries[index].redacts = Nullable(targets[entries[index].logIndex])
    }
  }
}

extension HistoryAnswer.Entry {
  init(_ record: HistoryRecord) {
    (logIndex, time, action) = (record.logIndex, record.time, record.action)
    (actor, model, dataset) = (Nullable(record.actor), Nullable(record.model), Nullable(record.dataset))
    (parent, child, classes, examples, event) = (
      Nullable(record.parent), Nullable(record.child), record.classes, record.examples, Nullable(record.event)
    )
    (reason, approvedBy, redacted, redacts) = (
      Nullable(record.reason), Nullable(record.approvedBy), Nullable(nil), Nullable(nil)
    )
  }
}

extension String {
  /// Whether a time in UTC lies in a period whose ends may be beginnings of times: all of the last day, month or year is in it.
  func isWithin(from: String?, to: String?) -> Bool {
    (from.map { self >= $0 } ?? true) && (to.map { self <= $0 || hasPrefix($0) } ?? true)
  }
}

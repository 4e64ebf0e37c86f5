import Foundation
import Store

/// A request to forget, with what became of it.
package struct RequestItem: Codable, Sendable {
  /// An act of forgetting or erasing that was done for it.
  package struct Work: Codable, Sendable {
    package var action: String
    package var event: Nullable<Int64>
    package var erasure: Nullable<Int64>
    package var model: Nullable<String>
    package var performedBy: Nullable<String>
    package var approvedBy: Nullable<String>
    package var time: String
    package var logIndex: Int64
  }

  package var request: Int64
  package var status: String
  package var subject: Nullable<String>
  package var ground: String
  package var groundText: String
  package var channel: String
  package var identityChecked: Bool
  package var procedure: Nullable<String>
  package var reason: Nullable<String>
  package var received: String
  package var openedAt: String
  package var openedBy: Nullable<String>
  /// With the extension.
  package var due: String
  package var extendedFrom: Nullable<String>
  package var extensionReason: Nullable<String>
  package var outcome: Nullable<String>
  package var basis: Nullable<String>
  package var answerReason: Nullable<String>
  package var answeredAt: Nullable<String>
  package var answeredBy: Nullable<String>
  package var approvedBy: Nullable<String>
  /// Whether it was answered in time; null while there is time.
  package var met: Nullable<Bool>
  package var works: [Work]
  package var logIndex: Int64

  init(_ record: RequestRecord, today: CalendarDate) {
    (request, status) = (record.id, record.status(on: today).rawValue)
    (subject, ground, groundText) = (Nullable(record.subject), record.ground.rawValue, record.ground.explanation)
    (channel, identityChecked) = (record.channel.rawValue, record.identityChecked)
    (procedure, reason) = (Nullable(record.procedure), Nullable(record.reason))
    (received, openedAt, openedBy) = (record.received, record.time, Nullable(record.actor))
    due = record.due
    (extendedFrom, extensionReason) = (Nullable(record.given.map { _ in record.firstDue }), Nullable(record.given?.reason))
    let answer = record.answer
    (outcome, basis, answerReason) = (Nullable(answer?.outcome.rawValue), Nullable(answer?.basis), Nullable(answer?.reason))
    (answeredAt, answeredBy, approvedBy) = (Nullable(answer?.time), Nullable(answer?.actor), Nullable(answer?.approvedBy))
    (met, logIndex) = (Nullable(record.isMet(on: today)), record.logIndex)
    works = record.works.map { work in
      Work(
        action: work.action, event: Nullable(work.event), erasure: Nullable(work.erasure), model: Nullable(work.model),
        performedBy: Nullable(work.actor), approvedBy: Nullable(work.approvedBy), time: work.time, logIndex: work.logIndex)
    }
  }
}

/// One request: `request open`, `extend`, `answer` and `show`.
package struct RequestAnswer: Answer {
  package static let schema = "lethe/request/v1"

  package var request: RequestItem
  /// The newest entry about it: the one that the command wrote, if it wrote one.
  package var logIndex: Int64

  package init(_ record: RequestRecord, now: Date = Date()) {
    request = RequestItem(record, today: CalendarDate(now))
    logIndex = max(
      record.logIndex, record.given?.logIndex ?? 0, record.answer?.logIndex ?? 0, record.works.map(\.logIndex).max() ?? 0)
  }
}

/// The requests that wait for an answer, the one that is due first on top; with `all` those that were answered follow.
package struct RequestListAnswer: Answer {
  package static let schema = "lethe/request-list/v1"

  package var requests: [RequestItem]

  package init(all: Bool, now: Date = Date(), in snapshot: Snapshot) throws {
    let today = CalendarDate(now)
    requests = try snapshot.requests(all: all).map { RequestItem($0, today: today) }
  }
}

/// The rules for requests in force: `request policy`.
package struct RequestPolicyAnswer: Answer {
  package static let schema = "lethe/request-policy/v1"

  package var twoPeople: Bool
  package var procedure: Nullable<String>
  package var since: Nullable<String>
  package var logIndex: Nullable<Int64>

  package init(_ policy: RequestPolicy) {
    (twoPeople, procedure) = (policy.twoPeople, Nullable(policy.procedure))
    (since, logIndex) = (Nullable(policy.time), Nullable(policy.logIndex))
  }
}

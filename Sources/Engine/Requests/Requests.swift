import Foundation
import Store

/// A request that came in.
package struct NewRequest: Sendable {
  /// Whom it is about, as the organisation refers to them: a case number rather than a name.
  package var subject: String
  package var ground: RequestGround
  package var channel: RequestChannel
  package var identityChecked = false
  /// Nil: today, in UTC.
  package var received: CalendarDate?
  /// Nil: by the ground, one calendar month or 45 days.
  package var due: CalendarDate?
  package var reason: String?

  package init(subject: String, ground: RequestGround, channel: RequestChannel) {
    (self.subject, self.ground, self.channel) = (subject, ground, channel)
  }
}

/// The answer to a request.
package struct NewAnswer: Sendable {
  package var outcome: RequestOutcome
  /// The rule by which it was refused, in whole or in part.
  package var basis: String?
  package var reason: String?
  package var approvedBy: String?

  package init(_ outcome: RequestOutcome) {
    self.outcome = outcome
  }
}

extension Engine {
  /// The longest basis or procedure, in bytes: they stand in clear.
  static let longestRule = 200

  /// Sets the rules for requests from now on.
  /// - Throws: `EngineError.emptyText`, `.outOfRange`.
  package func setRequestPolicy(twoPeople: Bool, procedure: String?, reason: String) throws -> RequestPolicy {
    try Self.refuseEmpty(reason, option: "--reason")
    try Self.checkRule(procedure, option: "--procedure")
    try store.write(NewEntry(.requestPolicy, actor: actor, reason: reason), key: key()) {
      try $0.insertRequestPolicy(twoPeople: twoPeople, procedure: procedure)
    }
    return try store.read { try $0.requestPolicy() }
  }

  /// Records a request that came in, with the day by which it has to be answered.
  /// - Throws: `EngineError.emptyText`, `RequestError.receivedLater`, `StoreError.badDate`.
  package func openRequest(_ new: NewRequest) throws -> RequestRecord {
    try Self.refuseEmpty(new.subject, option: "the subject")
    let today = CalendarDate(Date())
    let received = new.received ?? today
    // A day more: it may be tomorrow already where the request came in.
    guard received.description <= (try today.adding(days: 1)).description else {
      throw RequestError.receivedLater(received.description)
    }
    let due = try new.due ?? new.ground.due(received: received)
    var entry = NewEntry(.request, actor: actor, reason: new.reason)
    entry.sealed["subject"] = new.subject
    let id = try store.write(entry, key: key()) { transaction in
      try transaction.insertRequest(
        ground: new.ground, channel: new.channel, identityChecked: new.identityChecked, received: received, due: due,
        procedure: transaction.requestPolicy().procedure)
    }
    return try store.read { try $0.request(id) }
  }

  /// Gives a request more time, once.
  /// - Parameter due: nil for the latest day that its ground allows.
  /// - Throws: `StoreError.unknown`, `RequestError.answered`, `.extended`, `.badExtension`; `EngineError.emptyText`.
  package func extendRequest(_ id: Int64, due: CalendarDate?, reason: String) throws -> RequestRecord {
    try Self.refuseEmpty(reason, option: "--reason")
    try store.write(NewEntry(.requestExtend, actor: actor, reason: reason), key: key()) { transaction in
      let request = try transaction.openRequest(id)
      if let given = request.given { throw RequestError.extended(request: id, due: given.due) }
      let latest = try request.ground.extended(due: CalendarDate(request.due))
      let due = due ?? latest
      guard due.description > request.due, due.description <= latest.description else {
        throw RequestError.badExtension(due: due.description, from: request.due, latest: latest.description)
      }
      try transaction.insertRequestExtension(id, due: due)
    }
    return try store.read { try $0.request(id) }
  }

  /// Answers a request, which ends it.
  /// - Throws: `StoreError.unknown`, `RequestError`, `EngineError.emptyText`, `.outOfRange`.
  package func answerRequest(_ id: Int64, _ answer: NewAnswer) throws -> RequestRecord {
    guard (answer.outcome == .full) == (answer.basis == nil) else { throw RequestError.basis(outcome: answer.outcome.rawValue) }
    try Self.checkRule(answer.basis, option: "--basis")
    let entry = NewEntry(.requestAnswer, actor: actor, reason: answer.reason, approvedBy: answer.approvedBy)
    try store.write(entry, key: key()) { transaction in
      try transaction.checkWork(for: id, actor: actor, approvedBy: answer.approvedBy)
      try transaction.insertRequestAnswer(id, outcome: answer.outcome, basis: answer.basis)
    }
    return try store.read { try $0.request(id) }
  }

  private static func checkRule(_ text: String?, option: String) throws {
    guard let text else { return }
    try refuseEmpty(text, option: option)
    guard text.utf8.count <= longestRule else {
      throw EngineError.outOfRange(
        option: "the length of \(option)", value: String(text.utf8.count), allowed: "at most \(longestRule) bytes")
    }
  }
}

extension Snapshot {
  /// A request that waits for an answer.
  /// - Throws: `StoreError.unknown`, `RequestError.answered`.
  func openRequest(_ id: Int64) throws -> RequestRecord {
    let request = try request(id)
    if let answer = request.answer { throw RequestError.answered(request: id, time: answer.time) }
    return request
  }

  /// Sees that something may be done for a request: that it is open and, where the policy wants two people, that somebody else approved.
  ///
  /// Names are compared as people would: without regard to case and spaces around.
  /// - Throws: `StoreError.unknown`, `RequestError.answered`, `.approverMissing`, `.ownApproval`.
  func checkWork(for id: Int64?, actor: String, approvedBy: String?) throws {
    guard let id else { return }
    _ = try openRequest(id)
    guard try requestPolicy().twoPeople else { return }
    func plain(_ name: String) -> String { name.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ") }
    guard let approver = approvedBy.map(plain), !approver.isEmpty else { throw RequestError.approverMissing(request: id) }
    if approver == plain(actor) { throw RequestError.ownApproval(request: id) }
  }
}

/// Why something has to be forgotten: a letter of article 17(1) GDPR, another law, or a promise.
package enum RequestGround: String, Sendable, Codable, CaseIterable {
  case notNecessary = "17(1)(a)"
  case consentWithdrawn = "17(1)(b)"
  case objection = "17(1)(c)"
  case unlawful = "17(1)(d)"
  case legalObligation = "17(1)(e)"
  case child = "17(1)(f)"
  case ccpa
  case ftcOrder = "ftc order"
  case contract, `internal`

  /// What it says, for people.
  package var explanation: String {
    switch self {
    case .notNecessary: "no longer necessary for the purposes they were collected for"
    case .consentWithdrawn: "consent withdrawn"
    case .objection: "objection to the processing"
    case .unlawful: "unlawfully processed"
    case .legalObligation: "erasure required by law"
    case .child: "collected from a child in an information society service"
    case .ccpa: "California Consumer Privacy Act, section 1798.105"
    case .ftcOrder: "order of the Federal Trade Commission"
    case .contract: "contract"
    case .internal: "the organisation's own decision"
    }
  }

  /// The day by which a request has to be answered: 45 days by the CCPA (1798.130(a)(2)), else one calendar month (GDPR, article 12(3)).
  package func due(received: CalendarDate) throws(StoreError) -> CalendarDate {
    self == .ccpa ? try received.adding(days: 45) : try received.adding(months: 1)
  }

  /// The latest day that an extension may set: another 45 days, or two further months.
  package func extended(due: CalendarDate) throws(StoreError) -> CalendarDate {
    self == .ccpa ? try due.adding(days: 45) : try due.adding(months: 2)
  }
}

/// How a request came in.
package enum RequestChannel: String, Sendable, Codable, CaseIterable {
  case email, letter, phone, form
  case inPerson = "in person"
  case agent, court, other
}

/// What a request was answered with.
package enum RequestOutcome: String, Sendable, Codable, CaseIterable {
  case full, partial, refused
}

/// The rules for requests that are in force.
package struct RequestPolicy: Sendable {
  /// Work for a request and its answer must be approved by somebody else than who does it.
  package var twoPeople = false
  /// What the organisation calls the procedure that it follows.
  package var procedure: String?
  /// Nil while nobody has set any.
  package var logIndex: Int64?
  package var time: String?

  package init() {}
}

/// A request to forget, with what became of it.
package struct RequestRecord: Sendable, Identifiable {
  package enum Status: String, Sendable, Codable {
    case open, overdue, answered
  }

  /// More time, given once.
  package struct Extension: Sendable {
    package var due: String
    package var reason: String?
    package var logIndex: Int64
    package var time: String
  }

  package struct Answer: Sendable {
    package var outcome: RequestOutcome
    package var basis: String?
    package var reason: String?
    package var actor: String?
    package var approvedBy: String?
    package var logIndex: Int64
    package var time: String
  }

  /// An act of forgetting or erasing that was done for it.
  package struct Work: Sendable {
    package var event: Int64?
    package var erasure: Int64?
    package var action: String
    package var model: String?
    package var actor: String?
    package var approvedBy: String?
    package var logIndex: Int64
    package var time: String
  }

  package var id: Int64
  package var ground: RequestGround
  package var channel: RequestChannel
  package var identityChecked: Bool
  package var received: String
  /// As it was when the request was opened.
  package var firstDue: String
  package var procedure: String?
  /// Whom it is about, in the words of who opened it; nil once redacted.
  package var subject: String?
  package var reason: String?
  package var actor: String?
  package var logIndex: Int64
  package var time: String
  package var given: Extension?
  package var answer: Answer?
  package var works: [Work] = []

  /// The date by which it has to be answered.
  package var due: String { given?.due ?? firstDue }

  /// - Parameter today: in UTC.
  package func status(on today: CalendarDate) -> Status {
    answer != nil ? .answered : due < today.description ? .overdue : .open
  }

  /// Whether it was answered in time; nil while it is open and there is time.
  package func isMet(on today: CalendarDate) -> Bool? {
    if let answer { return answer.time.prefix(10) <= due }
    return due < today.description ? false : nil
  }
}

import GRDB

/// What a hold can be placed on.
package enum HoldSubject: Sendable, Hashable {
  case model(Int64)
  case checkpoint(Int64)
  case `class`(Int64)
  case dataset(Int64)
}

extension Transaction {
  /// Records a hold; reason and owner are sealed fields of the entry.
  package func insertHold(on subject: HoldSubject, review: CalendarDate) throws -> Int64 {
    var named: [Int64?] = [nil, nil, nil, nil]
    switch subject {
    case .model(let id): named[0] = id
    case .checkpoint(let id): named[1] = id
    case .class(let id): named[2] = id
    case .dataset(let id): named[3] = id
    }
    return try insert(.hold, named + [review.description])
  }

  /// Records that a hold is over.
  package func insertHoldLift(_ hold: Int64) throws {
    _ = try insert(.holdLift, [hold])
  }
}

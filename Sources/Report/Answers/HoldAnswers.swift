import Store

/// A hold: what it is on, who answers for it, and whether it is in force.
package struct HoldItem: Codable, Sendable {
  package var hold: Int64
  /// What it is on, for people.
  package var subject: String
  package var model: Nullable<String>
  package var checkpoint: Nullable<String>
  package var `class`: Nullable<String>
  package var dataset: Nullable<String>
  package var owner: Nullable<String>
  package var reason: Nullable<String>
  package var review: String
  /// The review date is over and the hold is in force.
  package var overdue: Bool
  package var placedAt: String
  package var placedBy: Nullable<String>
  package var liftedAt: Nullable<String>
  package var liftedBy: Nullable<String>
  package var liftReason: Nullable<String>
  package var logIndex: Int64

  init(_ hold: HoldRecord) {
    (self.hold, subject, logIndex) = (hold.id, hold.subject, hold.logIndex)
    (model, checkpoint) = (Nullable(hold.modelName), Nullable(hold.checkpointName))
    (`class`, dataset) = (Nullable(hold.className), Nullable(hold.datasetName))
    (owner, reason, review) = (Nullable(hold.owner), Nullable(hold.reason), hold.review)
    overdue = hold.isOverdue && hold.lift == nil
    (placedAt, placedBy) = (hold.time, Nullable(hold.actor))
    (liftedAt, liftedBy, liftReason) = (Nullable(hold.lift?.time), Nullable(hold.lift?.actor), Nullable(hold.lift?.reason))
  }
}

/// One hold: `hold place` and `hold lift`.
package struct HoldAnswer: Answer {
  package static let schema = "lethe/hold/v1"

  package var hold: HoldItem
  /// The entry that this command wrote.
  package var logIndex: Int64

  package init(_ hold: HoldRecord) {
    self.hold = HoldItem(hold)
    logIndex = hold.lift?.logIndex ?? hold.logIndex
  }
}

/// The holds in force, the one to be looked at first on top; with `all` those that were lifted follow.
package struct HoldListAnswer: Answer {
  package static let schema = "lethe/hold-list/v1"

  package var holds: [HoldItem]

  package init(all: Bool, in snapshot: Snapshot) throws {
    holds = try (all ? snapshot.holds() : snapshot.holdsInForce()).map(HoldItem.init)
  }
}

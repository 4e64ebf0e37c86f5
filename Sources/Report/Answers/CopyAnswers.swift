import Store

/// A place where a copy of the store lies, or lay.
package struct CopyItem: Codable, Sendable {
  package var copy: Int64
  package var kind: String
  package var location: Nullable<String>
  /// Entries of the log that the copy holds at least.
  package var logSize: Nullable<Int64>
  package var clearBy: Nullable<String>
  /// That date is over and nobody has said that the copy is clear.
  package var overdue: Bool
  package var addedAt: String
  package var addedBy: Nullable<String>
  package var clearedAt: Nullable<String>
  package var clearedBy: Nullable<String>
  package var logIndex: Int64

  init(_ copy: CopyRecord) {
    (self.copy, kind, location, logIndex) = (copy.id, copy.kind.rawValue, Nullable(copy.location), copy.logIndex)
    (logSize, clearBy, overdue) = (Nullable(copy.logSize), Nullable(copy.clearBy), copy.isOverdue)
    (addedAt, addedBy) = (copy.time, Nullable(copy.actor))
    (clearedAt, clearedBy) = (Nullable(copy.clearing?.time), Nullable(copy.clearing?.actor))
  }
}

/// One copy: `copy add` and `copy clear`.
package struct CopyAnswer: Answer {
  package static let schema = "lethe/copy/v1"

  package var copy: CopyItem
  /// The entry that this command wrote.
  package var logIndex: Int64

  package init(_ copy: CopyRecord) {
    self.copy = CopyItem(copy)
    logIndex = copy.clearing?.logIndex ?? copy.logIndex
  }
}

/// The copies that may still hold what was erased here; with `all` also those that are clear.
package struct CopyListAnswer: Answer {
  package static let schema = "lethe/copy-list/v1"

  package var copies: [CopyItem]

  package init(all: Bool, in snapshot: Snapshot) throws {
    copies = try snapshot.copies(all: all).map(CopyItem.init)
  }
}

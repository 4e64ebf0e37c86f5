/// What every kind of receipt has: where the log records it, when and to which model it was done, and what it is about.
protocol Predicate: Sendable {
  /// The entry that records it.
  var log: LogPlace { get }
  /// When, by the writer's clock.
  var time: String { get }
  var model: String { get }
  /// What it is about.
  var subjects: [Statement.Subject] { get }
  /// The JSON that its schema describes.
  var value: JSONValue { get }
  /// What the log entry must say if the receipt is true to it.
  var expectation: EntryExpectation { get }
}

/// What a receipt's log entry must say, beside time and model.
struct EntryExpectation {
  var action: String
  var parent: NamedCheckpoint?
  var child: NamedCheckpoint?
  /// Commitments to texts; nil where those of another entry are meant.
  var sealed: [String: Digest]?
}

extension TrainingPredicate: Predicate {
  var subjects: [Statement.Subject] { [child.subject] }
  var expectation: EntryExpectation { EntryExpectation(action: "train", parent: parent, child: child, sealed: sealed) }
}

extension UnlearningPredicate: Predicate {
  var subjects: [Statement.Subject] { [child.subject] }
  var expectation: EntryExpectation { EntryExpectation(action: "forget", parent: parent, child: child, sealed: sealed) }
}

extension RollbackPredicate: Predicate {
  var subjects: [Statement.Subject] { [child.subject] }
  var expectation: EntryExpectation {
    EntryExpectation(action: reinstatedEvents.isEmpty ? "rollback" : "reinstate", parent: from, child: child, sealed: sealed)
  }
}

extension ErasurePredicate: Predicate {
  // The commitments are those of the entry that removed the bytes; this is the certificate's.
  var expectation: EntryExpectation { EntryExpectation(action: "certify", parent: nil, child: nil, sealed: nil) }
}

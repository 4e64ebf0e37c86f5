/// What one of our receipts says, taken out of its statement: one case for each kind of predicate.
///
/// A statement is one of ours if its predicate is what its schema says, and its subjects are exactly the things that the predicate
/// is about: a receipt cannot speak of one checkpoint and be filed under another.
///
/// ## Topics
/// - ``init(_:)``
/// - ``statement``
/// - ``verify(against:at:)``
package enum Claim: Sendable, Hashable {
  case training(TrainingPredicate)
  case unlearning(UnlearningPredicate)
  case rollback(RollbackPredicate)
  case erasure(ErasurePredicate)

  /// Takes the claim out of a statement.
  ///
  /// - Throws: `ClaimError.unknownPredicate`, `.predicate`, `.otherSubject`.
  package init(_ statement: Statement) throws(ClaimError) {
    guard let type = PredicateType(uri: statement.predicateType) else { throw .unknownPredicate(statement.predicateType) }
    do throws(PredicateError) {
      let reader = try PredicateReader(statement.predicate)
      self =
        switch type {
        case .training: .training(try TrainingPredicate(reader))
        case .unlearning: .unlearning(try UnlearningPredicate(reader))
        case .rollback: .rollback(try RollbackPredicate(reader))
        case .erasureCertificate: .erasure(try ErasurePredicate(reader))
        }
    } catch {
      throw .predicate(error)
    }
    guard statement.subjects == subjects else { throw .otherSubject }
  }

  /// The statement that is signed.
  ///
  /// - Throws: `StatementError.tooManySubjects`, `.noSubjects`.
  package var statement: Statement {
    get throws(StatementError) { try Statement(subjects: subjects, predicateType: type.uri, predicate: value) }
  }

  /// The kind of claim.
  package var type: PredicateType {
    switch self {
    case .training: .training
    case .unlearning: .unlearning
    case .rollback: .rollback
    case .erasure: .erasureCertificate
    }
  }

  /// The entry that records it.
  package var log: LogPlace {
    switch self {
    case .training(let predicate): predicate.log
    case .unlearning(let predicate): predicate.log
    case .rollback(let predicate): predicate.log
    case .erasure(let predicate): predicate.log
    }
  }

  /// What it is about.
  package var subjects: [Statement.Subject] {
    switch self {
    case .training(let predicate): [predicate.child.subject]
    case .unlearning(let predicate): [predicate.child.subject]
    case .rollback(let predicate): [predicate.child.subject]
    case .erasure(let predicate): predicate.subjects
    }
  }

  private var value: JSONValue {
    switch self {
    case .training(let predicate): predicate.value
    case .unlearning(let predicate): predicate.value
    case .rollback(let predicate): predicate.value
    case .erasure(let predicate): predicate.value
    }
  }

  /// Compares the claim with the log entry that it names, which somebody has proved to be in the log.
  ///
  /// The entry's hash decides; time, names, digests and commitments are compared as well, since whoever signs could write others.
  ///
  /// - Throws: `ClaimError.otherEntry`, `.contradictsEntry`.
  package func verify(against leaf: [UInt8], at index: Int) throws(ClaimError) {
    guard Int64(index) == log.index, MerkleTree.leafHash(leaf) == log.leafHash else {
      throw .otherEntry(expected: log.index, found: index)
    }
    guard let facts = EntryFacts(leaf: leaf) else { throw .contradictsEntry("form") }
    func expect(_ same: Bool, _ what: String) throws(ClaimError) { if !same { throw .contradictsEntry(what) } }
    switch self {
    case .training(let claim):
      try expect(facts.action == "train", "action")
      try expect(facts.parent == claim.parent && facts.child == claim.child, "checkpoints")
      try expect(facts.time == claim.time && facts.model == claim.model, "time or model")
      try expect(facts.sealed == claim.sealed, "sealed texts")
    case .unlearning(let claim):
      try expect(facts.action == "forget", "action")
      try expect(facts.parent == claim.parent && facts.child == claim.child, "checkpoints")
      try expect(facts.time == claim.time && facts.model == claim.model, "time or model")
      try expect(facts.sealed == claim.sealed, "sealed texts")
    case .rollback(let claim):
      try expect(facts.action == (claim.reinstatedEvents.isEmpty ? "rollback" : "reinstate"), "action")
      try expect(facts.parent == claim.from && facts.child == claim.child, "checkpoints")
      try expect(facts.time == claim.time && facts.model == claim.model, "time or model")
      try expect(facts.sealed == claim.sealed, "sealed texts")
    case .erasure(let claim):
      // The commitments are those of the erasure's own entry.
      try expect(facts.action == "certify", "action")
      try expect(facts.time == claim.time && facts.model == claim.model, "time or model")
    }
  }
}

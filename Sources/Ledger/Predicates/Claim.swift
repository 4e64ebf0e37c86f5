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
    get throws(StatementError) { try Statement(subjects: subjects, predicateType: type.uri, predicate: predicate.value) }
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
  package var log: LogPlace { predicate.log }

  /// When what it says was done, by the writer's clock.
  package var time: String { predicate.time }

  /// The model that it is about.
  package var model: String { predicate.model }

  /// What it is about.
  package var subjects: [Statement.Subject] { predicate.subjects }

  private var predicate: any Predicate {
    switch self {
    case .training(let predicate): predicate
    case .unlearning(let predicate): predicate
    case .rollback(let predicate): predicate
    case .erasure(let predicate): predicate
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
    let expected = predicate.expectation
    guard facts.action == expected.action else { throw .contradictsEntry("action") }
    guard facts.parent == expected.parent, facts.child == expected.child else { throw .contradictsEntry("checkpoints") }
    guard facts.time == time, facts.model == model else { throw .contradictsEntry("time or model") }
    if let sealed = expected.sealed, facts.sealed != sealed { throw .contradictsEntry("sealed texts") }
  }
}

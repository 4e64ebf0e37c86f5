import Ledger
import Store

/// A receipt as it was issued: what it says, and the signed envelope around it.
package struct IssuedReceipt: Sendable {
  package var claim: Claim
  package var statement: Statement
  package var envelope: Envelope
}

extension Engine {
  /// Issues the receipt for a log entry: an in-toto statement of what was done, in a DSSE envelope that the log's key signs.
  ///
  /// It is drawn from the entry and the rows that are bound to it, which are checked before, so that nothing is signed that somebody wrote
  /// into the file since; hence the same entry gives the same bytes whenever it is asked for, as long as the log has the same key.
  /// Nothing is written to the store. Texts that name a person or a reason are in it as the entry's commitments alone: what has been
  /// handed out cannot be redacted.
  /// - Throws: `EngineError.noReceipt`, `.receiptPending`, `.receiptTooLarge`; what `key` throws; `StoreError.wrongKey`, `.unknown`,
  ///   `.recordCorrupt`.
  package func receipt(of entry: Int64) throws -> IssuedReceipt {
    let signer = try signingKey()
    return try store.read { snapshot in
      let claim = try snapshot.claim(of: entry)
      let key = try signer.named(snapshot.identity().origin)
      do {
        let statement = try claim.statement
        let envelope = try Envelope(signing: statement.encoded(), type: Statement.payloadType, with: key)
        return IssuedReceipt(claim: claim, statement: statement, envelope: envelope)
      } catch is CanonicalJSONError {
        throw EngineError.receiptTooLarge(entry: entry)
      } catch is StatementError {
        throw EngineError.receiptTooLarge(entry: entry)
      }
    }
  }
}

extension Snapshot {
  /// What the receipt for an entry says.
  fileprivate func claim(of entry: Int64) throws -> Claim {
    guard let facts = EntryFacts(leaf: try leaf(entry)) else {
      throw StoreError.recordCorrupt(table: "log_entry", id: entry, reason: "its leaf is not of the form lethe/entry/v1")
    }
    switch facts.action {
    case "train": return .training(try trainingPredicate(entry))
    case "forget": return .unlearning(try unlearningPredicate(entry))
    case "rollback", "reinstate": return .rollback(try rollbackPredicate(entry))
    case "erase", "certify": return .erasure(try erasurePredicate(entry))
    default: throw EngineError.noReceipt(entry: entry, action: facts.action)
    }
  }

  /// Where an entry is.
  func place(of entry: Int64) throws -> LogPlace {
    LogPlace(origin: try identity().origin, index: entry, leafHash: MerkleTree.leafHash(try leaf(entry)))
  }

  /// A data set with its parts as they were imported; its rows are checked.
  func named(_ dataset: DatasetRecord) throws -> NamedDataset {
    try requireSound(.dataset, [dataset.id])
    try requireSound(.split, dataset.splits.map(\.id))
    return NamedDataset(name: dataset.name, splits: dataset.splits.map(NamedDataset.Split.init))
  }

  /// Says of something that an entry must have that it is missing.
  func required<Value>(_ value: Value?, _ what: String, of entry: Int64) throws -> Value {
    guard let value else { throw StoreError.recordCorrupt(table: "log_entry", id: entry, reason: "it has no \(what)") }
    return value
  }
}

extension NamedDataset.Split {
  init(_ split: SplitRecord) {
    self.init(part: split.part.rawValue, digest: split.digest, count: Int64(split.count))
  }
}

import Ledger

/// What a signed receipt says and what of it was checked: `verify-receipt` of an envelope.
package struct StatementAnswer: Answer {
  package static let schema = "lethe/verify-receipt-statement/v1"

  package var origin: String
  /// The key that signed it.
  package var signers: [String]
  /// Who else signed according to the envelope.
  package var uncheckedSigners: [String]
  package var kind: String
  package var predicateType: String
  package var subjects: [SubjectAnswer]
  package var logIndex: Int64
  package var leafHash: String
  package var time: String
  package var model: String
  /// Entries of the log under the proof's tree head; null without a proof.
  package var size: Nullable<Int>
  package var root: Nullable<String>
  package var cosignatures: [ReceiptAnswer.Witness]
  /// What was checked, and what was not, in words.
  package var checked: [String]
  package var notChecked: [String]
  /// The statement as it was signed.
  package var statement: String

  /// - Parameters:
  ///   - proof: the proof of the entry that the receipt names, if it is at hand.
  /// - Throws: `ClaimError`, `TLogProofError`, `ReceiptAnswer.NoEntry`.
  package init(
    _ envelope: Envelope, by key: VerifierKey, subject: Digest?, proof: TLogProof?, policy: LogPolicy
  ) throws {
    let verified = try VerifiedClaim(envelope, by: key)
    let claim = verified.claim
    (origin, signers, uncheckedSigners) = (claim.log.origin, [key.shortName], verified.uncheckedSigners)
    (kind, predicateType, subjects) = (claim.type.rawValue, claim.type.uri, claim.subjects.map(SubjectAnswer.init))
    (logIndex, leafHash, time, model) = (claim.log.index, claim.log.leafHash.description, claim.time, claim.model)
    statement = String(decoding: try claim.statement.encoded(), as: UTF8.self)
    checked = [
      "signed by \(key.shortName)", "a statement of \(kind) as its schema says, about its subject", "of the log \(origin)",
    ]
    notChecked = []
    if let subject {
      guard claim.subjects.contains(where: { $0.matches(subject) }) else { throw ClaimError.otherSubject }
      checked.append("about \(subject)")
    } else {
      notChecked.append("which thing you have in hand: compare the subject's digest, or give it with --subject")
    }
    if let proof {
      guard let leaf = proof.extra else {
        throw ReceiptAnswer.NoEntry(description: "the proof doesn't hold the entry that it is for")
      }
      let head = try proof.verify(entry: leaf, policy: policy)
      try claim.verify(against: leaf, at: proof.index)
      (size, root) = (Nullable(head.head.size), Nullable(head.head.root.description))
      cosignatures = head.cosignatures.map { ReceiptAnswer.Witness(witness: $0.key.name, unixTime: $0.time) }
      checked.append("entry \(logIndex) is in the signed log of \(head.head.size) entries and says the same")
    } else {
      (size, root, cosignatures) = (Nullable(nil), Nullable(nil), [])
      notChecked.append("that the log has entry \(logIndex): give its proof (`lethe log prove \(logIndex)`) with --proof")
    }
    if !uncheckedSigners.isEmpty { notChecked.append("signatures by others: \(uncheckedSigners.count)") }
    notChecked.append("whether what it says is true: whoever has the bytes can compute it again")
  }
}

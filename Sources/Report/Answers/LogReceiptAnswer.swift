import Ledger

/// A thing that a receipt is about.
package struct SubjectAnswer: Codable, Sendable {
  package var name: Nullable<String>
  package var digest: String

  init(_ subject: Statement.Subject) {
    name = Nullable(subject.name)
    digest = subject.digests["sha256"].map { "sha256:\($0)" } ?? ""
  }
}

/// A signed receipt: `log receipt`.
package struct LogReceiptAnswer: Answer {
  package static let schema = "lethe/log-receipt/v1"

  /// The entry that the receipt names.
  package var logIndex: Int64
  /// `training`, `unlearning`, `rollback` or `erasure-certificate`.
  package var kind: String
  package var predicateType: String
  package var subjects: [SubjectAnswer]
  /// The receipt, byte for byte.
  package var envelope: String
  /// Where it was written to.
  package var output: Nullable<String>

  package init(_ claim: Claim, _ envelope: Envelope, output: String?) {
    (logIndex, kind, predicateType) = (claim.log.index, claim.type.rawValue, claim.type.uri)
    subjects = claim.subjects.map(SubjectAnswer.init)
    self.envelope = String(decoding: envelope.bytes, as: UTF8.self)
    self.output = Nullable(output)
  }
}

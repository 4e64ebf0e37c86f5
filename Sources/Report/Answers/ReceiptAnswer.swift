import Ledger

/// What a receipt proves: `verify-receipt`.
package struct ReceiptAnswer: Answer {
  package static let schema = "lethe/verify-receipt/v1"

  /// Proved to be in the log, and no entry of a store.
  package struct NoEntry: Error, CustomStringConvertible {
    package var description: String
  }

  /// What the entry wrote to one table.
  package struct Rows: Codable, Sendable {
    package var table: String
    package var count: Int64
    package var digest: String
  }

  /// A text that the entry commits to.
  package struct Sealed: Codable, Sendable {
    package var name: String
    package var commitment: String
  }

  /// A witness that cosigned the tree head.
  package struct Witness: Codable, Sendable {
    package var witness: String
    /// Seconds since 1970, UTC, as the witness signed it.
    package var unixTime: Int64
  }

  package var origin: String
  package var signers: [String]
  /// The entry at which the signer handed the log over to the next key, where receipts of that were given.
  package var handedOverAt: Nullable<Int>
  package var cosignatures: [Witness]
  package var size: Int
  package var root: String
  package var logIndex: Int
  package var leafHash: String
  package var action: String
  package var time: String
  package var model: Nullable<String>
  package var dataset: Nullable<String>
  package var parent: Nullable<String>
  package var parentDigest: Nullable<String>
  package var child: Nullable<String>
  package var childDigest: Nullable<String>
  /// The key that an entry hands the log over to.
  package var verifierKey: Nullable<String>
  package var rows: [Rows]
  package var sealed: [Sealed]
  /// The entry as it was hashed.
  package var leaf: String
  /// What was checked, and what was not, in words.
  package var checked: [String]
  package var notChecked: [String]

  /// The facts that there are, by their names.
  package var facts: [(name: String, value: String)] {
    [
      ("model", model), ("dataset", dataset), ("parent", parent), ("parent digest", parentDigest), ("child", child),
      ("child digest", childDigest), ("new key", verifierKey),
    ].compactMap { name, value in value.value.map { (name, $0) } }
  }

  /// Checks a receipt and takes its entry apart.
  /// - Parameter subject: the checkpoint that it must be about, if one is given.
  /// - Throws: `TLogProofError`; `NoEntry` when what is proved is no entry of a store; `ClaimError.otherSubject`.
  package init(_ proof: TLogProof, policy: LogPolicy, subject: Digest? = nil) throws {
    guard let bytes = proof.extra else { throw NoEntry(description: "it doesn't hold the entry that it is for") }
    let verified = try proof.verify(entry: bytes, policy: policy)
    guard let facts = EntryFacts(leaf: bytes) else {
      throw NoEntry(description: "what it proves is no entry of the form lethe/entry/v1")
    }
    (origin, size, root) = (verified.head.origin, verified.head.size, verified.head.root.description)
    signers = verified.signers.map(\.shortName)
    handedOverAt = Nullable(verified.signers.last.flatMap { policy.chain?.handover(of: $0) })
    cosignatures = verified.cosignatures.map { Witness(witness: $0.key.name, unixTime: $0.time) }
    (logIndex, leafHash, leaf) = (proof.index, MerkleTree.leafHash(bytes).description, String(decoding: bytes, as: UTF8.self))
    (action, time, model, dataset) = (facts.action, facts.time, Nullable(facts.model), Nullable(facts.dataset))
    (parent, parentDigest) = (Nullable(facts.parent?.name), Nullable(facts.parent?.digest.description))
    (child, childDigest) = (Nullable(facts.child?.name), Nullable(facts.child?.digest.description))
    verifierKey = Nullable(facts.verifierKey)
    rows = facts.rows.sorted { $0.key < $1.key }.map {
      Rows(table: $0.key, count: $0.value.count, digest: $0.value.digest.description)
    }
    sealed = facts.sealed.sorted { $0.key < $1.key }.map { Sealed(name: $0.key, commitment: $0.value.description) }
    checked = ["tree head signed by \(signers.joined(separator: ", "))", "entry \(logIndex) is in the log of \(size) entries"]
    if !cosignatures.isEmpty { checked.append("tree head cosigned by \(cosignatures.count) witnesses") }
    notChecked = []
    if let subject {
      guard facts.child?.digest == subject else { throw ClaimError.otherSubject }
      checked.append("about \(subject)")
    } else if facts.child != nil {
      notChecked.append("which checkpoint you have in hand: compare the child's digest, or give it with --subject")
    }
    notChecked += [
      "that the log shows everybody this tree: compare tree heads, or ask for witnesses with --witness",
      "whether what the entry says is true",
    ]
  }
}

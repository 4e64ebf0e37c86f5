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
  package var rows: [Rows]
  package var sealed: [Sealed]
  /// The entry as it was hashed.
  package var leaf: String

  /// The facts that there are, by their names.
  package var facts: [(name: String, value: String)] {
    [
      ("model", model), ("dataset", dataset), ("parent", parent), ("parent digest", parentDigest), ("child", child),
      ("child digest", childDigest),
    ].compactMap { name, value in value.value.map { (name, $0) } }
  }

  /// Checks a receipt and takes its entry apart.
  /// - Throws: `TLogProofError`; `NoEntry` when what is proved is no entry of a store.
  package init(_ proof: TLogProof, policy: LogPolicy) throws {
    guard let bytes = proof.extra else { throw NoEntry(description: "it doesn't hold the entry that it is for") }
    let verified = try proof.verify(entry: bytes, policy: policy)
    guard case .object(let fields)? = try? CanonicalJSON.parse(bytes), case .string("lethe/entry/v1")? = fields["format"],
      case .string(let action)? = fields["action"], case .string(let time)? = fields["time"]
    else { throw NoEntry(description: "what it proves is no entry of the form lethe/entry/v1") }
    func fact(_ name: String) -> Nullable<String> {
      if case .string(let text)? = fields[name] { Nullable(text) } else { Nullable(nil) }
    }
    func members(_ name: String) -> [(String, JSONValue)] {
      if case .object(let members)? = fields[name] { members.sorted { $0.key < $1.key } } else { [] }
    }
    (origin, size, root) = (verified.head.origin, verified.head.size, verified.head.root.description)
    signers = verified.signers.map(\.shortName)
    cosignatures = verified.cosignatures.map { Witness(witness: $0.key.name, unixTime: $0.time) }
    (logIndex, leafHash, leaf) = (proof.index, MerkleTree.leafHash(bytes).description, String(decoding: bytes, as: UTF8.self))
    (self.action, self.time, model, dataset) = (action, time, fact("model"), fact("dataset"))
    (parent, parentDigest, child, childDigest) = (fact("parent"), fact("parent_digest"), fact("child"), fact("child_digest"))
    rows = members("rows").compactMap { table, evidence in
      guard case .object(let parts) = evidence, case .integer(let count)? = parts["count"],
        case .string(let digest)? = parts["digest"]
      else { return nil }
      return Rows(table: table, count: count, digest: digest)
    }
    sealed = members("sealed").compactMap { name, commitment in
      if case .string(let text) = commitment { Sealed(name: name, commitment: text) } else { nil }
    }
  }
}

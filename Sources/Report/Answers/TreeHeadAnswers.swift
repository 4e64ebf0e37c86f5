import Ledger
import Store

/// A key that the log has signed with.
package struct LogKeyItem: Codable, Sendable {
  package var verifierKey: String
  /// The entry from which on it signs: the hand-over, whose tree head the key before it signed as well.
  package var sinceEntry: Int

  /// All keys in their order.
  package static func list(_ chain: KeyChain) -> [LogKeyItem] {
    chain.links.map { LogKeyItem(verifierKey: $0.key.description, sinceEntry: max(0, $0.firstSize - 1)) }
  }
}

/// A witness's cosignature of a tree head.
package struct CosignatureItem: Codable, Sendable {
  package var witness: String
  /// Seconds since 1970, UTC, as the witness signed it.
  package var unixTime: Int64

  /// - Parameter withKey: whether the witness is named by its whole key.
  package init(_ cosignature: Cosignature, withKey: Bool) {
    (witness, unixTime) = (withKey ? cosignature.key.description : cosignature.key.name, cosignature.time)
  }
}

/// A signed tree head, the last one unless another was asked for.
package struct LogCheckpointAnswer: Answer {
  package static let schema = "lethe/log-checkpoint/v1"

  package var size: Int64
  package var root: String
  package var note: String
  /// The log's keys that signed it: two at a hand-over.
  package var signers: [String]
  package var cosignatures: [CosignatureItem]
  /// The largest tree head that a witness cosigned.
  package var cosignedSize: Nullable<Int64>

  package init(size wanted: Int64?, in snapshot: Snapshot) throws {
    let (note, head, keys) = try snapshot.verifiedTreeHead(size: wanted)
    (size, root, self.note) = (Int64(head.size), head.root.description, String(decoding: note.bytes, as: UTF8.self))
    signers = keys.keys(size: head.size).map(\.shortName)
    cosignatures = try snapshot.cosignatures(size: size).map { CosignatureItem($0, withKey: true) }
    cosignedSize = Nullable(try snapshot.cosignedSize())
  }
}

/// The keys that the log is verified with.
package struct LogKeyAnswer: Answer {
  package static let schema = "lethe/log-key/v1"

  package var origin: String
  /// The one that signs now.
  package var verifierKey: String
  package var keys: [LogKeyItem]

  package init(in snapshot: Snapshot) throws {
    (origin, verifierKey) = try snapshot.identity()
    keys = LogKeyItem.list(try snapshot.keyChain())
  }
}

/// A log handed over to another key: `log rotate-key`.
package struct LogRotateKeyAnswer: Answer {
  package static let schema = "lethe/log-rotate-key/v1"

  package var origin: String
  /// The key that signed until then, and the one that signs from there on.
  package var oldKey: String
  package var newKey: String
  /// The new key's file.
  package var keyFile: String
  package var logIndex: Int64
  package var time: String

  package init(logIndex: Int64, keyFile: String, in snapshot: Snapshot) throws {
    let keys = try snapshot.keyChain().links.map(\.key)
    origin = try snapshot.identity().origin
    (oldKey, newKey) = (keys[max(0, keys.count - 2)].description, keys[keys.count - 1].description)
    (self.keyFile, self.logIndex) = (keyFile, logIndex)
    time = try snapshot.logEntries(last: 1).first?.time ?? ""
  }
}

/// Cosignatures that were taken in: `log cosign`.
package struct LogCosignAnswer: Answer {
  package static let schema = "lethe/log-cosign/v1"

  package var size: Int64
  package var root: String
  /// How many of them were not here yet.
  package var added: Int
  /// All that are here of this tree head.
  package var cosignatures: [CosignatureItem]

  package init(size: Int64, root: Digest, added: Int, in snapshot: Snapshot) throws {
    (self.size, self.root, self.added) = (size, root.description, added)
    cosignatures = try snapshot.cosignatures(size: size).map { CosignatureItem($0, withKey: true) }
  }
}

import GRDB
import Ledger
import Tensors

/// The writing side of one command: rows go in through `insert`, which also gathers the evidence that the log entry binds.
package final class Transaction: Snapshot {
  /// Index of the log entry that this transaction will end with.
  package let entryIndex: Int64
  /// What the leaf says beside action, time, sealed fields and rows: names and digests, never a person's name.
  package var facts: [String: JSONValue] = [:]
  /// Bytes of the chunks that this transaction added.
  package internal(set) var storedBytes = 0 {
    didSet {
      if oldValue / LogWriteBack.step < storedBytes / LogWriteBack.step { writeBack.begin() }
    }
  }

  private let entry: NewEntry
  /// The log as this process left it, if nobody wrote since.
  private let known: LogEnd?
  /// The log as this transaction leaves it.
  private(set) var end: LogEnd?
  private lazy var writeBack = LogWriteBack(db)
  private var evidence: [RecordTable: RowEvidence] = [:]
  private var nextIDs: [RecordTable: Int64]
  /// The key that takes over with this entry.
  private var successor: SigningKey?

  /// - Parameter known: the log as this process left it last.
  init(db: Database, entry: NewEntry, known: LogEnd? = nil) throws {
    self.entry = entry
    let index = try Int64.fetchOne(db.cachedStatement(sql: "SELECT coalesce(max(log_index), -1) + 1 FROM log_entry")) ?? 0
    entryIndex = index
    self.known = known.flatMap { $0.frontier.size == index ? $0 : nil }
    nextIDs = self.known?.nextIDs ?? [:]
    super.init(db: db)
  }

  /// Writes one row and returns its id. Ids ascend in the order of writing, which is the order in which evidence is hashed.
  func insert(_ table: RecordTable, _ values: [(any DatabaseValueConvertible)?]) throws -> Int64 {
    try insert(table, stored: values.map { try Self.storable($0?.databaseValue ?? .null, in: table.name) })
  }

  /// The same for values that are as SQLite will give them back.
  func insert(_ table: RecordTable, stored: [DatabaseValue]) throws -> Int64 {
    precondition(stored.count == table.columns.count, "\(table.name) has \(table.columns.count) columns")
    let id = try nextIDs[table] ?? (integer("SELECT coalesce(max(id), 0) FROM \(table.name)") + 1)
    nextIDs[table] = id + 1
    try db.insert(table.insertSQL, [id.databaseValue] + stored + [entryIndex.databaseValue])
    evidence[table, default: RowEvidence(table: table)].add(id: id, values: table.covered.lazy.map { stored[$0] })
    return id
  }

  /// A value as SQLite will give it back, since evidence is taken from what is written: it stores the real number -0.0 as 0, and GRDB
  /// reads texts only up to a NUL character.
  static func storable(_ value: DatabaseValue, in table: String) throws -> DatabaseValue {
    switch value.storage {
    case .double(let number) where number == 0: return 0.0.databaseValue
    case .string(let text) where text.utf8.contains(0): throw StoreError.badName(kind: table, name: text)
    default: return value
    }
  }

  /// Ends the transaction: the leaf, its place in the tree, and the signed tree head.
  ///
  /// The tree head is stored in the same transaction before anyone can see it, so two heads of one size are never signed and
  /// released, whatever crashes.
  func seal(with key: SigningKey) throws {
    let signer = try signer(key)
    let leaf = try CanonicalJSON.encode(.object(try leafFields()))
    try db.insert(
      "INSERT INTO log_entry (log_index, leaf) VALUES (?, ?)",
      [entryIndex.databaseValue, String(decoding: leaf, as: UTF8.self).databaseValue])
    let frontier = try appendToTree(leaf)
    let root = frontier.root()
    let head = try TreeHead(origin: signer.verifierKey.name, size: Int(entryIndex) + 1, root: root)
    let note = try SignedNote(signing: head.text, with: successor.map { [signer, $0] } ?? [signer])
    try db.insert(
      "INSERT INTO log_checkpoint (size, root, note) VALUES (?, ?, ?)",
      [(entryIndex + 1).databaseValue, root.data.databaseValue, String(decoding: note.bytes, as: UTF8.self).databaseValue])
    end = LogEnd(frontier: frontier, verifierKey: (successor ?? signer).verifierKey, nextIDs: nextIDs)
  }

  /// The key under the log's name, if it is the one that has to sign this entry.
  private func signer(_ key: SigningKey) throws -> SigningKey {
    if let signer = known.flatMap({ key.known(as: $0.verifierKey) }) { return signer }
    let (origin, expected) = try identity(before: entryIndex)
    let signer = try key.named(origin)
    guard expected == signer.verifierKey.description else {
      throw StoreError.wrongKey(expected: expected, given: signer.verifierKey.description)
    }
    return signer
  }

  /// Lets another key sign the log from the next entry on: this entry is the hand-over, and its tree head is signed by both.
  ///
  /// Nothing else may be written by the entry; `KeyChain` says what its leaf means.
  /// - Throws: `StoreError.keyRefused` for a key that has been the log's before.
  package func handOver(to key: SigningKey) throws {
    var chain = try keyChain()
    let next = try key.named(chain.origin)
    do throws(KeyChainError) {
      try chain.extend(to: next.verifierKey, firstSize: Int(entryIndex) + 1)
    } catch {
      throw StoreError.keyRefused(key: next.verifierKey.shortName, reason: error.description)
    }
    _ = try insert(.logKey, [next.verifierKey.description])
    facts[KeyChain.keyMember] = .string(next.verifierKey.description)
    successor = next
  }

  private func leafFields() throws -> [String: JSONValue] {
    var fields = facts
    fields["format"] = .string("lethe/entry/v1")
    fields["action"] = .string(entry.action.rawValue)
    fields["time"] = .string(NewEntry.timeText(entry.time))
    fields["rows"] = .object(
      Dictionary(
        uniqueKeysWithValues: evidence.map { table, rows in
          (table.name, .object(["count": .integer(rows.count), "digest": .string(rows.digest().description)]))
        }))
    var commitments: [String: JSONValue] = [:]
    let texts = Array(entry.sealed)
    for ((name, value), (commitment, salt)) in zip(texts, Commitment.make(texts.map { $0.value })) {
      let value = try Self.storable(value.databaseValue, in: name)
      commitments[name] = .string(commitment.digest.description)
      try db.insert(
        "INSERT INTO sealed_field (entry, name, salt, value) VALUES (?, ?, ?, ?)",
        [entryIndex.databaseValue, name.databaseValue, salt.data.databaseValue, value])
    }
    fields["sealed"] = .object(commitments)
    return fields
  }

  /// O(log n): reads the roots of the complete subtrees to the left, writes the nodes that the new leaf completes.
  private func appendToTree(_ leaf: [UInt8]) throws -> TreeFrontier {
    var frontier = try known?.frontier ?? storedFrontier()
    for node in frontier.append(MerkleTree.leafHash(leaf)) {
      try db.insert(
        "INSERT INTO log_node (entry, level, position, hash) VALUES (?, ?, ?, ?)",
        [
          entryIndex.databaseValue, node.position.level.databaseValue, node.position.index.databaseValue,
          node.hash.data.databaseValue,
        ])
    }
    return frontier
  }

  private func storedFrontier() throws -> TreeFrontier {
    let edge = try logNodes(at: TreeFrontier.positions(size: Int(entryIndex)))
    return try TreeFrontier(size: Int(entryIndex)) { edge[$0] }
  }
}

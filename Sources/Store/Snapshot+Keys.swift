import GRDB
import Ledger

extension Snapshot {
  /// The log's name and the key that signs it now.
  package func identity() throws -> (origin: String, verifierKey: String) { try identity(before: .max) }

  /// The log's name and the key that had to sign an entry.
  func identity(before entry: Int64) throws -> (origin: String, verifierKey: String) {
    let first = try firstIdentity()
    let sql = "SELECT verifier_key FROM log_key WHERE entry < ? ORDER BY id DESC LIMIT 1"
    return (first.origin, try row(sql, [entry])?.value("verifier_key") ?? first.verifierKey)
  }

  /// The log's name and its first key, which whoever follows it may have learnt long ago.
  package func firstIdentity() throws -> (origin: String, verifierKey: String) {
    guard let row = try row("SELECT origin, verifier_key FROM store") else {
      throw StoreError.recordCorrupt(table: "store", id: 1, reason: "it is missing")
    }
    return (try row.value("origin"), try row.value("verifier_key"))
  }

  /// The keys that the log has signed with, as the records say: `verify` compares them with the leaves and the signatures.
  /// - Throws: `StoreError.recordCorrupt`.
  package func keyChain() throws -> KeyChain {
    var chain = try firstKey()
    for (id, entry, text) in try laterKeys() {
      do {
        // No entry has an index so large that this wraps; one that says so comes before the first.
        try chain.extend(to: VerifierKey(text: text), firstSize: Int(entry &+ 1))
      } catch {
        throw StoreError.recordCorrupt(table: "log_key", id: id, reason: "\(error)")
      }
    }
    return chain
  }

  /// The same, each hand-over proved from the first key on: its entry is in the log, and both keys signed the tree head.
  ///
  /// O(log n) for each hand-over.
  /// - Throws: `StoreError.recordCorrupt`.
  package func provedKeyChain() throws -> KeyChain {
    var chain = try firstKey()
    for (id, entry, _) in try laterKeys() {
      do {
        try chain.extend(by: handover(at: entry))
      } catch let error as KeyChainError {
        throw StoreError.recordCorrupt(table: "log_key", id: id, reason: error.description)
      }
    }
    return chain
  }

  /// The receipt of a hand-over: the proof of its entry under the tree head that ends with it.
  private func handover(at entry: Int64) throws -> TLogProof {
    do {
      let (leaf, size) = (try leaf(entry), entry &+ 1)
      let note = try storedNote(size: size)
      return try TLogProof(InclusionProof(index: Int(entry), size: Int(size), node: logNode), checkpoint: note, extra: leaf)
    } catch let error as StoreError {
      throw error
    } catch {
      throw StoreError.recordCorrupt(table: "log_entry", id: entry, reason: "\(error)")
    }
  }

  private func firstKey() throws -> KeyChain {
    let (origin, text) = try firstIdentity()
    guard let key = try? VerifierKey(text: text), key.name.utf8.elementsEqual(origin.utf8) else {
      throw StoreError.recordCorrupt(table: "store", id: 1, reason: "its verifier key cannot be read")
    }
    return KeyChain(first: key)
  }

  /// The keys after the first one, with the entries that handed over to them.
  func laterKeys() throws -> [(id: Int64, entry: Int64, text: String)] {
    try rows("SELECT id, entry, verifier_key FROM log_key ORDER BY id").map {
      (try $0.value("id"), try $0.value("entry"), try $0.value("verifier_key"))
    }
  }
}

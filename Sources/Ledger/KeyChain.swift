/// The keys that a log has signed with, one after the other, each handed over by the one before.
///
/// The hand-over from an old key to a new one is a log entry like any other, so that it has a time, an actor and a reason, and
/// can't be made in secret. Its leaf says `"action":"rotate-key"` and names the new key's text in `"verifier_key"`. The tree
/// head of which it is the last entry is signed by **both** keys: by the old one, which so vouches for its successor, and by the
/// new one, which so shows that somebody holds it. All earlier heads are signed by the old key, all later ones by the new key.
///
/// The receipt of a hand-over is a `TLogProof` of that entry under that head, with the leaf's bytes as its extra data (nothing
/// else is needed). A reader who once learnt the first key follows the receipts to the present one. An old key that is
/// stolen later can't sign a head beyond the hand-over. Whoever stole it before can hand over to a key of his own: that
/// is two logs from one size on, which consistency with a head kept elsewhere, and witnesses, show.
///
/// ## Topics
/// - ``init(first:)``
/// - ``extend(by:)``
/// - ``extend(to:firstSize:)``
/// - ``verify(_:witnesses:)``
package struct KeyChain: Sendable {
  /// The member of a hand-over's leaf that names the new key.
  package static let keyMember = "verifier_key"

  /// What a hand-over's leaf says in `action`.
  package static let action = "rotate-key"

  /// The most hand-overs that are followed.
  package static let maximumLength = 10_000

  /// A key and the first tree head that it signs.
  package struct Link: Sendable {
    /// The key.
    package let key: VerifierKey
    /// The size of its first tree head; 0 for the first key, which signs from the beginning.
    package let firstSize: Int
  }

  /// The log's name.
  package let origin: String
  /// The keys in their order, the present one last; never none.
  package private(set) var links: [Link]

  /// Begins with the key that one knows; the log has its name.
  package init(first key: VerifierKey) {
    origin = key.name
    links = [Link(key: key, firstSize: 0)]
  }

  /// The key that signs now.
  package var present: VerifierKey { links[links.count - 1].key }

  /// Which keys must have signed the tree head of a size: one, or the two of a hand-over, the older first.
  package func keys(size: Int) -> [VerifierKey] {
    let place = links.lastIndex { $0.firstSize <= size } ?? 0
    return place > 0 && links[place].firstSize == size ? [links[place - 1].key, links[place].key] : [links[place].key]
  }

  /// Checks a hand-over and makes its new key the present one.
  ///
  /// - Parameter receipt: the proof of its entry, with the leaf as extra data.
  /// - Throws: every case of `KeyChainError` but `.missingSignature`.
  package mutating func extend(by receipt: TLogProof) throws(KeyChainError) {
    guard let leaf = receipt.extra, let value = try? CanonicalJSON.parse(leaf), value["action"]?.text == Self.action,
      let text = value[Self.keyMember]?.text
    else { throw .noHandover }
    let successor: VerifierKey
    do throws(KeyError) {
      successor = try VerifierKey(text: text)
    } catch {
      throw .malformedKey(error)
    }
    try check(successor)
    var head: TreeHead?
    for key in [present, successor] {
      do throws(TLogProofError) {
        head = try receipt.verify(entry: leaf, policy: LogPolicy(origin: origin, keys: [key])).head
      } catch {
        throw .receipt(error)
      }
    }
    guard let size = head?.size, size == receipt.index + 1 else { throw .outOfOrder }
    try extend(to: successor, firstSize: size)
  }

  /// Makes a key the present one, where the tree heads are at hand: `verify` then asks both keys' signatures of the first of them.
  ///
  /// - Parameter firstSize: the size of the first tree head that it signs, the one that ends with the hand-over.
  /// - Throws: `KeyChainError.otherName`, `.usedBefore`, `.outOfOrder`, `.tooLong`.
  package mutating func extend(to successor: VerifierKey, firstSize: Int) throws(KeyChainError) {
    try check(successor)
    guard firstSize > links[links.count - 1].firstSize else { throw .outOfOrder }
    links.append(Link(key: successor, firstSize: firstSize))
  }

  /// Whether a key could be the next one.
  private func check(_ successor: VerifierKey) throws(KeyChainError) {
    guard links.count < Self.maximumLength else { throw .tooLong }
    guard successor.name.utf8.elementsEqual(origin.utf8) else { throw .otherName }
    guard !links.contains(where: { $0.key.publicKey == successor.publicKey }) else { throw .usedBefore }
  }

  /// The entry at which a key handed over to the next one; nil for the present key and for one that never was the log's.
  package func handover(of key: VerifierKey) -> Int? {
    guard let place = links.firstIndex(where: { $0.key.publicKey == key.publicKey }), place + 1 < links.count else { return nil }
    return links[place + 1].firstSize - 1
  }

  /// The tree head that a checkpoint states, if every key that must have signed it did.
  ///
  /// - Throws: `KeyChainError.checkpoint`, and `.missingSignature` for a key that was not, or no longer, the log's at that size.
  package func verify(_ checkpoint: SignedNote, witnesses: WitnessPolicy = .none) throws(KeyChainError) -> VerifiedCheckpoint {
    do throws(LogPolicyError) {
      return try LogPolicy(chain: self, witnesses: witnesses).verify(checkpoint)
    } catch .missingSignature(let size, let key) {
      throw .missingSignature(size: size, key: key)
    } catch {
      throw .checkpoint(error)
    }
  }
}

/// The ways in which a chain of keys can be broken.
package enum KeyChainError: Error, Hashable, CustomStringConvertible {
  /// A receipt without the leaf of a `rotate-key` entry.
  case noHandover
  /// The leaf names no verifier key.
  case malformedKey(KeyError)
  /// The new key has another name than the log.
  case otherName
  /// The new key has been the log's before.
  case usedBefore
  /// The entry isn't in the log, or old and new key haven't both signed the head.
  case receipt(TLogProofError)
  /// The hand-over is not the last entry of its tree head, or comes before the one before it.
  case outOfOrder
  /// More than 10,000 hand-overs.
  case tooLong
  /// A checkpoint that is wrong by any of the log's keys.
  case checkpoint(LogPolicyError)
  /// A checkpoint that a key has not signed which was in force at its size.
  case missingSignature(size: Int, key: String)

  package var description: String {
    switch self {
    case .noHandover: "the receipt is not that of a change of keys"
    case .malformedKey(let error): "the change of keys: \(error)"
    case .otherName: "the new key does not have the log's name"
    case .usedBefore: "the new key has been the log's before: make a fresh one"
    case .receipt(let error): "the change of keys: \(error)"
    case .outOfOrder: "the change of keys is not the last entry of its checkpoint, or older than the one before it"
    case .tooLong: "more than \(KeyChain.maximumLength) changes of keys"
    case .checkpoint(let error): error.description
    case .missingSignature(let size, let key):
      "the checkpoint of \(size) entries lacks the signature of \(key), the log's key at that size"
    }
  }
}

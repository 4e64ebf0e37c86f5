import GRDB
import Ledger

/// Which keys must have signed the log, by its first row and its leaves, and whether the store's records say the same.
struct KeyCheck {
  let snapshot: Snapshot

  /// What the leaf of a hand-over says.
  struct Handover: Hashable {
    var entry: Int64
    /// The new key, as it stands there; empty if there is none.
    var text: String

    init(_ fields: [String: JSONValue], entry: Int64) {
      self.entry = entry
      if case .string(let text)? = fields[KeyChain.keyMember] { self.text = text } else { text = "" }
    }
  }

  /// Leaves the keys in `result.keys`, unless the first one cannot be read. After a hand-over that cannot be followed the key before
  /// it stays the one that must have signed.
  func run(_ handovers: [Handover], _ result: inout Verification) throws {
    let (origin, text) = try snapshot.firstIdentity()
    guard let first = try? VerifierKey(text: text), first.name.utf8.elementsEqual(origin.utf8) else {
      result.add(.keyMalformed, "store", "its verifier key cannot be read")
      return
    }
    var chain = KeyChain(first: first)
    for handover in handovers {
      do {
        try chain.extend(to: VerifierKey(text: handover.text), firstSize: Int(handover.entry) + 1)
      } catch {
        result.add(.keyMalformed, "log entry \(handover.entry)", "the key that it hands over to: \(error)")
      }
    }
    result.keys = chain
    let recorded = try snapshot.laterKeys()
    let same =
      recorded.count == handovers.count && zip(recorded, handovers).allSatisfy { $0.entry == $1.entry && $0.text == $1.text }
    if !same { result.add(.recordCorrupt, "table log_key", "its keys are not those that the log's entries handed over to") }
  }
}

/// How many of which witnesses must have cosigned before a reader believes a tree head.
///
/// A log can show different trees to different readers, each with proofs that hold. A witness that cosigns only one line of
/// growth makes that impossible while fewer than `threshold` of them help the log. `0 of none` asks for no witness.
package struct WitnessPolicy: Sendable {
  /// The most witnesses that a policy names: a note carries no more signatures.
  package static let maximumKeys = SignedNote.maximumSignatures

  /// How many must have cosigned.
  package let threshold: Int
  /// The witnesses that count.
  package let keys: [CosignerKey]

  /// Asks for no witness.
  package static let none = WitnessPolicy()

  private init() {
    (threshold, keys) = (0, [])
  }

  /// Asks for `threshold` of these witnesses.
  ///
  /// - Throws: `WitnessPolicyError.thresholdOutOfRange`, `.sameKeyTwice`, `.tooManyKeys`.
  package init(threshold: Int, of keys: [CosignerKey]) throws(WitnessPolicyError) {
    guard keys.count <= Self.maximumKeys else { throw .tooManyKeys(keys.count) }
    guard (0...keys.count).contains(threshold) else { throw .thresholdOutOfRange(threshold, keys: keys.count) }
    var seen: [[UInt8]: String] = [:]
    for key in keys {
      if seen.updateValue(key.name, forKey: key.publicKey) != nil { throw .sameKeyTwice(name: key.name) }
    }
    self.threshold = threshold
    self.keys = keys
  }

  /// Reads a list of witnesses, one verifier key a line; empty lines and those that begin with `#` are passed over.
  ///
  /// - Throws: every case of `WitnessPolicyError`.
  package init(threshold: Int, parsing text: String) throws(WitnessPolicyError) {
    var keys: [CosignerKey] = []
    for (offset, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard !line.isEmpty, !line.hasPrefix("#") else { continue }
      guard keys.count < Self.maximumKeys else { throw .tooManyKeys(keys.count + 1) }
      do throws(KeyError) {
        keys.append(try CosignerKey(text: line))
      } catch {
        throw .invalidKey(line: offset + 1, error)
      }
    }
    try self.init(threshold: threshold, of: keys)
  }

  /// Which of the witnesses cosigned a note.
  ///
  /// - Throws: `SignedNoteError.badSignature` if any cosignature that names a known key is wrong.
  package func evaluate(_ note: SignedNote) throws(SignedNoteError) -> WitnessVerdict {
    WitnessVerdict(policy: self, cosignatures: try note.cosignatures(by: keys))
  }
}

/// What a policy says of one note.
package struct WitnessVerdict: Sendable {
  /// The policy that was asked.
  package let policy: WitnessPolicy
  /// The cosignatures of its witnesses, each checked, in the policy's order.
  package let cosignatures: [Cosignature]

  /// Whether enough of them cosigned.
  package var isMet: Bool { cosignatures.count >= policy.threshold }
}

/// The ways in which a policy can make no sense.
package enum WitnessPolicyError: Error, Hashable, CustomStringConvertible {
  /// More witnesses asked for than named, or fewer than none.
  case thresholdOutOfRange(Int, keys: Int)
  /// Two names for one key, which would count as two witnesses.
  case sameKeyTwice(name: String)
  /// More than 100 witnesses.
  case tooManyKeys(Int)
  /// A line, counted from 1, that is no witness's verifier key.
  case invalidKey(line: Int, KeyError)

  package var description: String {
    switch self {
    case .thresholdOutOfRange(let threshold, let keys): "\(threshold) of \(keys) witnesses cannot be asked for"
    case .sameKeyTwice(let name): "the witness \(name) has the key of another one in the list: remove one of them"
    case .tooManyKeys: "a policy names at most \(WitnessPolicy.maximumKeys) witnesses"
    case .invalidKey(let line, let error): "line \(line) of the list of witnesses: \(error)"
    }
  }
}

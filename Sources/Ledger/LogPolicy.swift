/// What a reader knows of a log beforehand, and asks of its checkpoints: name, keys, witnesses.
///
/// Everything here comes from elsewhere than the checkpoint that is judged: a configuration, an earlier report, a web page.
/// Source: c2sp.org/tlog-checkpoint and c2sp.org/tlog-cosignature.
package struct LogPolicy: Sendable {
  /// The log's name, the first line of its checkpoints.
  package let origin: String
  /// The log's keys, of which one must have signed.
  package let keys: [VerifierKey]
  /// How many witnesses must have cosigned.
  package let witnesses: WitnessPolicy
  /// Which of the keys was in force when, if that is known: those must have signed.
  package let chain: KeyChain?

  /// Expects a log of this name, signed by one of these keys and cosigned as the policy says.
  package init(origin: String, keys: [VerifierKey], witnesses: WitnessPolicy = .none) {
    self.origin = origin
    self.keys = keys
    self.witnesses = witnesses
    chain = nil
  }

  /// Expects a log whose keys were handed over, signed by the key that was in force at the checkpoint's size, or by both at a hand-over.
  package init(chain: KeyChain, witnesses: WitnessPolicy = .none) {
    (origin, keys, self.witnesses, self.chain) = (chain.origin, chain.links.map(\.key), witnesses, chain)
  }

  /// Expects the log whose name the key has, as the standard recommends and every log of ours does.
  package init(key: VerifierKey, witnesses: WitnessPolicy = .none) {
    self.init(origin: key.name, keys: [key], witnesses: witnesses)
  }

  /// The tree head that a checkpoint states, if it is this log's and everybody signed who should have.
  ///
  /// - Throws: every case of `LogPolicyError`.
  package func verify(_ checkpoint: SignedNote) throws(LogPolicyError) -> VerifiedCheckpoint {
    let verdict: WitnessVerdict
    let signers: [VerifierKey]
    do throws(SignedNoteError) {
      signers = try checkpoint.verified(by: keys)
      verdict = try witnesses.evaluate(checkpoint)
    } catch {
      throw .signature(error)
    }
    let head: TreeHead
    do throws(TreeHeadError) {
      head = try TreeHead(parsing: checkpoint.text.utf8)
    } catch {
      throw .head(error)
    }
    guard head.origin.utf8.elementsEqual(origin.utf8) else { throw .otherLog(expected: origin, found: head.origin) }
    if let missing = chain?.keys(size: head.size).first(where: { key in !signers.contains { $0.publicKey == key.publicKey } }) {
      throw .missingSignature(size: head.size, key: missing.shortName)
    }
    guard verdict.isMet else {
      throw .tooFewWitnesses(found: verdict.cosignatures.count, needed: witnesses.threshold)
    }
    return VerifiedCheckpoint(head: head, signers: signers, cosignatures: verdict.cosignatures)
  }
}

/// A checkpoint that met a policy.
package struct VerifiedCheckpoint: Sendable {
  /// What it states.
  package let head: TreeHead
  /// The log's keys that signed it, in the order of the note; never none.
  package let signers: [VerifierKey]
  /// The cosignatures by the policy's witnesses.
  package let cosignatures: [Cosignature]
}

/// The ways in which a checkpoint can fail a policy.
package enum LogPolicyError: Error, Hashable, CustomStringConvertible {
  /// A signature is wrong, or none is by a known key.
  case signature(SignedNoteError)
  /// Rightly signed, and no checkpoint.
  case head(TreeHeadError)
  /// Rightly signed, for a log of another name.
  case otherLog(expected: String, found: String)
  /// A key has not signed which was in force at the checkpoint's size.
  case missingSignature(size: Int, key: String)
  /// Fewer witnesses than the policy asks for.
  case tooFewWitnesses(found: Int, needed: Int)

  package var description: String {
    switch self {
    case .signature(let error): error.description
    case .head(let error): error.description
    case .otherLog(let expected, let found): "the checkpoint is of the log \(found), not of \(expected)"
    case .missingSignature(let size, let key):
      "the checkpoint of \(size) entries lacks the signature of \(key), the log's key at that size"
    case .tooFewWitnesses(let found, let needed): "\(found) of the \(needed) witnesses asked for have cosigned the checkpoint"
    }
  }
}

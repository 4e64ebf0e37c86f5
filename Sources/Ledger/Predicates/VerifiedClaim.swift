/// A receipt whose signature was checked: an envelope around a statement of ours, and what it says.
package struct VerifiedClaim: Sendable {
  /// What the receipt says.
  package let claim: Claim
  /// The key that signed it.
  package let key: VerifierKey
  /// Who else signed according to the envelope: key ids as they stand there, unchecked and without meaning for the check.
  package let uncheckedSigners: [String]

  /// Checks an envelope by the log's key, and takes the claim out of what was signed.
  ///
  /// One right signature by the key is needed, and none that claims to be the key's may be wrong; what others signed is passed over
  /// and listed. The statement must be canonical JSON, as every one of ours is, so that no two readers see two statements in it, and
  /// must name the log whose name the key has: one private key may sign for several logs.
  ///
  /// - Throws: every case of `ClaimError` but those about entries.
  package init(_ envelope: Envelope, by key: VerifierKey) throws(ClaimError) {
    let payload: VerifiedPayload
    do throws(EnvelopeError) {
      (payload, uncheckedSigners) = try envelope.verified(strictlyBy: key)
    } catch {
      throw .envelope(error)
    }
    let statement: Statement
    do throws(StatementError) {
      statement = try Statement(payload)
    } catch {
      throw .statement(error)
    }
    guard let document = try? JSONDocument.parse(payload.bytes),
      (try? CanonicalJSON.encode(document, maximumBytes: JSONDocument.maximumBytes)) == payload.bytes
    else { throw .notCanonical }
    claim = try Claim(statement)
    self.key = key
    guard claim.log.origin.utf8.elementsEqual(key.name.utf8) else {
      throw .otherLog(expected: key.name, found: claim.log.origin)
    }
  }
}

extension Envelope {
  /// Checks the signature of one key, and refuses a wrong one that claims to be its.
  ///
  /// DSSE passes over every signature that no known key made. An envelope that carries a right and a wrong one under the same key's id was
  /// put together by somebody, and is not handed on as sound here; the id can only make the check stricter.
  ///
  /// - Returns: what was signed, and the key ids of the signatures by others.
  /// - Throws: `EnvelopeError.badSignature`, `.tooFewSignatures`.
  package func verified(
    strictlyBy key: VerifierKey
  ) throws(EnvelopeError) -> (payload: VerifiedPayload, others: [String]) {
    let message = Self.message(type: payloadType, payload: payload)
    var others: [String] = []
    for signature in signatures where !key.isValid(signature: signature.bytes, for: message) {
      let name = signature.keyID ?? ""
      if name.utf8.elementsEqual(key.shortName.utf8) { throw .badSignature(key.shortName) }
      others.append(name)
    }
    return (try verified(by: [.ed25519(key)]), others)
  }
}

/// The ways in which a signed receipt can lie.
package enum ClaimError: Error, Hashable, CustomStringConvertible {
  /// The envelope is malformed, or not signed by the known key.
  case envelope(EnvelopeError)
  /// What is signed is no in-toto statement.
  case statement(StatementError)
  /// A statement that is not in the one form in which ours are written.
  case notCanonical
  /// A statement about something else; carries its predicate type.
  case unknownPredicate(String)
  /// A predicate that is not what its schema says.
  case predicate(PredicateError)
  /// Subjects that are not what the predicate is about.
  case otherSubject
  /// A receipt for a log of another name.
  case otherLog(expected: String, found: String)
  /// A proof of another entry than the one that the receipt names.
  case otherEntry(expected: Int64, found: Int)
  /// The entry that the receipt names says something else; carries what about.
  case contradictsEntry(String)

  package var description: String {
    switch self {
    case .envelope(let error): error.description
    case .statement(let error): error.description
    case .notCanonical: "what is signed is not in the canonical form of RFC 8785"
    case .unknownPredicate(let type): "it is a statement of a kind that is not known here: \(type.prefix(100).debugDescription)"
    case .predicate(let error): error.description
    case .otherSubject: "its subject is not what its predicate is about: it is filed under another checkpoint"
    case .otherLog(let expected, let found): "it is a receipt of the log \(found.prefix(100)), not of \(expected)"
    case .otherEntry(let expected, let found):
      "the proof is for entry \(found), or for another entry than number \(expected) of the receipt"
    case .contradictsEntry(let what): "the log entry that it names says something else: \(what)"
    }
  }
}

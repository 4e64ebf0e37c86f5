/// A signed document of any kind: DSSE, the envelope of in-toto statements.
///
/// ```json
/// {"payload":"<base64>","payloadType":"application/vnd.in-toto+json","signatures":[{"keyid":"…","sig":"<base64>"}]}
/// ```
///
/// Type and payload are signed together, as `DSSEv1`, both lengths and both texts in one sequence of bytes that can be read
/// in one way only. **Use what `verified(by:threshold:)` returns and nothing else:** it holds the very bytes that were
/// signed. A key id is a hint that anybody may have written; no decision here depends on it.
/// Source: DSSE v1.0.2, protocol.md and envelope.md.
///
/// ## Topics
/// - ``init(signing:type:with:)``
/// - ``init(parsing:)``
/// - ``verified(by:threshold:)``
/// - ``bytes``
package struct Envelope: Sendable {
  /// The longest envelope that is read or written, in bytes.
  package static let maximumBytes = JSONDocument.maximumBytes

  /// The most signatures an envelope may carry.
  package static let maximumSignatures = 100

  /// One signature, not yet verified.
  package struct Signature: Sendable, Hashable {
    /// A hint at the key.
    package let keyID: String?
    /// The signature in the form of the key's algorithm.
    package let bytes: [UInt8]
  }

  // Both private to this file's checks: a reader gets them from `verified(by:threshold:)`.
  let payload: [UInt8]
  let payloadType: String
  /// The signatures in their order, known and unknown ones.
  package let signatures: [Signature]

  /// Signs a payload with a log's key; the key's name and id are the hint.
  ///
  /// The same key signs tree heads. The first bytes keep them apart: a tree head's second line is a number, and what is
  /// signed here has `DSSEv1` and no second line as long as the payload has none.
  ///
  /// - Throws: `EnvelopeError.tooLarge`, and whatever the signing itself throws.
  package init(signing payload: [UInt8], type: String, with keys: SigningKey...) throws {
    let message = Self.message(type: type, payload: payload)
    try self.init(
      payload: payload, type: type,
      signatures: keys.map { key in
        Signature(keyID: key.verifierKey.shortName, bytes: try key.sign(message))
      })
  }

  /// Puts signatures on a payload.
  ///
  /// - Throws: `EnvelopeError.noSignatures`, `.tooManySignatures`, `.tooLarge`.
  init(payload: [UInt8], type: String, signatures: [Signature]) throws(EnvelopeError) {
    guard !signatures.isEmpty else { throw .noSignatures }
    guard signatures.count <= Self.maximumSignatures else { throw .tooManySignatures(signatures.count) }
    (self.payload, payloadType, self.signatures) = (payload, type, signatures)
    guard let bytes = try? CanonicalJSON.encode(value, maximumBytes: Self.maximumBytes), !bytes.isEmpty else {
      throw .tooLarge
    }
  }

  /// Reads an envelope without believing it. Members that the standard doesn't name are passed over.
  ///
  /// - Throws: every case of `EnvelopeError` but those of verifying.
  package init(parsing input: some Collection<UInt8>) throws(EnvelopeError) {
    let document: JSONValue
    do throws(JSONDocumentError) {
      document = try JSONDocument.parse(input)
    } catch {
      throw .notJSON(error)
    }
    try self.init(document)
  }

  /// Takes an envelope that is part of another document.
  init(_ document: JSONValue) throws(EnvelopeError) {
    // Empty fields may be left out.
    guard case .object(let members) = document, let type = (members["payloadType"] ?? .string("")).text,
      let payload = (members["payload"] ?? .string("")).text
    else { throw .malformed }
    guard let bytes = StrictBase64.decodeEitherAlphabet(payload.utf8) else { throw .malformedBase64 }
    guard let lines = (members["signatures"] ?? .array([])).elements else { throw .malformed }
    guard !lines.isEmpty else { throw .noSignatures }
    guard lines.count <= Self.maximumSignatures else { throw .tooManySignatures(lines.count) }
    var signatures: [Signature] = []
    for line in lines {
      guard case .object(let members) = line, let text = members["sig"]?.text else { throw .malformed }
      guard let signature = StrictBase64.decodeEitherAlphabet(text.utf8) else { throw .malformedBase64 }
      switch members["keyid"] {
      case nil: signatures.append(Signature(keyID: nil, bytes: signature))
      case .string(let keyID)?: signatures.append(Signature(keyID: keyID, bytes: signature))
      default: throw .malformed
      }
    }
    (self.payload, payloadType, self.signatures) = (bytes, type, signatures)
  }

  /// The envelope as a value, to be put into another document.
  var value: JSONValue {
    .object([
      "payload": .string(StrictBase64.encode(payload)), "payloadType": .string(payloadType),
      "signatures": .array(
        signatures.map { signature in
          var members = ["sig": JSONValue.string(StrictBase64.encode(signature.bytes))]
          members["keyid"] = signature.keyID.map { .string($0) }
          return .object(members)
        }),
    ])
  }

  /// The envelope as it is stored and handed out: canonical JSON and a newline.
  package var bytes: [UInt8] {
    // The only way for this to fail is the size, which both initialisers have checked.
    ((try? CanonicalJSON.encode(value, maximumBytes: 2 * Self.maximumBytes)) ?? []) + [UInt8(ascii: "\n")]
  }

  /// Checks the signatures by the keys one trusts.
  ///
  /// Signatures that none of them made are passed over; a key that signed twice counts once.
  ///
  /// - Parameter threshold: how many of the keys must have signed; at least 1.
  /// - Throws: `EnvelopeError.tooFewSignatures`.
  package func verified(by keys: [EnvelopeKey], threshold: Int = 1) throws(EnvelopeError) -> VerifiedPayload {
    let message = Self.message(type: payloadType, payload: payload)
    let signers = keys.filter { key in signatures.contains { key.isValid(signature: $0.bytes, for: message) } }
    let distinct = Set(signers.map(\.publicKey)).count
    guard distinct >= max(threshold, 1) else { throw .tooFewSignatures(found: distinct, needed: max(threshold, 1)) }
    return VerifiedPayload(type: payloadType, bytes: payload, signers: signers)
  }

  /// What is signed: DSSE's pre-authentication encoding.
  static func message(type: String, payload: [UInt8]) -> [UInt8] {
    Array("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
  }
}

/// A payload whose signatures have been checked.
package struct VerifiedPayload: Sendable {
  /// What it claims to be, as it was signed.
  package let type: String
  /// The very bytes that were signed.
  package let bytes: [UInt8]
  /// The keys that signed, in the order in which they were given.
  package let signers: [EnvelopeKey]
}

/// A key that may sign envelopes.
package enum EnvelopeKey: Sendable {
  /// A log's key.
  case ed25519(VerifierKey)
  /// A key for exported models, or somebody else's.
  case p256(P256Key)

  /// The key itself, to tell one from another.
  var publicKey: [UInt8] {
    switch self {
    case .ed25519(let key): key.publicKey
    case .p256(let key): key.publicKey
    }
  }

  func isValid(signature: [UInt8], for message: [UInt8]) -> Bool {
    switch self {
    case .ed25519(let key): key.isValid(signature: signature, for: message)
    case .p256(let key): key.isValid(signature: signature, for: message)
    }
  }
}

/// The ways in which an envelope can be malformed or not signed by whom it should be.
package enum EnvelopeError: Error, Hashable, CustomStringConvertible {
  /// Not JSON, too large, too deep, or with repeated names.
  case notJSON(JSONDocumentError)
  /// JSON that is no envelope: a member of another kind than the standard's, or a signature without `sig`.
  case malformed
  /// A payload or signature that is base64 in neither alphabet.
  case malformedBase64
  /// No signatures.
  case noSignatures
  /// More than 100 signatures; carries their number.
  case tooManySignatures(Int)
  /// A payload too large to be read again.
  case tooLarge
  /// A signature that claims to be a known key's and is not; carries the key's short name.
  case badSignature(String)
  /// Fewer of the known keys have signed than were asked for, counted by key.
  case tooFewSignatures(found: Int, needed: Int)

  package var description: String {
    switch self {
    case .notJSON(let error): "the envelope: \(error)"
    case .malformed: "the envelope lacks payload, payloadType or signatures of the kind that DSSE has"
    case .malformedBase64: "payload or signature of the envelope is not base64"
    case .noSignatures: "the envelope carries no signatures"
    case .tooManySignatures(let count):
      "an envelope carries at most \(Envelope.maximumSignatures) signatures, this has \(count)"
    case .tooLarge: "an envelope holds at most \(Envelope.maximumBytes) bytes"
    case .badSignature(let name):
      "the signature by \(name) is wrong: the payload was changed after it was signed, or another key made it"
    case .tooFewSignatures(let found, let needed):
      "\(found) of \(needed) signatures by known keys: the envelope was altered, or others signed it"
    }
  }
}

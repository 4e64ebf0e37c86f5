/// The signature file of an exported model: a Sigstore bundle v0.3 around the envelope with the manifest.
///
/// `model_signing verify key FOLDER --signature FILE --public_key KEY` accepts it. The bundle only hints at its key, by the
/// SHA-256 of the PEM; nobody's certificate and no log of Sigstore's are involved. Source: sigstore/protobuf-specs,
/// `sigstore_bundle.proto`; OMS v1.0.
///
/// ## Topics
/// - ``init(signing:with:)``
/// - ``init(parsing:)``
/// - ``verified(by:)``
/// - ``bytes``
package struct ModelSignature: Sendable {
  /// The bundle's media type.
  private static let mediaType = "application/vnd.dev.sigstore.bundle.v0.3+json"

  /// The hint at the key; decides nothing but which message is given.
  package let keyHint: String?

  private let envelope: Envelope

  /// Signs a manifest.
  ///
  /// - Throws: `StatementError`, `CanonicalJSONError`, `EnvelopeError`, and whatever the signing itself throws.
  package init(signing manifest: ModelManifest, with key: ModelSigningKey) throws {
    let payload = try manifest.statement.encoded()
    let message = Envelope.message(type: Statement.payloadType, payload: payload)
    // The reference implementation writes an empty key id, and wants the member to be there.
    envelope = try Envelope(
      payload: payload, type: Statement.payloadType,
      signatures: [Envelope.Signature(keyID: "", bytes: try key.sign(message))])
    keyHint = key.publicKey.hint
  }

  /// Reads a bundle without believing it.
  ///
  /// - Throws: `ModelManifestError.notABundle`, `.envelope`.
  package init(parsing input: some Collection<UInt8>) throws(ModelManifestError) {
    guard let document = try? JSONDocument.parse(input), document["mediaType"]?.text == Self.mediaType,
      let material = document["verificationMaterial"]?["publicKey"], material.members != nil,
      let content = document["dsseEnvelope"]
    else { throw .notABundle }
    keyHint = material["hint"]?.text
    do throws(EnvelopeError) {
      envelope = try Envelope(content)
    } catch {
      throw .envelope(error)
    }
  }

  /// Checks the signature and takes the manifest out; whether the files are the listed ones is for the caller to check.
  ///
  /// - Throws: every case of `ModelManifestError` but `.notABundle`.
  package func verified(by key: P256Key) throws(ModelManifestError) -> ModelManifest {
    let payload: VerifiedPayload
    do throws(EnvelopeError) {
      payload = try envelope.verified(by: [.p256(key)])
    } catch {
      throw keyHint ?? key.hint == key.hint ? .envelope(error) : .otherKey
    }
    let statement: Statement
    do throws(StatementError) {
      statement = try Statement(payload)
    } catch {
      throw .statement(error)
    }
    return try ModelManifest(statement)
  }

  /// The bundle as it is stored and handed out: canonical JSON and a newline.
  package var bytes: [UInt8] {
    let value = JSONValue.object([
      "mediaType": .string(Self.mediaType), "dsseEnvelope": envelope.value,
      "verificationMaterial": .object([
        "publicKey": .object(keyHint.map { ["hint": .string($0)] } ?? [:]), "tlogEntries": .array([]),
      ]),
    ])
    // The envelope's own size was checked, and the bundle adds a few hundred bytes.
    return ((try? CanonicalJSON.encode(value, maximumBytes: 2 * Envelope.maximumBytes)) ?? []) + [UInt8(ascii: "\n")]
  }
}

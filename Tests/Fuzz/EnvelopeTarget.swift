/// Envelopes and what may lie in them: what is accepted can be written, and read again as the same. A statement on its own is looked
/// at too, since no base64 stands between the fuzzer and its members.
func checkEnvelope(_ bytes: [UInt8]) {
  if let signature = try? ModelSignature(parsing: bytes) {
    precondition((try? ModelSignature(parsing: signature.bytes))?.bytes == signature.bytes)
  }
  checkClaim(bytes)
  guard let envelope = try? Envelope(parsing: bytes) else { return }
  let again = try? Envelope(parsing: envelope.bytes)
  precondition(again?.payload == envelope.payload && again?.signatures == envelope.signatures)
  checkClaim(envelope.payload)
}

private func checkClaim(_ payload: [UInt8]) {
  guard let statement = try? Statement(parsing: payload) else { return }
  _ = try? ModelManifest(statement)
  guard let claim = try? Claim(statement) else { return }
  precondition((try? Claim(claim.statement)) == claim)
}

/// Envelopes and what may lie in them: what is accepted can be written, and read again as the same.
func checkEnvelope(_ bytes: [UInt8]) {
  if let signature = try? ModelSignature(parsing: bytes) {
    precondition((try? ModelSignature(parsing: signature.bytes))?.bytes == signature.bytes)
  }
  guard let envelope = try? Envelope(parsing: bytes) else { return }
  let again = try? Envelope(parsing: envelope.bytes)
  precondition(again?.payload == envelope.payload && again?.signatures == envelope.signatures)
  guard let statement = try? Statement(parsing: envelope.payload) else { return }
  _ = try? ModelManifest(statement)
}

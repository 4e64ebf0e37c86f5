/// JSON: an entry has one spelling, which is also a document; a document that encodes is read again as the same value.
func checkJSON(_ bytes: [UInt8]) {
  if let value = try? CanonicalJSON.parse(bytes) {
    precondition((try? CanonicalJSON.encode(value)) == bytes)
    precondition((try? JSONDocument.parse(bytes)) == value)
  }
  guard let document = try? JSONDocument.parse(bytes), let encoded = try? CanonicalJSON.encode(document) else { return }
  precondition((try? CanonicalJSON.parse(encoded)) == document)
}

/// Signed notes: what is accepted is written back byte for byte, and merging its own signatures changes nothing it says.
func checkNote(_ bytes: [UInt8]) {
  guard let note = try? SignedNote(parsing: bytes) else { return }
  precondition(note.bytes == bytes)
  precondition(note.signatures.count <= SignedNote.maximumSignatures)
  _ = try? TreeHead(parsing: note.text.utf8)
  _ = try? note.merging(note.signatures, of: note.text)
}

import Testing

@testable import Ledger

@Suite("Signed note")
struct SignedNoteTests {
  /// The example of c2sp.org/signed-note.
  static let example = """
    This is an example message.

    — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=

    """
  /// Its key.
  static let exampleKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"

  /// The text, signatures and keys of the tests of Go's `golang.org/x/mod/sumdb/note`.
  private static let goText =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
  private static let peter =
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
  private static let enoch =
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
  private static let peterKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
  private static let enochKey = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
  private static let peterSecret =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"

  private func parse(_ text: String) throws(SignedNoteError) -> SignedNote { try SignedNote(parsing: text.utf8) }

  @Test("the standard's example is read, verified and written back")
  func standardExample() throws {
    let note = try parse(Self.example)
    #expect(note.text == "This is an example message.\n")
    #expect(note.bytes == Array(Self.example.utf8))
    #expect(note.signatures.map(\.keyID) == [0x530d_903a])
    #expect(try note.verified(by: [VerifierKey(text: Self.exampleKey)]).map(\.name) == ["example.com/foo"])
  }

  @Test("Go's signature is made bit for bit")
  func goSignature() throws {
    let note = try SignedNote(signing: Self.goText, with: SigningKey(text: Self.peterSecret))
    #expect(String(decoding: note.bytes, as: UTF8.self) == Self.goText + "\n" + Self.peter)
  }

  @Test("two signatures, of which one, both or none is known")
  func knownAndUnknown() throws {
    let note = try parse(Self.goText + "\n" + Self.peter + Self.enoch)
    let peter = try VerifierKey(text: Self.peterKey)
    let enoch = try VerifierKey(text: Self.enochKey)
    #expect(try note.verified(by: [peter]).map(\.name) == ["PeterNeumann"])
    #expect(try note.verified(by: [enoch, peter]).map(\.name) == ["PeterNeumann", "EnochRoot"])
    #expect(throws: SignedNoteError.noKnownSignature) { try note.verified(by: []) }
    #expect(throws: SignedNoteError.noKnownSignature) { try note.verified(by: [VerifierKey(text: Self.exampleKey)]) }
  }

  @Test("a key of the same name but another id is unknown, not wrong")
  func sameName() throws {
    let note = try parse(Self.goText + "\n" + Self.peter)
    let other = try SigningKey(name: "PeterNeumann").verifierKey
    #expect(throws: SignedNoteError.noKnownSignature) { try note.verified(by: [other]) }
  }

  @Test("a wrong signature by a known key spoils the note, whoever else signed")
  func badSignature() throws {
    let keys = [try VerifierKey(text: Self.peterKey), try VerifierKey(text: Self.enochKey)]
    let altered = "I" + Self.goText
    let error = SignedNoteError.badSignature(name: "PeterNeumann")
    #expect(throws: error) { try parse(altered + "\n" + Self.peter).verified(by: keys) }
    let flipped = Self.peter.replacing("x08go/ZJ", with: "x08go/ZK")
    #expect(throws: error) { try parse(Self.goText + "\n" + Self.enoch + flipped).verified(by: keys) }
    #expect(throws: error) { try parse(Self.goText + "\n— PeterNeumann x08goyAB\n").verified(by: keys) }
  }

  @Test("empty lines belong to the text, the last one separates")
  func emptyLines() throws {
    let key = try SigningKey(name: "a")
    for text in ["\n", "\n\n", "one\n\ntwo\n", "— a AAAAAAA=\n\n\n"] {
      let note = try SignedNote(signing: text, with: key)
      let read = try SignedNote(parsing: note.bytes)
      #expect(read.text == text)
      #expect(read.bytes == note.bytes)
      #expect(try read.verified(by: [key.verifierKey]).count == 1)
    }
  }

  @Test("sizes are bounded when reading and when signing")
  func tooLarge() throws {
    let long = String(repeating: "a", count: SignedNote.maximumBytes) + "\n"
    let key = try SigningKey(name: "a")
    #expect(throws: SignedNoteError.tooLarge(65_537)) { try parse(long) }
    #expect(throws: SignedNoteError.self) { try SignedNote(signing: long, with: key) }
  }

  @Test("bytes that are not UTF-8 are refused")
  func notUTF8() {
    #expect(throws: SignedNoteError.notUTF8) { try SignedNote(parsing: [0xFF] + Array(Self.example.utf8)) }
  }

  @Test("control characters are refused when reading and when signing", arguments: ["\u{0}", "\t", "\r\n", "\u{1F}"])
  func controlCharacter(character: String) throws {
    #expect(throws: SignedNoteError.controlCharacter(offset: 0)) { try parse(character + Self.example) }
    let key = try SigningKey(name: "a")
    #expect(throws: SignedNoteError.controlCharacter(offset: 1)) {
      try SignedNote(signing: "x\(character)\n", with: key)
    }
  }

  @Test("a text to sign ends with a newline")
  func malformedText() throws {
    let key = try SigningKey(name: "a")
    #expect(throws: SignedNoteError.malformedText) { try SignedNote(signing: "", with: key) }
    #expect(throws: SignedNoteError.malformedText) { try SignedNote(signing: "abc", with: key) }
  }

  @Test("a note without signatures is refused", arguments: ["", "\n", "text", "text\n", "text\n\n"])
  func noSignatures(text: String) {
    #expect(throws: SignedNoteError.noSignatures) { try parse(text) }
  }

  @Test("a hundred signatures are read, one more is refused")
  func tooManySignatures() throws {
    let most = Self.goText + "\n" + String(repeating: Self.peter, count: 100)
    #expect(try parse(most).verified(by: [VerifierKey(text: Self.peterKey)]).count == 100)
    #expect(throws: SignedNoteError.tooManySignatures(101)) { try parse(most + Self.peter) }
  }

  @Test(
    "malformed signature lines are refused",
    arguments: [
      "- a AAAAAAA=\n", "—  AAAAAAA=\n", "— a+b AAAAAAA=\n", "— a b AAAAAAA=\n", "— a\u{A0}b AAAAAAA=\n", "— a\n",
      "— a \n", "— a AAAA\n", "— a AAAAAA==\n", "— a AAAAAAB=\n", "— a AAAAAAA\n", "— a AAAAAAA= \n", "— a AAAAAAA=",
      "-- a AAAAAAA=\n", "—a AAAAAAA=\n", "— a AAAA_AA=\n",
    ])
  func malformedSignature(line: String) {
    #expect(throws: SignedNoteError.malformedSignature(line: 1)) { try parse("text\n\n" + line) }
    #expect(throws: SignedNoteError.malformedSignature(line: 2)) { try parse("text\n\n" + Self.peter + line) }
  }

  @Test("a damaged note is refused or written back byte for byte, and never verifies with another text")
  func mutations() throws {
    let original = Array((Self.goText + "\n" + Self.peter + Self.enoch).utf8)
    let keys = [try VerifierKey(text: Self.peterKey)]
    var random = Seeded(7)
    var accepted = 0
    for _ in 0..<5_000 {
      let damaged = mutate(original, using: &random)
      do throws(SignedNoteError) {
        let note = try SignedNote(parsing: damaged)
        #expect(note.bytes == damaged)
        accepted += 1
        try note.verified(by: keys)
        #expect(note.text == Self.goText)
      } catch {
        #expect(!error.description.isEmpty)
      }
    }
    #expect(accepted > 250)
  }
}

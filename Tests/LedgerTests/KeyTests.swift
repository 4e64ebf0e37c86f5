import Testing

@testable import Ledger

@Suite("Keys")
struct KeyTests {
  private static let verifier = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
  private static let seed = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
  private static let signer = "PRIVATE+KEY+PeterNeumann+c74f20a3+" + seed

  @Test(
    "published verifier keys are read and written back",
    arguments: [SignedNoteTests.exampleKey, verifier, "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"])
  func published(text: String) throws {
    #expect(try VerifierKey(text: text).description == text)
  }

  @Test("a signing key is read and written back, and its verifier key is the published one")
  func signingKey() throws {
    let key = try SigningKey(text: Self.signer)
    #expect(key.secretText == Self.signer)
    #expect(key.verifierKey.description == Self.verifier)
  }

  @Test("a new key signs what its verifier key checks")
  func newKey() throws {
    let key = try SigningKey(name: "example.com/log")
    let again = try SigningKey(text: key.secretText)
    let other = try SigningKey(name: "example.com/log")
    let signature = try key.sign([1, 2, 3])
    #expect(again.verifierKey.isValid(signature: signature, for: [1, 2, 3]))
    #expect(!again.verifierKey.isValid(signature: signature, for: [1, 2, 4]))
    #expect(!other.verifierKey.isValid(signature: signature, for: [1, 2, 3]))
    #expect(other.verifierKey.publicKey != key.verifierKey.publicKey)
  }

  @Test("a private key shows itself nowhere")
  func secrecy() throws {
    let key = try SigningKey(text: Self.signer)
    var dumped = ""
    dump(key, to: &dumped)
    dump(["key": key], to: &dumped)
    for shown in ["\(key)", String(reflecting: key), String(describing: [key]), String(describing: Optional(key)), dumped] {
      #expect(shown.contains("c74f20a3"))
      #expect(!shown.contains(Self.seed) && !shown.contains("PRIVATE"))
      #expect(!shown.contains(Self.seed.dropFirst(4).prefix(8)))
    }
  }

  @Test("an overlong text is refused")
  func tooLarge() {
    let name = String(repeating: "a", count: 2_000)
    #expect(throws: KeyError.tooLarge) { try VerifierKey(text: name + Self.verifier) }
    #expect(throws: KeyError.tooLarge) { try SigningKey(text: Self.signer + name) }
  }

  @Test(
    "a text of another layout is refused",
    arguments: [
      "", "+", "++", "a", "a+c74f20a3", "a+c74f20a+AQ==", "a+C74F20A3+AQ==", "a+c74f20a3+", "a+c74f20a3+A",
      "a+c74f20a3+AR==", "a+c74f20a3+AQ", verifier + "\n", verifier + "=",
    ])
  func malformed(text: String) {
    #expect(throws: KeyError.malformed) { try VerifierKey(text: text) }
    #expect(throws: KeyError.malformed) { try SigningKey(text: "PRIVATE+KEY+" + text) }
  }

  @Test("a signing key begins with its mark", arguments: [verifier, "PRIVATE", "private+key+" + verifier, " " + signer])
  func unmarked(text: String) {
    #expect(throws: KeyError.malformed) { try SigningKey(text: text) }
  }

  @Test("names without sense are refused", arguments: ["", " ", "a b", "a+b", "a\nb", "a\u{0}", "a\u{2003}b", "\u{85}"])
  func invalidName(name: String) throws {
    #expect(throws: KeyError.invalidName) { try SigningKey(name: name) }
    #expect(throws: KeyError.invalidName) { try VerifierKey(name: name, publicKey: [UInt8](repeating: 1, count: 32)) }
    if !name.contains("+") {
      #expect(throws: KeyError.invalidName) { try VerifierKey(text: "\(name)+c74f20a3+AQ==") }
    }
  }

  @Test("keys of other kinds are refused")
  func unsupportedType() {
    // Go's test: its key id fits, its type is 0x65.
    #expect(throws: KeyError.unsupportedType) {
      try VerifierKey(text: "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    }
  }

  @Test("keys of another length are refused")
  func wrongLength() {
    for count in [0, 31, 33, 64] {
      let text = KeyText.encode(name: "a", keyID: 1, type: 1, key: [UInt8](repeating: 7, count: count))
      #expect(throws: KeyError.wrongLength) { try VerifierKey(text: text) }
      #expect(throws: KeyError.wrongLength) { try SigningKey(text: "PRIVATE+KEY+" + text) }
    }
    #expect(throws: KeyError.wrongLength) { try VerifierKey(name: "a", publicKey: [1, 2]) }
  }

  @Test("a key id that belongs to another key or name is refused")
  func wrongKeyID() {
    #expect(throws: KeyError.wrongKeyID) { try VerifierKey(text: "Q" + Self.verifier) }
    #expect(throws: KeyError.wrongKeyID) { try VerifierKey(text: Self.verifier.replacing("c74f20a3", with: "c74f20a4")) }
    #expect(throws: KeyError.wrongKeyID) { try SigningKey(text: Self.signer.replacing("AYEKF", with: "AYEKG")) }
  }

  @Test("no part and no small change of a key is accepted")
  func everyMangling() {
    for text in [Self.verifier, Self.signer] {
      let bytes = Array(text.utf8)
      func read(_ changed: some Collection<UInt8>) throws {
        let text = String(decoding: changed, as: UTF8.self)
        if bytes.starts(with: "PRIVATE".utf8) { _ = try SigningKey(text: text) } else { _ = try VerifierKey(text: text) }
      }
      for start in bytes.indices {
        for end in start...bytes.count where end - start < bytes.count {
          #expect(throws: KeyError.self) { try read(bytes[start..<end]) }
        }
        var changed = bytes
        changed[start] += 1
        #expect(throws: KeyError.self) { try read(changed) }
      }
    }
  }

  @Test("a damaged key is refused or is the key itself")
  func mutations() {
    var random = Seeded(6)
    for _ in 0..<5_000 {
      let public_ = String(decoding: mutate(Array(Self.verifier.utf8), using: &random), as: UTF8.self)
      let secret = String(decoding: mutate(Array(Self.signer.utf8), using: &random), as: UTF8.self)
      #expect((try? VerifierKey(text: public_))?.description ?? public_ == public_)
      #expect((try? SigningKey(text: secret))?.secretText ?? secret == secret)
    }
  }
}

import Foundation
import Testing

@testable import Ledger

/// The `openssl` command as a second opinion on signatures.
private enum OpenSSL {
  static let isThere = (try? run("version")) == 0

  /// Runs the command without output; returns its exit status.
  static func run(_ arguments: String...) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// An Ed25519 public key as SubjectPublicKeyInfo: RFC 8410 section 4.
  static func publicDER(_ key: [UInt8]) -> [UInt8] {
    [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00] + key
  }

  /// An Ed25519 seed as PKCS #8: RFC 8410 section 7.
  static func privateDER(_ seed: [UInt8]) -> [UInt8] {
    [0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20] + seed
  }
}

@Suite("OpenSSL", .enabled(if: OpenSSL.isThere, "the openssl command is not installed"))
struct OpenSSLTests {
  @Test("accepts the signature of a signed tree head, and not over another text")
  func acceptsOurs() throws {
    let folder = try TemporaryFolder()
    let key = try SigningKey(name: "example.com/log")
    let head = try TreeHead(origin: "example.com/log", size: 3, root: Digest.of([3]))
    let note = try SignedNote(signing: head.text, with: key)
    let pub = try folder.write(OpenSSL.publicDER(key.verifierKey.publicKey), to: "pub.der")
    let signature = try folder.write(note.signatures[0].signature, to: "signature")
    for (text, accepted) in [(note.text, true), ("X" + note.text, false)] {
      let file = try folder.write(text.utf8, to: "text")
      let status = try OpenSSL.run(
        "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", pub, "-rawin", "-in", file, "-sigfile", signature)
      #expect((status == 0) == accepted)
    }
  }

  @Test("makes signatures that we accept, from the seed in our key text")
  func itsOwn() throws {
    let folder = try TemporaryFolder()
    let key = try SigningKey(name: "example.com/log")
    let text = Array("some text\n".utf8)
    let parts = try KeyText(key.secretText.utf8.dropFirst("PRIVATE+KEY+".utf8.count), type: VerifierKey.ed25519)
    let secret = try folder.write(OpenSSL.privateDER(parts.key), to: "key.der")
    let file = try folder.write(text, to: "text")
    let output = folder.path("signature")
    let status = try OpenSSL.run(
      "pkeyutl", "-sign", "-keyform", "DER", "-inkey", secret, "-rawin", "-in", file, "-out", output)
    #expect(status == 0)
    let signature = try Data(contentsOf: URL(fileURLWithPath: output))
    #expect(key.verifierKey.isValid(signature: signature, for: text))
  }

  @Test("reads our P-256 key file, writes the public key as we do, and accepts the signature of a model")
  func modelSignature() throws {
    let folder = try TemporaryFolder()
    let key = try ModelSigningKey.create(path: folder.path("model.pem"))
    let pub = folder.path("pub.pem")
    #expect(try OpenSSL.run("pkey", "-in", folder.path("model.pem"), "-pubout", "-out", pub) == 0)
    #expect(try String(contentsOfFile: pub, encoding: .utf8) == key.publicKey.pem)
    let message = Envelope.message(type: "text/x", payload: [1, 2, 3])
    let signature = try folder.write(try key.sign(message), to: "signature")
    for (bytes, accepted) in [(message, true), (message + [0], false)] {
      let file = try folder.write(bytes, to: "message")
      #expect((try OpenSSL.run("dgst", "-sha256", "-verify", pub, "-signature", signature, file) == 0) == accepted)
    }
    let own = folder.path("own.pem")
    #expect(try OpenSSL.run("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", own) == 0)
    #expect(try OpenSSL.run("pkey", "-in", own, "-pubout", "-out", pub) == 0)
    #expect(try ModelSigningKey.load(path: own).publicKey.pem == String(contentsOfFile: pub, encoding: .utf8))
  }
}

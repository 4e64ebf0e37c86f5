import Foundation
import Testing

@testable import Ledger

@Suite("Model signing")
struct ModelSignatureTests {
  private static let files = [
    ModelManifest.File(name: "weights.safetensors", digest: Digest.of([1])),
    ModelManifest.File(name: "config/a.json", digest: Digest.of([2])), ModelManifest.File(name: "é.txt", digest: Digest.of([3])),
    ModelManifest.File(name: "Z", digest: Digest.of([4])),
  ]

  /// A bundle that `model_signing` 1.1.1 made of a folder with `a.txt` (`b` and a newline) and `b.txt` (`a` and a newline).
  private static let reference =
    #"{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{"hint":"#
    + #""b45ca90995560b887c803b3e6a08b8523367ab4803971e5b6c06f6fbee118278"},"tlogEntries":[]},"dsseEnvelope":{"payload":""#
    + "ewogICJfdHlwZSI6ICJodHRwczovL2luLXRvdG8uaW8vU3RhdGVtZW50L3YxIiwKICAic3ViamVjdCI6IFsKICAgIHsKICAgICAgIm5hbWUiOi"
    + "AibW9kZWwiLAogICAgICAiZGlnZXN0IjogewogICAgICAgICJzaGEyNTYiOiAiNWU0OGM1MmVmZDc2NDQyMmVjMTA5YTBhNzQ1Yzg2NTFmZjlm"
    + "YWJiOGFhNDg3MGU0NmFkNDQ5MjlhODExYTMyNSIKICAgICAgfQogICAgfQogIF0sCiAgInByZWRpY2F0ZVR5cGUiOiAiaHR0cHM6Ly9tb2RlbF"
    + "9zaWduaW5nL3NpZ25hdHVyZS92MS4wIiwKICAicHJlZGljYXRlIjogewogICAgInJlc291cmNlcyI6IFsKICAgICAgewogICAgICAgICJkaWdl"
    + "c3QiOiAiMDI2MzgyOTk4OWI2ZmQ5NTRmNzJiYWFmMmZjNjRiYzJlMmYwMWQ2OTJkNGRlNzI5ODZlYTgwOGY2ZTk5ODEzZiIsCiAgICAgICAgIm"
    + "5hbWUiOiAiYS50eHQiLAogICAgICAgICJhbGdvcml0aG0iOiAic2hhMjU2IgogICAgICB9LAogICAgICB7CiAgICAgICAgImRpZ2VzdCI6ICI4"
    + "NzQyOGZjNTIyODAzZDMxMDY1ZTdiY2UzY2YwM2ZlNDc1MDk2NjMxZTVlMDdiYmQ3YTBmZGU2MGM0Y2YyNWM3IiwKICAgICAgICAibmFtZSI6IC"
    + "JiLnR4dCIsCiAgICAgICAgImFsZ29yaXRobSI6ICJzaGEyNTYiCiAgICAgIH0KICAgIF0sCiAgICAic2VyaWFsaXphdGlvbiI6IHsKICAgICAg"
    + "ImFsbG93X3N5bWxpbmtzIjogZmFsc2UsCiAgICAgICJpZ25vcmVfcGF0aHMiOiBbCiAgICAgICAgIm1vZGVsLnNpZyIsCiAgICAgICAgIi5naX"
    + "RodWIiLAogICAgICAgICIuZ2l0IiwKICAgICAgICAiLmdpdGF0dHJpYnV0ZXMiLAogICAgICAgICIuZ2l0aWdub3JlIgogICAgICBdLAogICAg"
    + "ICAiaGFzaF90eXBlIjogInNoYTI1NiIsCiAgICAgICJtZXRob2QiOiAiZmlsZXMiCiAgICB9CiAgfQp9"
    + #"","payloadType":"application/vnd.in-toto+json","signatures":[{"sig":"MEUCIQCUGtCOEfmW1OTB0pfpkiyftt9vVsdFXo+LntvgBpBX"#
    + #"WgIgePBawsR6ugNTWwKWvCYBHC+mQs/61iMqvajcumteKzM=","keyid":""}]}}"#

  private static let referenceKey = """
    -----BEGIN PUBLIC KEY-----
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEX1LcwXrUT/OyM4RCcrpmIvx60rgA
    vxtNLJgkRR9KCJCyXt9npoDctV1bPUXoDlXc1XCEZUbZEL9ndKFCMULk9A==
    -----END PUBLIC KEY-----

    """

  @Test("what the reference implementation signed is verified")
  func fromReference() throws {
    let key = try P256Key(pem: Self.referenceKey)
    #expect(key.pem == Self.referenceKey)
    let signature = try ModelSignature(parsing: Self.reference.utf8)
    #expect(signature.keyHint == key.hint)
    let manifest = try signature.verified(by: key)
    #expect(manifest.name == "model")
    #expect(manifest.files.map(\.name) == ["a.txt", "b.txt"])
    #expect(manifest.files.map(\.digest) == [Digest.of(Array("b\n".utf8)), Digest.of(Array("a\n".utf8))])
    #expect(manifest.ignoredPaths.first == "model.sig")
    #expect(throws: ModelManifestError.otherKey) { try signature.verified(by: ModelSigningKey().publicKey) }
    let hintless = try ModelSignature(parsing: Self.reference.replacing(#""hint":"\#(key.hint)""#, with: "").utf8)
    #expect(try hintless.verified(by: key) == manifest)
    #expect(throws: ModelManifestError.envelope(.tooFewSignatures(found: 0, needed: 1))) {
      try hintless.verified(by: ModelSigningKey().publicKey)
    }
  }

  @Test("a manifest is signed, written, read and verified; files are sorted by code point")
  func roundTrip() throws {
    let key = ModelSigningKey()
    let manifest = try ModelManifest(name: "pets@2", files: Self.files, ignoredPaths: ["model.sig"])
    #expect(manifest.files.map(\.name) == ["Z", "config/a.json", "weights.safetensors", "é.txt"])
    let signature = try ModelSignature(signing: manifest, with: key)
    let read = try ModelSignature(parsing: signature.bytes)
    #expect(read.bytes == signature.bytes)
    #expect(try read.verified(by: P256Key(pem: key.publicKey.pem)) == manifest)
    #expect(try manifest.statement.subjects[0].digests["sha256"] == Digest.of(manifest.files.flatMap(\.digest.bytes)).hex)
  }

  @Test("a model that is one file is called a dot, and only then")
  func single() throws {
    let key = ModelSigningKey()
    let manifest = ModelManifest(file: "pets.safetensors", digest: Digest.of([1]))
    let read = try ModelSignature(parsing: ModelSignature(signing: manifest, with: key).bytes).verified(by: key.publicKey)
    #expect(read == manifest && read.files.map(\.name) == ["."] && read.name == "pets.safetensors")
    #expect(throws: ModelManifestError.invalidName(".")) {
      try ModelManifest(name: "m", files: [.init(name: ".", digest: Digest.of([1])), .init(name: "a", digest: Digest.of([1]))])
    }
  }

  @Test("hostile and senseless lists of files are refused")
  func invalidFiles() throws {
    let digest = Digest.of([1])
    for name in ["", "/", "/etc/passwd", "..", "../x", "a/../b", "a//b", "a/", "./a", "a\\b", "a\u{0}b", "a\nb"] {
      #expect(throws: ModelManifestError.invalidName(name)) {
        try ModelManifest(name: "m", files: [.init(name: name, digest: digest)])
      }
    }
    #expect(throws: ModelManifestError.noFiles) { try ModelManifest(name: "m", files: []) }
    let twice = [ModelManifest.File](repeating: .init(name: "a", digest: digest), count: 2)
    #expect(throws: ModelManifestError.repeatedName("a")) { try ModelManifest(name: "m", files: twice) }
    let many = (0...10_000).map { ModelManifest.File(name: "\($0)", digest: digest) }
    #expect(throws: ModelManifestError.tooManyFiles(10_001)) { try ModelManifest(name: "m", files: many) }
  }

  @Test("rightly signed statements that are no manifest are refused for their reason")
  func invalidStatements() throws {
    let good = try ModelManifest(name: "m", files: Self.files).statement
    let text = String(decoding: try good.encoded(), as: UTF8.self)
    func read(_ text: String) throws { _ = try ModelManifest(Statement(parsing: Array(text.utf8))) }
    try read(text)
    for (old, new, error) in [
      ("signature/v1.0", "signature/v1.1", ModelManifestError.wrongPredicateType),
      (#""method":"files""#, #""method":"shards""#, .malformed),
      (#""algorithm":"sha256""#, #""algorithm":"blake2b""#, .malformed), (#""resources""#, #""sources""#, .malformed),
      (#""ignore_paths":[]"#, #""ignore_paths":[7]"#, .malformed), (#""name":"Z""#, #""name":"../Z""#, .invalidName("../Z")),
      (#""name":"Z""#, #""name":"config/a.json""#, .repeatedName("config/a.json")),
      (Digest.of([1]).hex, Digest.of([9]).hex, .wrongDigest),
    ] {
      #expect(throws: error, "\(new)") { try read(text.replacing(old, with: new)) }
    }
    let two = try Statement(
      subjects: good.subjects + good.subjects, predicateType: ModelManifest.predicateType, predicate: good.predicate)
    #expect(throws: ModelManifestError.notOneSubject) { try ModelManifest(two) }
  }

  @Test("what is no bundle is refused")
  func invalidBundles() throws {
    for (old, new) in [
      ("v0.3+json", "v0.2+json"), ("publicKey", "certificate"), ("dsseEnvelope", "messageSignature"),
      ("{\"mediaType", "[\"mediaType"),
    ] {
      #expect(throws: ModelManifestError.notABundle) { try ModelSignature(parsing: Self.reference.replacing(old, with: new).utf8) }
    }
    #expect(throws: ModelManifestError.envelope(.noSignatures)) {
      try ModelSignature(parsing: Self.reference.replacing("signatures", with: "Signatures").utf8)
    }
  }

  @Test("a damaged bundle is refused or gives the manifest that was signed")
  func mutations() throws {
    let key = try P256Key(pem: Self.referenceKey)
    let original = try ModelSignature(parsing: Self.reference.utf8).verified(by: key)
    var random = Seeded(19)
    for _ in 0..<LongTests.count(1_000, long: 100_000) {
      let damaged = mutate(Array(Self.reference.utf8), using: &random)
      guard let manifest = try? ModelSignature(parsing: damaged).verified(by: key) else { continue }
      #expect(manifest == original)
    }
  }

  @Test("a key file has mode 0600, is read back, never overwritten, and shows itself nowhere")
  func keyFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("deep/model.pem")
    let key = try ModelSigningKey.create(path: path)
    let again = try ModelSigningKey.load(path: path)
    #expect(again.publicKey.pem == key.publicKey.pem)
    #expect(try ModelSigningKey.create(path: path).publicKey.pem == key.publicKey.pem)
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    let secret = try String(contentsOfFile: path, encoding: .utf8)
    var dumped = ""
    dump(key, to: &dumped)
    for shown in ["\(key)", String(reflecting: key), dumped] {
      #expect(shown.contains(key.publicKey.hint))
      for line in secret.split(separator: "\n") { #expect(!shown.contains(line)) }
    }
    let open = try folder.write(secret.utf8, to: "open.pem", mode: 0o644)
    #expect(throws: SigningKeyFileError.readableByOthers(path: open, mode: 0o644)) { try ModelSigningKey.load(path: open) }
    for (content, error) in [("nonsense", P256KeyError.malformed), (String(repeating: "a", count: 2_000), .tooLarge)] {
      let bad = try folder.write(content.utf8, to: "bad.pem")
      #expect(throws: SigningKeyFileError.invalidModelKey(path: bad, error)) { try ModelSigningKey.load(path: bad) }
    }
    #expect(throws: SigningKeyFileError.notFound(path: folder.path("none"))) {
      try ModelSigningKey.load(path: folder.path("none"))
    }
    #expect(throws: P256KeyError.malformed) {
      try P256Key(x: [UInt8](repeating: 0, count: 32), y: [UInt8](repeating: 0, count: 32))
    }
    #expect(throws: P256KeyError.malformed) { try P256Key(x: [1], y: [UInt8](repeating: 0, count: 63)) }
  }
}

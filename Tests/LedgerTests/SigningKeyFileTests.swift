import Foundation
import Testing

@testable import Ledger

@Suite("Signing key file")
struct SigningKeyFileTests {
  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test("a new key is in a file of mode 0600, in folders of mode 0700, and is read back")
  func create() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a/b/key")
    let key = try SigningKey.create(path: path, name: "example.com/log")
    #expect(try mode(path) == 0o600)
    #expect(try mode(folder.path("a/b")) == 0o700)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("a/b")) == ["key"])
    #expect(try SigningKey.load(path: path).secretText == key.secretText)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == key.secretText + "\n")
  }

  @Test("a file that is there is never overwritten")
  func keep() throws {
    let folder = try TemporaryFolder()
    let first = try SigningKey.create(path: folder.path("key"), name: "first")
    let second = try SigningKey.create(path: folder.path("key"), name: "second")
    #expect(second.secretText == first.secretText)
    let other = try folder.write("not a key".utf8, to: "other")
    #expect(throws: SigningKeyFileError.invalid(path: other, .malformed)) { try SigningKey.create(path: other, name: "a") }
    #expect(try String(contentsOfFile: other, encoding: .utf8) == "not a key")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() == ["key", "other"])
  }

  @Test("of many that make the same key at once one wins, and all have the winner's")
  func race() async throws {
    for _ in 0..<20 {
      let folder = try TemporaryFolder()
      let path = folder.path("key")
      let secrets = try await withThrowingTaskGroup(of: String.self) { group in
        for number in 0..<8 {
          group.addTask { try SigningKey.create(path: path, name: "racer\(number)").secretText }
        }
        return try await group.reduce(into: Set<String>()) { $0.insert($1) }
      }
      #expect(secrets.count == 1)
      #expect(try secrets == [SigningKey.load(path: path).secretText])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["key"])
    }
  }

  @Test("a missing file is told from a bad one")
  func notFound() throws {
    let path = try TemporaryFolder().path("key")
    #expect(throws: SigningKeyFileError.notFound(path: path)) { try SigningKey.load(path: path) }
  }

  @Test("a file that others may use is refused with the remedy", arguments: [0o640, 0o604, 0o660, 0o610, 0o644])
  func readableByOthers(mode: Int) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(SigningKey(name: "a").secretText.utf8, to: "key", mode: mode)
    let error = SigningKeyFileError.readableByOthers(path: path, mode: mode_t(mode))
    #expect(throws: error) { try SigningKey.load(path: path) }
    #expect(error.description.contains("chmod 600 \(path)"))
  }

  @Test("folders and pipes are refused, without waiting for a writer")
  func notARegularFile() throws {
    let folder = try TemporaryFolder()
    let pipe = folder.path("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    for path in [folder.url.path, pipe] {
      #expect(throws: SigningKeyFileError.notARegularFile(path: path)) { try SigningKey.load(path: path) }
    }
  }

  @Test("unusable content is refused and not repeated")
  func invalid() throws {
    let folder = try TemporaryFolder()
    let secret = try SigningKey(name: "a").secretText
    let cases: [(String, KeyError)] = [
      ("", .malformed), (secret + "\n\n", .malformed), (" " + secret, .malformed),
      (secret + String(repeating: "A", count: 5_000), .tooLarge), (secret.replacing("+a+", with: "+b+"), .wrongKeyID),
    ]
    for (text, reason) in cases {
      let path = try folder.write(text.utf8, to: "key")
      let error = SigningKeyFileError.invalid(path: path, reason)
      #expect(throws: error) { try SigningKey.load(path: path) }
      #expect(!error.description.contains(secret.suffix(40)))
    }
    #expect(throws: SigningKeyFileError.invalid(path: "x", .invalidName)) { try SigningKey.create(path: "x", name: "a b") }
  }

  @Test("a folder that can't be made is named")
  func folder() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write([], to: "file")
    #expect(throws: SigningKeyFileError.folder(path: file + "/sub")) {
      try SigningKey.create(path: file + "/sub/key", name: "a")
    }
  }

  @Test("what the system refuses is said with its reason")
  func system() throws {
    let folder = try TemporaryFolder()
    let path = folder.path(String(repeating: "k", count: 250))
    let error = #expect(throws: SigningKeyFileError.self) { try SigningKey.create(path: path, name: "a") }
    #expect(error == .system(path: path, step: "mkstemp", code: ENAMETOOLONG))
    #expect(error?.description.contains("too long") == true)
  }
}

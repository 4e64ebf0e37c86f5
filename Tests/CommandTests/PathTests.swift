import Foundation
import Glibc
import Testing

/// Names that shells, URIs and SQL give a meaning to are names like any other; what is no file is told apart from a store.
@Suite("Paths", .enabled(if: Machine.hasSQLite))
struct PathTests {
  private let session: Session

  init() throws {
    session = try Session.trained()
    session.environment["LETHE_STORE"] = nil
  }

  static let names = [
    "with space.db", "100%.db", "%41.db", "what?.db", "a?mode=memory", "a#b.db", "it's \"quoted\".db", "new\nline.db",
    "Größe-日本.db",
    "-dash.db", "--json", "file:a.db", "file:a.db?mode=memory", ":memory:", "back\\slash", ";&|$(x)", ".hidden", "~",
    String(repeating: "n", count: 200),
  ]

  @Test("a store is made, written to, read and verified under an odd name, and lies there afterwards", arguments: names)
  func odd(name: String) throws {
    let store = "--store=\(name)"
    let before = try Set(FileManager.default.contentsOfDirectory(atPath: session.folder.path))
    try session.json(["init", store])
    try session.json(Samples.importing() + [store])
    #expect(try session.json(["verify", store])["log_size"] == 2)
    let made = try Set(FileManager.default.contentsOfDirectory(atPath: session.folder.path)).subtracting(before)
    #expect(made == [name])
    // The same name within a folder of an odd name, where nothing may be written.
    let folder = session.folder.file("d:\(name)")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    rename(session.folder.file(name), folder + "/" + name)
    #expect(try session.json(["verify", "--store=\(folder)/\(name)"])["log_size"] == 2)
    try session.expectValid()
  }

  @Test("through a symbolic link the store is the file that it leads to")
  func link() throws {
    let folder = session.folder.file("elsewhere")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    rename(session.store, folder + "/real.db")
    symlink("elsewhere/real.db", session.store)
    for name in ["lethe.db", session.store] {
      try session.json(["forget", "m", "--class", name == "lethe.db" ? "frog" : "cat", "--reason", "r", "--store", name])
      try session.json(["verify", "--store", name])
    }
    #expect(try session.json(["verify", "--store", "elsewhere/real.db"])["log_size"] == 5)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["real.db"])
    // A link that leads nowhere is no store, and none is made through it.
    symlink("nowhere.db", session.folder.file("dangling.db"))
    #expect(try session.failure(["verify", "--store", "dangling.db"]).code == "store.not_found")
    #expect(try session.failure(["init", "--store", "dangling.db"]).code == "store.already_exists")
    #expect(!exists(session.folder.file("nowhere.db")))
    try session.expectValid()
  }

  @Test("a folder, a pipe, a socket's and a device's path are refused at once, whatever the command")
  func noFiles() throws {
    try FileManager.default.createDirectory(atPath: session.folder.file("folder"), withIntermediateDirectories: false)
    mkfifo(session.folder.file("pipe"), 0o600)
    for (path, kind) in [("folder", "folder"), (".", "folder"), ("pipe", "pipe"), ("/dev/zero", "device"), ("/dev/null", "device")]
    {
      for command in [["verify"], ["forget", "m", "--class", "cat", "--reason", "r"]] {
        let error = try session.failure(command + ["--store", path])
        #expect(error.code == "store.not_a_file" && error.message.contains(kind), "\(path): \(error.message)")
      }
      #expect(try session.failure(["init", "--store", path]).code == "store.already_exists")
    }
    for path in ["", "none/lethe.db", "lethe.db/x", String(repeating: "n", count: 300), String(repeating: "d/", count: 3_000)] {
      let error = try session.failure(["verify", "--store", path])
      #expect(["store.not_found", "store.not_a_file"].contains(error.code), "\(path): \(error)")
      // None can be made there either, and the reason is the system's.
      let refused = try session.failure(["init", "--store", path])
      #expect(["store.unusable", "store.already_exists"].contains(refused.code), "\(path): \(refused)")
    }
    try session.expectValid()
  }
}

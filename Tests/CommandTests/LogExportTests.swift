import Foundation
import Testing

/// `lethe log export`: a folder that any web server can publish.
@Suite("log export")
struct LogExportTests {
  private let session: Session

  init() throws { session = try Session.trained() }

  private func content(_ folder: String) throws -> [String: [UInt8]] {
    let root = session.folder.file(folder)
    let names = try FileManager.default.subpathsOfDirectory(atPath: root)
    return try Dictionary(
      uniqueKeysWithValues: names.filter { !$0.isEmpty }.compactMap { name in
        var isFolder = ObjCBool(false)
        _ = FileManager.default.fileExists(atPath: root + "/" + name, isDirectory: &isFolder)
        return isFolder.boolValue ? nil : (name, try bytes(of: root + "/" + name))
      })
  }

  @Test("checkpoint, hashes and entries are what the store has; again, only what came since is written")
  func publishes() throws {
    let first = try session.json(["log", "export", "public/log"])
    #expect(first["size"] == 3 && first["previous_size"] == 0 && first["files_written"] == 3)
    var files = try content("public/log")
    #expect(Set(files.keys) == ["checkpoint", "tile/0/000.p/3", "tile/entries/000.p/3"])
    #expect(try String(decoding: #require(files["checkpoint"]), as: UTF8.self) == session.run(["log", "checkpoint"]).out)
    let leaves = try session.json(["log", "list"])["entries"].items
    let bundle = leaves.compactMap(\.["leaf"].text).flatMap { leaf in
      [UInt8(leaf.utf8.count >> 8), UInt8(leaf.utf8.count & 0xFF)] + Array(leaf.utf8)
    }
    #expect(files["tile/entries/000.p/3"] == bundle)
    let hashes = leaves.compactMap(\.["leaf_hash"].text).joined().replacingOccurrences(of: "sha256:", with: "")
    #expect(files["tile/0/000.p/3"]?.map { String(format: "%02x", $0) }.joined() == hashes)

    #expect(try session.json(["log", "export", "public/log"])["files_written"] == 1)
    #expect(try content("public/log") == files)
    try session.json(["forget", "m", "--class", "frog", "--reason", "licence ended"])
    #expect(try session.json(["log", "export", "public/log"])["previous_size"] == 3)
    let text = try session.run(["log", "export", "public/log"])
    #expect(text.out.contains("4 entries") && text.out.contains("0 of them new"))
    files = try content("public/log")
    #expect(files.keys.contains("tile/entries/000.p/4") && files.keys.contains("tile/entries/000.p/3") && files.count == 5)
    // Nobody is named in it.
    for bytes in files.values { #expect(Data(bytes).range(of: Data("licence".utf8)) == nil) }
    try session.expectValid()
  }

  @Test("a folder of another log, or of one that went on otherwise, stays as it is")
  func refuses() throws {
    let earlier = try Session(copy: session.folder)
    try session.json(["forget", "m", "--class", "frog", "--reason", "r"])
    try session.json(["log", "export", "public"])
    let folder = session.folder.file("public")
    let files = try content("public")
    #expect(try earlier.failure(["log", "export", folder], code: 20).code == "export.not_continued")
    try earlier.json(["forget", "m", "--class", "cat", "--reason", "r"])
    #expect(try earlier.failure(["log", "export", folder], code: 20).code == "export.not_continued")
    let other = try Session()
    try other.json(["init", "--origin", "example.com/other"])
    #expect(try other.failure(["log", "export", folder]).code == "note.signature_bad")
    #expect(try content("public") == files)
    _ = try session.folder.write(text: "hello\n", "public/checkpoint")
    #expect(try session.failure(["log", "export", folder]).code == "note.malformed")
    _ = try session.folder.write(text: "hello\n", "file")
    #expect(try session.failure(["log", "export", "file"]).remedy.contains("check the path"))
    for store in [session, earlier, other] { try store.expectValid() }
  }
}

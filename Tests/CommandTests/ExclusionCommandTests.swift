import Foundation
import Testing

/// `exclusion` as a command: lists that go from store to store.
@Suite("Exclusions")
struct ExclusionCommandTests {
  private let session: Session

  init() throws {
    session = try Session.trained()
    try session.json(["forget", "m", "--class", "frog", "--reason", "r"])
    try session.json(["erase", "m", "--class", "frog", "--yes"])
  }

  @Test("the list is what was erased; what is exported is what is printed")
  func export() throws {
    let listed = try session.run(["exclusion", "list", "--json"])
    let list = try JSON(listed.out)
    // 96 frogs in three parts, and the checkpoint that knew them.
    #expect(list["exclusions"].items.count == 97 && list["exclusions"].items("kind", "checkpoint").count == 1)
    #expect(list["exclusions"].all("erasure").allSatisfy { $0 == 1 })
    let answer = try session.json(["exclusion", "export", "list.json"])
    #expect(answer["exclusions"] == 97 && answer["root"] == list["root"])
    #expect(try String(contentsOfFile: session.folder.file("list.json"), encoding: .utf8) == listed.out)
    #expect(try session.failure(["exclusion", "export", "list.json"]).code == "store.already_exists")
    #expect(try session.failure(["exclusion", "export", "lethe.db"]).code == "store.already_exists")
    try session.json(["exclusion", "list"])
    try session.expectValid()
  }

  @Test("another store takes it in once, and then refuses what stands on it")
  func importing() throws {
    try session.json(["exclusion", "export", "list.json"])
    let other = try Session()
    try Samples().write(to: other.folder)
    try other.json(["init"])
    try FileManager.default.copyItem(atPath: session.folder.file("list.json"), toPath: other.folder.file("list.json"))
    let first = try other.json(["exclusion", "import", "list.json"])
    #expect(first["added"] == 97 && first["known"] == 0 && first["log_index"] == 1)
    let second = try other.json(["exclusion", "import", "list.json"])
    #expect(second["added"] == 0 && second["known"] == 97 && second["log_index"] == .null)
    #expect(try other.json(["verify"])["log_size"] == 2)
    #expect(try other.json(["exclusion", "list"])["exclusions"].all("erasure").allSatisfy { $0 == .null })
    #expect(try other.failure(Samples.importing(), code: 23).code == "example.excluded")
    #expect(try other.json(["history"])["entries"].all("action") == ["exclude", "init"])
    // Its own list says the same, in its own name.
    try other.json(["exclusion", "export", "own.json"])
    #expect(try session.json(["exclusion", "import", other.folder.file("own.json")])["added"] == 0)
    try other.expectSound()
    try other.expectValid()
    try session.expectValid()
  }

  @Test("a file that is anything else is refused, and nothing is written")
  func hostile() throws {
    try session.json(["exclusion", "export", "list.json"])
    let text = try String(contentsOfFile: session.folder.file("list.json"), encoding: .utf8)
    let other = try Session()
    try other.json(["init"])
    let variants = [
      "", "{}", "null\n", text + "\n", " " + text, String(text.dropLast()), String(text.dropLast(9)),
      text.replacingOccurrences(of: "\"example\"", with: "\"person\""), text.replacingOccurrences(of: "sha256:", with: "sha256:0"),
      text.replacingOccurrences(of: "exclusion-list/v1", with: "exclusion-list/v2"), text.replacingOccurrences(of: ":", with: ": "),
      text.replacingOccurrences(of: "{\"exclusions\"", with: "{\"more\":1,\"exclusions\""),
      text.replacingOccurrences(of: "\"log_size\":", with: "\"log_size\":-"), String(repeating: "[", count: 100_000),
      text.replacingOccurrences(
        of: "[{", with: "[{\"digest\":\"sha256:\(String(repeating: "0", count: 64))\",\"erasure\":1,\"kind\":\"example\"},{"),
    ]
    for (index, variant) in variants.enumerated() {
      #expect(variant != text)
      _ = try other.folder.write(text: variant, "list.json")
      let error = try other.failure(["exclusion", "import", "list.json"])
      #expect(error.code == "exclusion_list.unreadable", "\(index)")
    }
    // The digests are there, but in another order, or twice.
    let items = try #require(text.split(separator: "[")[1].split(separator: "]").first).components(separatedBy: "},{")
    for wrong in [items.reversed().joined(separator: "},{"), (items + [items[96]]).joined(separator: "},{")] {
      let body = wrong.replacingOccurrences(of: "{{", with: "{").replacingOccurrences(of: "}}", with: "}")
      let trimmed = "{" + body.replacingOccurrences(of: "^\\{|\\}$", with: "", options: .regularExpression) + "}"
      _ = try other.folder.write(text: "{\"exclusions\":[\(trimmed)]" + text.split(separator: "]")[1], "list.json")
      #expect(try other.failure(["exclusion", "import", "list.json"]).code == "exclusion_list.unreadable")
    }
    for name in ["none.json", "."] {
      #expect(try other.failure(["exclusion", "import", name]).code == "exclusion_list.unreadable")
    }
    #expect(try other.json(["verify"])["log_size"] == 1)
    try other.expectValid()
  }
}

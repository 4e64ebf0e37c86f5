import Foundation
import Testing

/// `lethe site`: the store's public face, which names nobody, links to what is there, and is written again only where it changed.
@Suite("Site")
struct SiteTests {
  private let session: Session

  init() throws {
    session = try Session.trained()
    try session.json([
      "request", "open", "case of Evelyn", "--ground", "17-1-b", "--channel", "email", "--received", "2020-01-01", "--reason",
      "letter of Evelyn",
    ])
    try session.json([
      "forget", "m", "--class", "frog", "--reason", "asked by <b>Evelyn</b>", "--request", "1", "--actor", "Mallory",
      "--approved-by", "Trent",
    ])
    try session.json(["forget", "m", "--class", "cat", "--reason", "r"])
    try session.json(["rollback", "m", "--to", "2", "--reason", "r"])
    try session.json(["erase", "m", "--class", "frog", "--request", "1", "--yes"])
    try session.json(["rollback", "m", "--to", "2", "--reinstate", "--reason", "back"])
  }

  private func files(_ folder: String = "site") throws -> [String: String] {
    let root = session.folder.file(folder)
    let names = try #require(FileManager.default.enumerator(atPath: root)?.allObjects as? [String]).filter { $0.hasSuffix(".html") }
    return try Dictionary(uniqueKeysWithValues: names.map { ($0, try String(contentsOfFile: "\(root)/\($0)", encoding: .utf8)) })
  }

  @Test("every link leads to a page, a file and a place that are there")
  func links() throws {
    let answer = try session.json(["site", "site"])
    let pages = try files()
    #expect(answer["pages"].count == pages.count && answer["personal_data"] == false && answer["log_size"].count == 10)
    #expect(
      Set(pages.keys).isSuperset(of: [
        "index.html", "events/1.html", "events/2.html", "models/m/index.html", "models/m/1.html", "log/1.html",
      ]))
    var followed = 0
    for (name, text) in pages {
      for match in text.matches(of: /href="([^"]*)"/) {
        let parts = match.output.1.split(separator: "#", omittingEmptySubsequences: false).map(String.init)
        let base = URL(fileURLWithPath: "/" + name).deletingLastPathComponent()
        let target =
          parts[0].isEmpty ? name : String(base.appendingPathComponent(parts[0]).standardized.path.dropFirst())
        #expect(exists(session.folder.file("site/\(target)")), "\(name) links to \(match.output.1)")
        if parts.count > 1, let page = pages[target] {
          #expect(page.contains("id=\"\(parts[1])\""), "\(name) links to \(match.output.1)")
        }
        followed += 1
      }
    }
    #expect(followed > 80)
    try session.expectValid()
  }

  @Test("names and reasons are left out unless they are asked for, and never become markup")
  func personal() throws {
    try session.json(["site", "site"])
    for (name, text) in try files() {
      for word in ["Evelyn", "Mallory", "Trent", "Ada", "frog", "cat"] {
        #expect(!text.replacingOccurrences(of: "certificate", with: "").contains(word), "\(name) says \(word)")
      }
    }
    #expect(try session.json(["site", "inside", "--with-personal-data"])["personal_data"] == true)
    let pages = try files("inside")
    let event = try #require(pages["events/1.html"])
    for words in ["asked by &lt;b&gt;Evelyn&lt;/b&gt;", "Mallory", "Trent", "frog forgotten by m"] {
      #expect(event.contains(words), "\(words)")
    }
    #expect(pages["requests/index.html"]?.contains("case of Evelyn") == true)
    // What was destroyed is gone from the pages as well when they are written again.
    try session.json(["log", "redact", "4", "--reason", "r", "--yes"])
    try session.json(["site", "inside", "--with-personal-data"])
    #expect(try files("inside")["events/1.html"]?.contains("Mallory") == false)
    try session.expectValid()
  }

  @Test("events tell their effect, their state, their evidence and the work's request")
  func events() throws {
    try session.json(["site", "site"])
    let pages = try files()
    let event = try #require(pages["events/1.html"])
    #expect(event.contains("in force") && event.contains("erased on") && event.contains("../requests/index.html#r1"))
    #expect(event.contains("../log/1.html#e4") && event.contains("label 2 (forgotten)"))
    #expect(pages["events/2.html"]?.contains("no longer in force: reinstated") == true)
    #expect(pages["requests/index.html"]?.contains("overdue") == true)
    let leaf = try #require(session.json(["log", "list"])["entries"][4]["leaf_hash"].text)
    #expect(pages["log/1.html"]?.contains(leaf) == true)
    // The log's tiles are those of `log export`, which has nothing to add.
    let export = try session.json(["log", "export", "site/log"])
    #expect(export["previous_size"] == export["size"])
  }

  @Test("only what changed is written again")
  func incremental() throws {
    #expect(try session.json(["site", "site"])["written"].count ?? 0 > 8)
    #expect(try session.json(["site", "site"])["written"] == 0)
    try session.json(["copy", "add", "a drawer", "--kind", "other"])
    let changed = try session.json(["site", "site"])
    // The front, the log's front and its last page.
    #expect(changed["written"] == 3)
    unlink(session.folder.file("site/events/1.html"))
    #expect(try session.json(["site", "site"])["written"] == 1)
    try session.expectValid()
  }

  @Test("a folder of something else, or of another store, stays as it is")
  func refused() throws {
    try FileManager.default.createDirectory(atPath: session.folder.file("other"), withIntermediateDirectories: true)
    _ = try session.folder.write(text: "mine", "other/notes.txt")
    #expect(try session.failure(["site", "other"]).code == "site.not_a_site")
    #expect(try FileManager.default.contentsOfDirectory(atPath: session.folder.file("other")) == ["notes.txt"])
    try session.json(["site", "site"])
    try session.json(["init", "--store", "second.db", "--origin", "example.com/second"])
    let before = try files()
    #expect(try session.failure(["site", "site", "--store", "second.db"]).code == "site.other_store")
    #expect(try files() == before)
    _ = try session.folder.write(text: "{}", "site/site.json")
    #expect(try session.failure(["site", "site"]).code == "site.not_a_site")
    _ = try session.folder.write(text: "mine", "file")
    #expect(try session.failure(["site", "file"]).code == "site.not_a_site")
    try session.expectValid()
  }

  @Test(
    "every page passes in the browser", .enabled(if: Browser.isThere, "there is no chromium-headless-shell: tools/test installs it")
  )
  func browser() throws {
    try session.json(["site", "site", "--with-personal-data"])
    let outcome = try Browser.check(files().keys.sorted().map { "site/\($0)" }, in: session.folder)
    #expect(outcome.code == 0, "\(outcome.out)\(outcome.err)")
  }
}

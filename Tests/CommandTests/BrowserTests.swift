import Foundation
import Testing

/// Pages in Debian's headless Chromium, by `tools/check-pages`: no overflow, no script, nothing loaded, printable, accessible by axe-core.
@Suite(
  "In the browser", .enabled(if: Browser.isThere, "there is no chromium-headless-shell or no axe-core: tools/test installs them"))
struct BrowserTests {
  @Test("a report with hostile names passes, at 360 and 1440 pixels, light and dark")
  func report() throws {
    let session = try Session.trained()
    let hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>\"' " + String(repeating: "w", count: 120)
    try session.json(["request", "open", hostile, "--ground", "ccpa", "--channel", "form", "--received", "2020-01-01"])
    try session.json(["checkpoint", "export", "m", "m.safetensors", "--to", hostile])
    try session.json([
      "forget", "m", "--class", "frog", "--reason", hostile, "--actor", hostile, "--approved-by", hostile, "--request", "1",
    ])
    try session.json(["forget", "m", "--class", "cat", "--reason", "r"])
    try session.json(["rollback", "m", "--to", "1", "--reason", hostile])
    try session.json(["hold", "place", "m@1", "--reason", hostile, "--owner", hostile, "--review", "2001-01-01"])
    try session.json(["report", "--format", "html", "--output", "report.html", "--organisation", hostile])
    let outcome = try Browser.check(["report.html"], in: session.folder)
    #expect(outcome.code == 0, "\(outcome.out)\(outcome.err)")
  }

  @Test("the check finds what it looks for")
  func faults() throws {
    let folder = try Folder()
    let whole = "<!DOCTYPE html><html lang=en><title>t</title><main><h1>t</h1>"
    let pages = [
      "wide": (whole + "<p style='width:2000px'>x</p></main>", "wider than the window"),
      "script": (whole + "<script>1</script></main>", "script"), "event": (whole + "<p onclick='1'>x</p></main>", "script"),
      "image": (whole + "<img src=x.png></main>", "something to load"),
      "pale": (whole + "<p style='color:#ccc;background:#fff'>pale words</p></main>", "axe color-contrast:"),
      "table": (whole + "<table><tr><th>x</th></tr></table></main>", "a table without"),
      "level": (whole + "<h3>x</h3></main>", "axe heading-order"),
      "language": ("<!DOCTYPE html><title>t</title><main><h1>t</h1></main>", "axe html-has-lang"),
      "drawing": (
        whole + "<svg role=img aria-label=t><text y=20 fill=#ddd>pale</text></svg></main>", "too little contrast in a drawing"
      ),
      "name": (whole + "<a href='#x' id=x></a></main>", "axe link-name"),
      "nowhere": (whole + "<a href='#gone'>x</a></main>", "a link to nowhere"),
    ]
    for (name, page) in pages { _ = try folder.write(text: page.0, "\(name).html") }
    let outcome = try Browser.check(pages.keys.sorted().map { "\($0).html" }, in: folder)
    #expect(outcome.code == 1)
    let sections = outcome.out.components(separatedBy: "NOT ok   ").dropFirst()
    #expect(sections.count == pages.count, "\(outcome.out)")
    for section in sections {
      let name = String(section.prefix { $0 != "." })
      #expect(section.contains(pages[name]?.1 ?? "?"), "\(section)")
    }
  }
}

/// The browser, and the script that looks through it.
enum Browser {
  static let isThere =
    ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"].contains(where: exists)
    && exists(inHouse(".build/axe/axe_playwright_python/axe.min.js"))
  private static let script = inHouse("tools/check-pages")

  private static func inHouse(_ path: String) -> String {
    URL(fileURLWithPath: Schemas.folder).appendingPathComponent("../../" + path).standardized.path
  }

  static func check(_ pages: [String], in folder: Folder) throws -> Outcome { try run(script, pages, in: folder) }
}

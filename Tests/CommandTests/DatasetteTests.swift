import Foundation
import Testing

/// A store opened with Datasette, as somebody does who knows SQL and not Lethe.
@Suite("Datasette")
struct DatasetteTests {
  private static let packages = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../.build/datasette").standardized
    .path
  private static let isThere = exists(packages + "/datasette")

  @Test(
    "views answer as JSON and as a page, in which no name becomes markup",
    .enabled(if: isThere, "there is no .build/datasette: tools/test installs it"))
  func views() throws {
    let session = try Session.trained()
    try session.json([
      "request", "open", "<script>alert(1)</script>", "--ground", "ccpa", "--channel", "form", "--due", "2031-01-01",
    ])
    try session.json(["forget", "m", "--class", "frog", "--reason", "licence ended", "--request", "1"])
    let before = try bytes(of: session.store)

    func get(_ path: String) throws -> String {
      let outcome = try run(
        "/usr/bin/env", ["PYTHONPATH=\(Self.packages)", "/usr/bin/python3", "-m", "datasette", session.store, "--get", path],
        in: session.folder)
      try #require(outcome.code == 0, "\(outcome.err.suffix(600))")
      return outcome.out
    }
    let waiting = try JSON(get("/lethe/open_requests.json?_shape=array")).items
    #expect(waiting.map { $0["ground"] } == ["ccpa"] && waiting.map { $0["works"] } == [1])
    #expect(waiting.map { $0["subject"] } == ["<script>alert(1)</script>"])
    let gone = try JSON(get("/lethe/forgotten_classes.json?_shape=array")).items
    #expect(gone.map { $0["class"] } == ["frog"] && gone.map { $0["reason"] } == ["licence ended"])
    #expect(try get("/lethe/open_requests").contains("&lt;script&gt;"))
    // Looking changes nothing.
    #expect(try bytes(of: session.store) == before)
    try session.expectSound()
  }
}

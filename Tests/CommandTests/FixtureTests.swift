import Foundation
import Glibc
import Testing

/// The museum of damage that `tools/make-fixtures` builds: what was done to each store, `verify` must say.
@Suite("Damaged stores", .enabled(if: Machine.hasSQLite && exists("/usr/bin/python3")))
struct FixtureTests {
  @Test("each is found out, and what is not damaged is not called so")
  func fixtures() throws {
    let session = try Session()
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .path
    let made = try run(
      "/usr/bin/python3", [root + "/tools/make-fixtures", session.folder.file("fixtures"), "--lethe", Session.program],
      in: session.folder)
    try #require(made.code == 0, "\(made.out)\(made.err)")
    let manifest = try JSON(String(contentsOfFile: session.folder.file("fixtures/manifest.json"), encoding: .utf8))
    let fixtures = manifest["fixtures"].items
    #expect(fixtures.count >= 40)
    for (index, fixture) in fixtures.enumerated() {
      let file = try #require(fixture["file"].text)
      let store = session.folder.file("fixtures/\(file)")
      let answer = try session.json(["verify", "--store", store], code: Int32(try #require(fixture["exit"].count)))
      let comment: Comment = "\(file): \(fixture["fault"].text ?? ""): \(answer)"
      #expect(answer["error"]["code"] == fixture["error"], comment)
      let (codes, expected) = (Set(answer["findings"].all("code").compactMap(\.text)), fixture["findings"].items.compactMap(\.text))
      #expect(expected.isEmpty ? codes.isEmpty : codes.isSuperset(of: expected), comment)
      if fixture["log_size"] != .null { #expect(answer["log_size"] == fixture["log_size"], comment) }
      let passed = Set(answer["not_checked"].all("subject").compactMap(\.text))
      #expect(passed.isSuperset(of: fixture["not_checked"].items.compactMap(\.text)), comment)
      // Whatever else is asked of it: an answer or a typed error.
      let all = [["history"], ["checkpoint", "list", "m"], ["explain", "m"], ["evaluate", "m"], ["report"], ["stats"]]
      for command in Machine.longTests ? all : [all[index % all.count]] {
        let outcome = try session.run(command + ["--json", "--store", store])
        #expect([0, 1, 20].contains(outcome.code), "\(file), \(command): \(outcome.err)")
        #expect(try JSON(outcome.out)["error"]["code"] != "failed", "\(file), \(command): \(outcome.err)")
      }
    }
    try session.expectValid()
  }
}

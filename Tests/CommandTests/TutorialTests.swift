import Foundation
import Testing

/// The tutorials for engineers, officers and auditors: every command as it stands there, and every line that they show.
@Suite("Tutorials", .enabled(if: ["jq", "sed"].allSatisfy { exists("/usr/bin/\($0)") || exists("/bin/\($0)") }))
struct TutorialTests {
  @Test("what the tutorials show is what the program prints")
  func run() throws {
    let session = try Session()
    try Samples().write(to: session.folder)
    session.environment["PATH"] = "\(URL(fileURLWithPath: Session.program).deletingLastPathComponent().path):/usr/bin:/bin"
    session.environment["LETHE_STORE"] = nil
    var commands = 0
    for name in ["ForEngineers", "ForOfficers", "ForAuditors"] {
      for step in try Article("Sources/lethe/lethe.docc/\(name).md").steps() {
        let outcome = try RunningProcess(
          "/usr/bin/bash", ["-c", step.command], environment: session.environment, in: session.folder
        ).wait()
        try #require(outcome.code == 0, "\(name): \(step.command): \(outcome.out)\(outcome.err)")
        if let line = step.missing(in: outcome.out) {
          Issue.record("\(name): \(step.command) does not print “\(line)” but \(outcome.out)")
        }
        commands += 1
      }
    }
    #expect(commands == 36)
  }

  @Test("a line that is not printed, or in another order, is found")
  func canFail() {
    let step = Article.Step(command: "", shown: ["one … three", "…", "end"])
    #expect(step.missing(in: "one two three  \nmore\nend\n") == nil)
    #expect(step.missing(in: "one two\nend\n") == "one … three")
    #expect(step.missing(in: "end\none two three\n") == "end")
    #expect(step.missing(in: "one two three four\nend\n") == "one … three")
    #expect(Article.Step(command: "", shown: ["end"]).missing(in: "ending\n") == "end")
  }
}

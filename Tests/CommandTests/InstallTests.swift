import Foundation
import Testing

/// `tools/install` with this very build's binary, into a temporary prefix.
@Suite("Installing", .enabled(if: ["python3", "strip", "groff"].allSatisfy { exists("/usr/bin/\($0)") }))
struct InstallTests {
  private let session: Session
  private let prefix: String

  init() throws {
    session = try Session()
    session.environment["LETHE_BINARY"] = Session.program
    prefix = session.folder.file("a prefix")
  }

  private func install(_ arguments: String...) throws -> Outcome {
    let script = URL(fileURLWithPath: Schemas.folder).appendingPathComponent("../../tools/install").standardized.path
    return try RunningProcess(
      script, ["--prefix", prefix] + arguments, environment: session.environment, in: session.folder
    ).wait()
  }

  private func files() throws -> Set<String> {
    Set(try FileManager.default.subpathsOfDirectory(atPath: prefix))
  }

  @Test("binary, completions, man pages go under the prefix, and exactly these go again")
  func installs() throws {
    try FileManager.default.createDirectory(atPath: prefix + "/bin", withIntermediateDirectories: true)
    _ = try session.folder.write(text: "another's\n", "a prefix/bin/other")
    let before = try files()
    let first = try install()
    try #require(first.code == 0, "\(first.err)")
    let installed = try files()
    for path in [
      "bin/lethe", "share/bash-completion/completions/lethe", "share/zsh/site-functions/_lethe",
      "share/fish/vendor_completions.d/lethe.fish", "share/doc/lethe/LICENSE", "share/man/man1/lethe-log-prove.1",
    ] {
      #expect(installed.contains(path), "\(path)")
    }
    #expect(try run(prefix + "/bin/lethe", ["--version"], in: session.folder).code == 0)
    #expect(try run("/usr/bin/bash", ["-n", prefix + "/share/bash-completion/completions/lethe"], in: session.folder).code == 0)

    // Every command has a page, which shows examples and which groff finds nothing wrong with.
    let pages = installed.filter { $0.hasSuffix(".1") }
    #expect(pages.count == UsageTests.commands.count)
    for page in pages {
      let text = try String(contentsOfFile: prefix + "/" + page, encoding: .utf8)
      let examples = text.components(separatedBy: ".SH EXAMPLES\n.EX\n").dropFirst().first?.components(separatedBy: ".EE")[0]
      let command = page.dropFirst("share/man/man1/".count).dropLast(2).replacingOccurrences(of: "-", with: " ")
      let shown = examples?.replacingOccurrences(of: "\\-", with: "-").replacingOccurrences(of: "-", with: " ")
      #expect(shown?.contains(command) == true, "\(page)")
    }
    let paths = pages.sorted().map { prefix + "/" + $0 }
    let checked = try run("/usr/bin/groff", ["-man", "-ww", "-z", "-Kutf8"] + paths, in: session.folder)
    #expect(checked.code == 0 && checked.err == "", "\(checked.err)")

    // Once more, over what is there; a page of a version before is taken away.
    let list = prefix + "/share/lethe/installed"
    let listed = try String(contentsOfFile: list, encoding: .utf8)
    _ = try session.folder.write(text: listed + "file share/man/man1/lethe-old.1\n", "a prefix/share/lethe/installed")
    _ = try session.folder.write(text: "old\n", "a prefix/share/man/man1/lethe-old.1")
    #expect(try install().code == 0)
    #expect(try files() == installed)

    #expect(try install("--uninstall").code == 0)
    #expect(try files() == before)
    #expect(try install("--uninstall").code == 1)
  }

  @Test("what somebody else put there is not overwritten, and nothing is half done")
  func keeps() throws {
    try FileManager.default.createDirectory(atPath: prefix + "/bin", withIntermediateDirectories: true)
    _ = try session.folder.write(text: "another's\n", "a prefix/bin/lethe")
    let outcome = try install()
    #expect(outcome.code == 1 && outcome.err.contains("bin/lethe is there already"))
    #expect(try files() == ["bin", "bin/lethe"])
    #expect(try String(contentsOfFile: prefix + "/bin/lethe", encoding: .utf8) == "another's\n")
    #expect(try install("--bogus").code == 64)
  }
}

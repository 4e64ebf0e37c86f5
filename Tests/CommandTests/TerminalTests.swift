import Foundation
import Testing

@testable import lethe

/// What is printed for people: tables, colours, and how much of either.
@Suite("Terminal")
struct TerminalTests {
  private static let rows = [
    ["CHECKPOINT", "REASON", "DIGEST"], ["pets@1", "consent withdrawn by letter", "8b89e5d6031183f642398f7cc9212ddf"],
    ["pets@2", "", "—"],
  ]

  @Test("without a limit nothing is wrapped and columns line up")
  func unlimited() {
    let lines = TextTable.lines(Self.rows, within: nil)
    #expect(lines.map(\.isHeading) == [true, false, false])
    #expect(lines[1].text == "pets@1      consent withdrawn by letter  8b89e5d6031183f642398f7cc9212ddf")
    #expect(Set(lines.map(\.text.count)).count == 1)
    #expect(TextTable.lines([], within: 80).isEmpty)
  }

  @Test("within a limit every line fits and no letter is lost", arguments: [30, 34, 40, 55, 71, 72, 200])
  func limited(limit: Int) {
    let lines = TextTable.lines(Self.rows, within: limit)
    #expect(lines.allSatisfy { TextTable.width($0.text) <= limit })
    let letters = { (text: String) in String(text.filter { $0 != " " }.sorted()) }
    #expect(letters(lines.map(\.text).joined()) == letters(Self.rows.joined().joined()))
    // The first words of a row stay beside each other.
    #expect(lines.contains { $0.text.hasPrefix("pets@1") && $0.text.contains("consent") })
  }

  @Test("columns are counted as a terminal does")
  func wide() {
    #expect(TextTable.width("cat") == 3 && TextTable.width("猫") == 2 && TextTable.width("e\u{301}") == 1)
    let lines = TextTable.lines([["A", "B"], ["猫", "x"], ["cat", "y"]], within: nil)
    #expect(lines.map(\.text) == ["A    B", "猫   x", "cat  y"])
  }

  @Test("how fast something goes is a share a second, or a minute if it is slow")
  func speed() {
    #expect(Terminal.speed(0.012) == "1.2 %/s" && Terminal.speed(0.0012) == "7.2 %/min" && Terminal.speed(2) == "200.0 %/s")
  }

  @Test("control characters of others are shown, not obeyed")
  func control() throws {
    #expect(PlainText.shown("a\u{1B}[31mred\nline\t\u{7F}\u{9B}\u{202E}", lines: false) == "a␛[31mred␊line␉␡��")
    #expect(PlainText.shown("one\ntwo\tthree\r", lines: true) == "one\ntwo\tthree␍")
    let plain = "Zoë 猫 e\u{301} 👩‍👩‍👧"
    #expect(PlainText.shown(plain, lines: false) == plain)
    let session = try Session.trained()
    try session.json(["forget", "m", "--class", "frog", "--reason", "a\u{1B}[31mred\nforged  line"])
    #expect(try session.run(["history"]).out.contains("a␛[31mred␊forged  line"))
    if exists("/usr/bin/script") {
      let outcome = try onTerminal(session, "explain --class frog", ["NO_COLOR": "1"])
      #expect(outcome.out.contains("a␛[31mred") && !outcome.out.contains("\u{1B}[31m"))
    }
  }

  /// Runs a command with a terminal for stdin, stdout and stderr.
  private func onTerminal(_ session: Session, _ command: String, _ changes: [String: String] = [:]) throws -> Outcome {
    var environment = session.environment.merging(["TERM": "xterm", "SHELL": "/bin/sh"]) { $1 }
    environment.merge(changes) { $1 }
    return try RunningProcess(
      "/usr/bin/script", ["-qec", "'\(Session.program)' \(command)", "/dev/null"], environment: environment, in: session.folder
    ).wait()
  }

  @Test("headings are bold on a terminal only, and not with NO_COLOR", .enabled(if: exists("/usr/bin/script")))
  func colour() throws {
    let session = try Session.trained()
    let bold = "\u{1B}[1m"
    #expect(try onTerminal(session, "history").out.contains(bold))
    #expect(try onTerminal(session, "history", ["NO_COLOR": ""]).out.contains(bold))
    for changes in [["NO_COLOR": "1"], ["TERM": "dumb"]] {
      let outcome = try onTerminal(session, "history", changes)
      #expect(outcome.code == 0 && outcome.out.contains("pets") && !outcome.out.contains(bold))
    }
    #expect(try !session.run(["history"]).out.contains("\u{1B}"))
  }

  @Test("tables fit the terminal; in a pipe they are left as they are", .enabled(if: exists("/usr/bin/script")))
  func width() throws {
    let session = try Session.trained()
    let reason = "a long reason that " + String(repeating: "goes on and on ", count: 12)
    try session.json(["forget", "m", "--class", "frog", "--reason", reason])
    let outcome = try onTerminal(session, "history", ["COLUMNS": "70", "NO_COLOR": "1"])
    let lines = outcome.out.split(whereSeparator: \.isNewline)
    #expect(outcome.code == 0 && lines.count > 4 && lines.allSatisfy { $0.count <= 70 }, "\(outcome.out)")
    session.environment["COLUMNS"] = "70"
    #expect(try session.run(["history"]).out.split(separator: "\n").contains { $0.count > 200 })
  }

  @Test("--quiet: no text and no progress, but errors, exit codes and what --json asks for")
  func quiet() throws {
    let session = try Session.trained()
    for command in [
      ["dataset", "list"], ["verify"], ["history"], ["report"], ["forget", "m", "--class", "frog", "--reason", "r"],
    ] {
      let outcome = try session.run(command + ["--quiet"])
      #expect(outcome.code == 0 && outcome.out == "" && outcome.err == "", "\(command): \(outcome.out)\(outcome.err)")
    }
    #expect(try session.json(["explain", "--class", "frog", "--quiet"])["models"][0]["knows"] == false)
    let unknown = try session.run(["explain", "--class", "forg", "--quiet"])
    #expect(unknown.code == 1 && unknown.out == "" && unknown.err.contains("did you mean frog?"))
    // Words after -- are no options.
    #expect(try session.run(["dataset", "show", "--", "--quiet"]).err.contains("--quiet"))
    if exists("/usr/bin/script") {
      #expect(try onTerminal(session, "train n --dataset pets --codebooks 8 --keys 16 --quiet").out == "")
    }
  }

  @Test("--quiet does not hide the plan of what cannot be undone: it wants --yes", .enabled(if: exists("/usr/bin/script")))
  func quietErase() throws {
    let session = try Session.trained()
    try session.json(["forget", "m", "--class", "frog", "--reason", "r"])
    let outcome = try onTerminal(session, "erase m --class frog --reason r --quiet")
    #expect(outcome.code == 64 && outcome.out.contains("--yes"))
    #expect(try session.run(["erase", "m", "--class", "frog", "--reason", "r", "--quiet", "--yes"]).out == "")
  }

  @Test("--verbose: what is done and how long it takes, on stderr only")
  func verbose() throws {
    let session = try Session.trained()
    let plain = try session.run(["history"])
    let outcome = try session.run(["history", "--verbose"])
    #expect(outcome.code == 0 && outcome.out == plain.out && plain.err == "")
    #expect(outcome.err.contains("store opened") && outcome.err.contains("milliseconds="))
    let forgetting = try session.run(["forget", "m", "--class", "frog", "--reason", "r", "--verbose", "--quiet"])
    #expect(forgetting.out == "" && forgetting.err.contains("committed") && forgetting.err.contains("entry=3"))
    // No reason, actor or class in what may end up in somebody's system log.
    #expect(!forgetting.err.contains("frog") && !forgetting.err.contains("Ada"))
  }

  @Test("a mistyped model, data set or class is told from what is there")
  func nearest() throws {
    let session = try Session.trained()
    for (command, hint) in [
      (["dataset", "show", "pest"], "pets"), (["explain", "--class", "forg"], "frog"),
      (["forget", "m", "--class", "Frog", "--reason", "r"], "frog"), (["evaluate", "n"], nil),
      (["hold", "place", "--class", "shipp", "--reason", "r", "--owner", "o", "--review", "2031-01-31"], "ship"),
    ] as [([String], String?)] {
      let message = try session.failure(command).message
      #expect(message.hasSuffix(hint.map { "; did you mean \($0)?" } ?? " (there is m)"), "\(message)")
    }
    #expect(try session.failure(["explain", "--class", "submarine"]).message.contains("(there is "))
    try session.expectValid()
  }
}

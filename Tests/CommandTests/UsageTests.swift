import Foundation
import Testing

/// Exit codes, help, and what is printed where.
@Suite("Usage")
struct UsageTests {
  static let commands: [[String]] = [
    ["init"], ["dataset"], ["dataset", "import"], ["dataset", "list"], ["dataset", "show"], ["train"], ["evaluate"], ["experiment"],
    ["forget"],
    ["rollback"], ["history"], ["explain"], ["checkpoint"], ["checkpoint", "list"], ["checkpoint", "show"], ["checkpoint", "diff"],
    ["checkpoint", "export"], ["checkpoint", "import"], ["checkpoint", "key"], ["verify"], ["log"], ["log", "list"],
    ["log", "checkpoint"],
    ["log", "key"], ["log", "prove"], ["log", "receipt"], ["log", "export"], ["log", "redact"], ["log", "rotate-key"],
    ["log", "cosign"], ["verify-receipt"], ["report"], ["stats"], ["demo"], ["erase"], [],
    ["hold"], ["hold", "place"], ["hold", "list"], ["hold", "lift"], ["copy"], ["copy", "add"], ["copy", "list"],
    ["copy", "clear"],
    ["request"], ["request", "open"], ["request", "list"], ["request", "show"], ["request", "extend"], ["request", "answer"],
    ["request", "policy"], ["recipient"], ["recipient", "list"], ["recipient", "told"], ["site"],
    ["exclusion"], ["exclusion", "list"], ["exclusion", "export"], ["exclusion", "import"], ["backup"], ["restore"],
    ["retention"], ["retention", "set"], ["retention", "list"], ["retention", "apply"],
  ]

  @Test("--help prints examples that begin with the command", arguments: commands)
  func help(command: [String]) throws {
    let session = try Session()
    let outcome = try session.run(command + ["--help"])
    #expect(outcome.code == 0 && outcome.err == "")
    let lines = outcome.out.components(separatedBy: "EXAMPLE")
    #expect(lines.count == 2, "\(outcome.out)")
    #expect(lines.last?.contains((["lethe"] + command).joined(separator: " ")) == true)
    // Nothing was made on the way.
    #expect(try FileManager.default.contentsOfDirectory(atPath: session.folder.path) == [])
  }

  @Test("the commands listed are all that there are")
  func complete() throws {
    let session = try Session()
    func listed(_ command: [String]) throws -> [String] {
      let help = try session.run(command + ["--help"]).out
      guard let list = help.components(separatedBy: "SUBCOMMANDS:\n").dropFirst().first else { return [] }
      return list.split(separator: "\n").compactMap { line in
        line.hasPrefix("  ") && !line.hasPrefix("   ") && !line.hasPrefix("  See")
          ? line.split(separator: " ").first.map(String.init) : nil
      }
    }
    var found: Set<[String]> = [[]]
    for name in try listed([]) {
      found.insert([name])
      for inner in try listed([name]) { found.insert([name, inner]) }
    }
    #expect(found == Set(Self.commands))
  }

  @Test(
    "wrong usage ends with 64 and says how to do it, also as JSON",
    arguments: [
      ["bogus"], ["verify", "extra"], ["train", "m"], ["forget", "m", "--class", "frog"], ["forget", "m", "--reason", "r"],
      ["forget", "m", "--class", "frog", "--reason", "r", "--pairs", "0"],
      ["forget", "m", "--class", "frog", "--reason", "r", "--pairs", "1", "--until", "0"],
      ["forget", "m", "--class", "frog", "--reason", "r", "--until", "1.5"],
      ["forget", "m", "--class", "frog", "--reason", "r", "--until", "nan"],
      ["forget", "m", "--class", "frog", "--reason", "r", "--examples", "3"],
      ["forget", "m", "--class", "frog", "--reason", "r", "--method", "magic"], ["rollback", "m", "--reason", "r"],
      ["rollback", "m", "--to", "1"], ["history", "--limit", "0"], ["evaluate", "m", "--split", "none"], ["explain"],
      ["train", "m", "--dataset", "pets", "--threads", "0"], ["train", "m", "--dataset", "pets", "--seed", "-1"],
      ["dataset", "import", "x", "--train-x", "a"], ["report", "--format", "pdf"],
      ["hold", "place", "m", "--owner", "o", "--review", "2031-01-31"],
      ["hold", "place", "m", "--reason", "r", "--review", "2031-01-31"],
      ["hold", "place", "m", "--reason", "r", "--owner", "o"],
      ["hold", "place", "--reason", "r", "--owner", "o", "--review", "2031-01-31"],
      ["hold", "place", "m", "--class", "cat", "--reason", "r", "--owner", "o", "--review", "2031-01-31"], ["hold", "lift", "1"],
      ["retention", "set", "m", "--reason", "r"], ["retention", "set", "m", "--keep-last", "1"],
      ["retention", "set", "m", "--keep-last", "1", "--forever", "--reason", "r"],
      ["copy", "add", "x"], ["copy", "add", "x", "--kind", "tape"],
      ["log", "prove"], ["log", "prove", "-1"], ["log", "redact", "3"], ["log", "redact", "3", "--reason", "r"],
      ["log", "redact", "3", "--reason", "r", "--yes", "--field", "model"],
      ["log", "prove", "3", "--size", "3"], ["log", "checkpoint", "--size", "0"], ["log", "rotate-key", "k"],
      ["log", "rotate-key", "--reason", "r"], ["log", "cosign", "f"], ["verify", "--quorum", "1"],
      ["verify-receipt", "p"], ["verify-receipt", "p", "--key", "k", "--quorum", "1"],
      ["verify-receipt", "p", "--key", "k", "--subject", "sha256:0"], ["log", "receipt"], ["log", "receipt", "-1"],
      ["forget", "m", "--class", "frog", "--reason", "r", "--dry-run", "--receipt", "r.json"],
      ["rollback", "m", "--to", "1", "--reason", "r", "--dry-run", "--receipt", "r.json"],
      ["erase", "m", "--class", "frog", "--dry-run", "--receipt", "r.json"],
    ])
  func usage(arguments: [String]) throws {
    let session = try Session.trained()
    let outcome = try session.run(arguments)
    #expect(outcome.code == 64 && outcome.out == "" && outcome.err.contains("Error: ") && outcome.err.contains("--help"))
    #expect(try session.failure(arguments, code: 64).code == "usage")
    try session.expectValid()
  }

  @Test(
    "numbers out of range are refused before anything is made of them",
    arguments: [
      ["--codebooks", "0"], ["--codebooks", "9223372036854775807"], ["--keys", "0"], ["--keys", "65536"], ["--key-dimension", "0"],
      ["--key-dimension", "4611686018427387904"], ["--top-k", "0"], ["--top-k", "17"], ["--key-epochs", "0"],
      ["--learning-rate", "0"], ["--learning-rate", "nan"], ["--learning-rate", "inf"], ["--keys-from", "nobody"],
    ])
  func ranges(option: [String]) throws {
    let session = try Session.trained()
    let error = try session.failure(Samples.training() + option)
    #expect(!error.remedy.isEmpty)
    #expect(try session.json(["checkpoint", "list", "m"])["checkpoints"].items.count == 1)
    try session.expectValid()
  }

  @Test("without --json the same commands print text on stdout, and nothing on stderr")
  func text() throws {
    let session = try Session.trained()
    for (command, fact) in [
      (["init", "--store", "b.db"], "Verifier key"), (["dataset", "list"], "pets"), (["dataset", "show", "pets"], "frog"),
      (["forget", "m", "--class", "frog", "--reason", "r", "--dry-run"], "nothing was written"),
      (["forget", "m", "--class", "frog", "--reason", "r"], "m@1 → m@2"), (["evaluate", "m"], "retain"),
      (["rollback", "m", "--to", "1", "--reason", "r", "--dry-run"], "nothing was written"),
      (["rollback", "m", "--to", "1", "--reason", "r"], "event 1"), (["history"], "Ada"), (["explain", "m"], "m@3"),
      (["explain", "--class", "frog"], "Still recoverable from m@1"), (["explain", "--example", "train-2"], "row 2"),
      (["checkpoint", "list", "m"], "rolled back"), (["checkpoint", "diff", "m@1", "m@2"], "forgotten only in m@2: frog"),
      (["verify"], "ok: 5 log entries"),
      (["hold", "place", "m", "--reason", "r", "--owner", "o", "--review", "2001-01-31"], "model m"),
      (["hold", "list"], "OVERDUE"),
      (["hold", "lift", "1", "--reason", "r"], "Lifted hold 1"), (["hold", "list", "--all"], "lifted 20"),
      (["copy", "add", "a drawer", "--kind", "other"], "a drawer"), (["copy", "list"], "not clear"),
      (["copy", "clear", "1"], "is clear"),
      (["copy", "list", "--all"], "clear since"), (["retention", "set", "m", "--keep-last", "1", "--reason", "r"], "the last 1"),
      (["retention", "list"], "keeps the last 1"), (["backup", "copy.db"], "verified"),
      (["restore", "copy.db", "--dry-run"], "sound in"),
      (["restore", "copy.db", "--store", "lost.db"], "Note: "), (["exclusion", "list"], "DIGEST"),
      (["exclusion", "export", "list.json"], "0 entries"), (["exclusion", "import", "list.json"], "nothing was written"),
      (["log", "list"], "leaf"), (["stats"], "m@3"), (Samples.training("n"), "n@1"),
    ] {
      let outcome = try session.run(command)
      #expect(outcome.code == 0 && outcome.err == "", "\(command): \(outcome.err)")
      if fact != "leaf" { #expect(outcome.out.contains(fact), "\(command): \(outcome.out)") }
      // No terminal, no colours and no progress.
      #expect(!outcome.out.contains("\u{1B}"))
      #expect(!outcome.out.hasPrefix("{"))
    }
  }

  @Test("no store, no Lethe store, a store already: what to do is said, and the store is looked for in this folder")
  func stores() throws {
    let session = try Session()
    let file = session.store
    #expect(try session.failure(["stats"]).remedy.contains("lethe init"))
    #expect(!exists(file))
    session.environment["LETHE_STORE"] = nil
    let missing = try session.failure(["verify"])
    #expect(missing.code == "store.not_found" && missing.message.contains("lethe.db"))
    try session.json(["init"])
    #expect(exists(file))
    let before = try bytes(of: file)
    #expect(try session.failure(["init"]).code == "store.already_exists")
    #expect(try bytes(of: file) == before)
    let text = try session.folder.write(text: "hello\n", "notes.txt")
    #expect(try session.failure(["stats", "--store", text]).code == "store.not_a_store")
    #expect(try bytes(of: text) == Array("hello\n".utf8))
    #expect(try session.failure(["init", "--store", "c.db", "--origin", "a b"]).message.contains("white space"))
    #expect(!exists(session.folder.file("c.db")))
    try session.expectValid()
  }
}

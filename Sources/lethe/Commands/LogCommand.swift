import ArgumentParser
import Report
import Store

/// `lethe log`.
struct LogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log", abstract: "The signed log: entries, tree head, key.",
    discussion: """
      EXAMPLE
        lethe log list
      """,

    subcommands: [
      List.self, Checkpoint.self, Key.self, Prove.self, Receipt.self, Export.self, Cosign.self, RotateKey.self, Redact.self,
    ])

  /// `lethe log list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the leaves as they were hashed.",
      discussion: """
        EXAMPLE
          lethe log list --limit 3
        """)
    @OptionGroup var common: CommonOptions
    @Option(help: ArgumentHelp("Only the last so many.", valueName: "n")) var limit: Int?

    func validate() throws {
      if let limit, limit < 1 { throw ValidationError("--limit must be 1 or more.") }
    }

    func run() throws {
      let answer = try common.withStore { store in try store.read { try LogListAnswer(last: limit, in: $0) } }
      try common.show(answer) { answer in
        for entry in answer.entries { Terminal.line("\(entry.logIndex)  \(entry.leafHash)\n\(entry.leaf)") }
        Terminal.line("size \(answer.size), root \(answer.root)")
      }
    }
  }

  /// `lethe log checkpoint`.
  struct Checkpoint: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "checkpoint", abstract: "Print the last signed tree head, a C2SP signed note.",
      discussion: """
        Keep it elsewhere: it pins everything that the log holds now. Witnesses' cosignatures of it that were taken in by `lethe log
        cosign` stand under it; cosigned_size of --json is the largest tree head that has any.

        EXAMPLES
          lethe log checkpoint > head.txt
          lethe log checkpoint --size 7 > cosigned.txt
        """)
    @OptionGroup var common: CommonOptions
    @Option(help: ArgumentHelp("The tree head of so many entries, not the last one.", valueName: "entries")) var size: Int64?

    func validate() throws {
      if let size, size < 1 { throw ValidationError("--size must be 1 or more.") }
    }

    func run() throws {
      let answer = try common.withStore { store in try store.read { try LogCheckpointAnswer(size: size, in: $0) } }
      // The note ends in a newline of its own, and must be printed byte for byte.
      try common.show(answer) { Terminal.line(String($0.note.dropLast())) }
    }
  }

  /// `lethe log key`.
  struct Key: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "key", abstract: "Print the key that the log is verified with.",
      discussion: """
        It is the key that signs now; --json has those before it too, with the entries at which each was handed over.

        EXAMPLE
          lethe log key > lethe.pub
        """)
    @OptionGroup var common: CommonOptions

    func run() throws {
      let answer = try common.withStore { store in try store.read { try LogKeyAnswer(in: $0) } }
      try common.show(answer) { Terminal.line($0.verifierKey) }
    }
  }
}

import ArgumentParser
import Engine
import Report
import Store

/// `lethe exclusion`.
struct ExclusionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exclusion", abstract: "What must not come back: examples and checkpoints that were erased, by digest.",
    discussion: """
      Keep an exported list away from the store: when the store is lost, it lets `lethe restore` see what a backup would bring back.

      EXAMPLE
        lethe exclusion list
      """,
    subcommands: [List.self, Export.self, Import.self])

  /// `lethe exclusion list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List what must not come back.",
      discussion: """
        EXAMPLE
          lethe exclusion list --json
        """)
    @OptionGroup var common: CommonOptions

    func run() throws {
      let answer = try common.withStore { store in try store.read { try ExclusionListAnswer(in: $0) } }
      try common.show(answer) { answer in
        let rows = answer.exclusions.map { [$0.kind.rawValue, $0.erasure.value.map(String.init) ?? "from a list", $0.digest] }
        Terminal.table([["WHAT", "ERASURE", "DIGEST"]] + rows)
      }
    }
  }

  /// `lethe exclusion export`.
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export", abstract: "Write the list to a file, to be kept elsewhere.",
      discussion: """
        EXAMPLE
          lethe exclusion export /mnt/safe/exclusions-2026-11-25.json
        """)
    @OptionGroup var common: CommonOptions
    @Argument(help: "The file to write; nothing may be there.") var file: String

    func run() throws {
      let list = try common.withStore { store in try store.read { try ExclusionListAnswer(in: $0) } }
      try ExclusionListFile.write(list, to: file)
      try common.show(ExclusionExportAnswer(list, file: file)) { answer in
        Terminal.line("Wrote \(answer.exclusions) entries to \(Terminal.bold(file)); the log has \(answer.logSize) entries")
      }
    }
  }

  /// `lethe exclusion import`.
  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import", abstract: "Take in a list that another store exported.",
      discussion: """
        What stands on it cannot be imported here from now on. It removes nothing that is here already.

        EXAMPLE
          lethe exclusion import exclusions.json
        """)
    @OptionGroup var common: CommonOptions
    @OptionGroup var actor: ActorOptions
    @Argument(help: "A file that `exclusion export` wrote.") var file: String

    func run() throws {
      let list = try ExclusionListFile.read(file)
      let result = try actor.withEngine(common) { try $0.importExclusions(list) }
      let answer = ExclusionImportAnswer(file: file, added: result.added, known: result.known, logIndex: result.logIndex)
      try common.show(answer) { answer in
        let entry = answer.logIndex.value.map { "; log entry \($0)" } ?? "; nothing was written"
        Terminal.line("Took in \(answer.added) entries, \(answer.known) were known\(entry)")
      }
    }
  }
}

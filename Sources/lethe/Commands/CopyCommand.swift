import ArgumentParser
import Engine
import Report
import Store

/// `lethe copy`.
struct CopyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "copy", abstract: "Where copies of the store lie, and which are clear of what was erased.",
    discussion: """
      Erasing reaches this file alone. Register backups, replicas and snapshots, and say when they are clear; an erasure's certificate
      lists those that are not.

      EXAMPLE
        lethe copy list
      """,
    subcommands: [Add.self, List.self, Clear.self])

  /// `lethe copy add`.
  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add", abstract: "Register a place where a copy lies.",
      discussion: """
        `lethe backup` registers what it writes by itself.

        EXAMPLES
          lethe copy add s3://archive/lethe-2026-11.db --kind backup --clear-by 2027-02-28
          lethe copy add "volume snapshots of host 7, kept for 30 days" --kind snapshot --clear-by 2026-12-31
        """)
    @OptionGroup var common: CommonOptions
    @OptionGroup var actor: ActorOptions
    @Argument(help: "Where it lies, in any words; goes into the log as a commitment.") var location: String
    @Option(help: ArgumentHelp("\(CopyKind.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "kind")) var kind:
      CopyKind
    @Option(help: ArgumentHelp("When what was erased here is gone there: 2026-12-31.", valueName: "date")) var clearBy: String?

    func run() throws {
      let date = try clearBy.map { try CalendarDate($0) }
      let answer = CopyAnswer(try actor.withEngine(common) { try $0.addCopy(kind, at: location, clearBy: date) })
      try common.show(answer) { answer in
        Terminal.line("Copy \(answer.copy.copy), \(kind.rawValue) at \(Terminal.bold(location)); log entry \(answer.logIndex)")
      }
    }
  }

  /// `lethe copy list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the copies that may still hold what was erased here.",
      discussion: """
        EXAMPLES
          lethe copy list
          lethe copy list --all --json
        """)
    @OptionGroup var common: CommonOptions
    @Flag(help: "Those that are clear too.") var all = false

    func run() throws {
      let answer = try common.withStore { store in try store.read { try CopyListAnswer(all: all, in: $0) } }
      try common.show(answer) { answer in
        let rows = answer.copies.map { copy in
          let state = copy.clearedAt.value.map { "clear since \($0)" } ?? (copy.overdue ? "OVERDUE" : "not clear")
          return [
            "\(copy.copy)", copy.kind, copy.location.value ?? "(blanked)", copy.logSize.value.map(String.init) ?? "–",
            copy.clearBy.value ?? "–", state,
          ]
        }
        Terminal.table([["COPY", "KIND", "LOCATION", "LOG ENTRIES", "CLEAR BY", "STATE"]] + rows)
      }
    }
  }

  /// `lethe copy clear`.
  struct Clear: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "clear", abstract: "Record that a copy is gone, or holds nothing that was erased here.",
      discussion: """
        EXAMPLE
          lethe copy clear 2 --reason "deleted with the bucket"
        """)
    @OptionGroup var common: CommonOptions
    @OptionGroup var actor: ActorOptions
    @Argument(help: "The copy's number.") var copy: Int64
    @Option(help: ArgumentHelp("How it became clear; goes into the log as a commitment.", valueName: "text")) var reason: String?

    func run() throws {
      let answer = CopyAnswer(try actor.withEngine(common) { try $0.clearCopy(copy, reason: reason) })
      try common.show(answer) { answer in
        Terminal.line(
          "Copy \(answer.copy.copy) is clear: \(answer.copy.location.value ?? "(blanked)"); log entry \(answer.logIndex)")
      }
    }
  }
}

extension CopyKind: ExpressibleByArgument {}

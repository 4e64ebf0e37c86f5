import ArgumentParser
import Engine
import Report
import Store

/// `lethe hold`.
struct HoldCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hold", abstract: "Legal holds: what must not be erased for now.",
    discussion: """
      A hold on a model, a checkpoint, a class or a data set stops `erase` and retention (exit code 22) until it is lifted. It never
      stops forgetting: a class under a hold can be masked, and its bytes stay until the hold is gone.

      EXAMPLE
        lethe hold list
      """,
    subcommands: [Place.self, List.self, Lift.self])

  /// `lethe hold place`.
  struct Place: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "place", abstract: "Place a hold on a model, a checkpoint, a class or a data set.",
      discussion: """
        EXAMPLES
          lethe hold place pets --reason "case 17/26" --owner "legal" --review 2027-01-31
          lethe hold place pets@1 --reason "case 17/26" --owner "legal" --review 2027-01-31
          lethe hold place --class frog --dataset animals --reason "audit" --owner "DPO" --review 2026-12-31
          lethe hold place --dataset animals --reason "audit" --owner "DPO" --review 2026-12-31
        """)
    @OptionGroup var common: CommonOptions
    @OptionGroup var actor: ActorOptions
    @Argument(help: ArgumentHelp("A model, or a checkpoint.", valueName: "model[@n]")) var name: String?
    @Option(name: .customLong("class"), help: ArgumentHelp("A class.", valueName: "name")) var className: String?
    @Option(help: ArgumentHelp("A data set; with --class, the one of the class.", valueName: "name")) var dataset: String?
    @Option(help: ArgumentHelp("Why; goes into the log as a commitment.", valueName: "text")) var reason: String
    @Option(help: ArgumentHelp("Who answers for it; goes into the log as a commitment.", valueName: "text")) var owner: String
    @Option(help: ArgumentHelp("When somebody looks at it again: 2026-12-31.", valueName: "date")) var review: String

    func validate() throws {
      guard (name != nil) != (className != nil || dataset != nil) else {
        throw ValidationError("Name one thing: a model, a checkpoint, --class or --dataset.")
      }
    }

    func run() throws {
      let target: HoldTarget =
        className.map { .class($0, dataset: dataset) } ?? dataset.map(HoldTarget.dataset) ?? .named(name ?? "")
      let request = HoldRequest(on: target, reason: reason, owner: owner, review: try CalendarDate(review))
      let answer = HoldAnswer(try actor.withEngine(common) { try $0.placeHold(request) })
      try common.show(answer) { answer in
        let hold = answer.hold
        Terminal.line(
          "Hold \(hold.hold) on \(Terminal.bold(hold.subject)), to be reviewed by \(hold.review); log entry \(answer.logIndex)")
        Terminal.line("Nothing of it can be erased until: lethe hold lift \(hold.hold) --reason …")
      }
    }
  }

  /// `lethe hold list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the holds in force, the one to be reviewed first on top.",
      discussion: """
        EXAMPLES
          lethe hold list
          lethe hold list --all --json
        """)
    @OptionGroup var common: CommonOptions
    @Flag(help: "Those that were lifted too.") var all = false

    func run() throws {
      let answer = try common.withStore { store in try store.read { try HoldListAnswer(all: all, in: $0) } }
      try common.show(answer) { answer in
        let rows = answer.holds.map { hold in
          let state = hold.liftedAt.value.map { "lifted \($0)" } ?? (hold.overdue ? "OVERDUE" : "in force")
          return ["\(hold.hold)", hold.subject, hold.review, state, hold.owner.value ?? "–", hold.reason.value ?? "–"]
        }
        Terminal.table([["HOLD", "ON", "REVIEW", "STATE", "OWNER", "REASON"]] + rows)
      }
    }
  }

  /// `lethe hold lift`.
  struct Lift: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "lift", abstract: "End a hold.",
      discussion: """
        EXAMPLE
          lethe hold lift 3 --reason "case closed"
        """)
    @OptionGroup var common: CommonOptions
    @OptionGroup var actor: ActorOptions
    @Argument(help: "The hold's number.") var hold: Int64
    @Option(help: ArgumentHelp("Why; goes into the log as a commitment.", valueName: "text")) var reason: String

    func run() throws {
      let answer = HoldAnswer(try actor.withEngine(common) { try $0.liftHold(hold, reason: reason) })
      try common.show(answer) { answer in
        Terminal.line("Lifted hold \(answer.hold.hold) on \(Terminal.bold(answer.hold.subject)); log entry \(answer.logIndex)")
      }
    }
  }
}

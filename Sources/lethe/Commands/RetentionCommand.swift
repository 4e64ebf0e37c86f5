import ArgumentParser
import Engine
import Report
import Store

/// `lethe retention`.
struct RetentionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retention", abstract: "How long old checkpoints are kept, and removing those that are not.",
    discussion: """
      EXAMPLE
        lethe retention list
      """,
    subcommands: [Set.self, List.self, Apply.self])

  /// `lethe retention set`.
  struct Set: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "set", abstract: "Set a model's rule; nothing is removed until it is applied.",
      discussion: """
        EXAMPLES
          lethe retention set pets --keep-last 3 --keep-days 90 --reason "policy 12"
          lethe retention set pets --forever --reason "court order"
        """)
    @OptionGroup var common: CommonOptions
    @OptionGroup var actor: ActorOptions
    @Argument(help: "The model.") var model: String
    @Option(help: ArgumentHelp("Keep so many newest checkpoints.", valueName: "n")) var keepLast: Int?
    @Option(help: ArgumentHelp("And those of so many last days.", valueName: "days")) var keepDays: Int?
    @Flag(help: "Keep all of them.") var forever = false
    @Option(help: ArgumentHelp("Why; goes into the log as a commitment.", valueName: "text")) var reason: String

    func validate() throws {
      guard forever == (keepLast == nil && keepDays == nil) else {
        throw ValidationError("Give --keep-last, --keep-days or both, or else --forever.")
      }
    }

    func run() throws {
      let answer = RetentionAnswer(
        try actor.withEngine(common) {
          try $0.setRetention(model: model, keepLast: keepLast, keepDays: keepDays, reason: reason)
        })
      try common.show(answer) { answer in
        Terminal.line("\(Terminal.bold(model)): \(RetentionCommand.describe(answer.rule)); log entry \(answer.rule.logIndex)")
        Terminal.line("Nothing was removed: lethe retention apply \(model) --dry-run")
      }
    }
  }

  /// `lethe retention list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the rules in force.",
      discussion: """
        EXAMPLE
          lethe retention list --json
        """)
    @OptionGroup var common: CommonOptions

    func run() throws {
      let answer = try common.withStore { store in try store.read { try RetentionListAnswer(in: $0) } }
      try common.show(answer) { answer in
        let rows = answer.rules.map {
          [$0.model, RetentionCommand.describe($0), $0.setAt, $0.setBy.value ?? "–", $0.reason.value ?? "–"]
        }
        Terminal.table([["MODEL", "RULE", "SET", "BY", "REASON"]] + rows)
      }
    }
  }

  /// `lethe retention apply`.
  struct Apply: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "apply", abstract: "Remove the bytes of checkpoints that the rules do not keep.",
      discussion: """
        A checkpoint goes when it is neither among the last n nor younger than d days, is not the model's head, and no hold covers it.
        Its record and digest stay. Checkpoints that were derived from it are stored in full first. The files are then scanned as after
        `lethe erase`; if a reader is in the way it stays pending (exit code 21): run it again.

        EXAMPLES
          lethe retention apply --dry-run
          lethe retention apply pets --yes
        """)
    @OptionGroup var common: CommonOptions
    @OptionGroup var actor: ActorOptions
    @Argument(help: "Only this model.") var model: String?
    @Option(help: ArgumentHelp("Why; goes into the log as a commitment.", valueName: "text")) var reason: String?
    @Flag(help: "Show what would go and what is kept, and why; write nothing.") var dryRun = false
    @Flag(help: "Do not ask.") var yes = false

    func run() throws {
      let answer = try actor.withEngine(common, for: dryRun ? .reading : .writing) { engine in
        let planned = try engine.planRetention(model: model)
        var models = planned.map(Self.item)
        if !dryRun {
          if models.contains(where: { $0.state == "planned" }) {
            Terminal.clearProgress()
            if !common.json { Self.show(models) }
            try Confirmation.require(model ?? common.path, yes: yes, for: "Removing checkpoints")
          }
          models = try engine.applyRetention(model: model, reason: reason).map { result in
            Self.item(result.plan).carriedOut(result.erasure, result.outcome)
          }
        }
        return try engine.store.read { try RetentionApplyAnswer(models, dryRun: dryRun, in: $0) }
      }
      try common.show(answer) { answer in
        if dryRun || answer.models.allSatisfy({ $0.state == "nothing" }) { Self.show(answer.models) }
        for item in answer.models { Self.tell(item, dryRun: dryRun) }
        if answer.models.isEmpty { Terminal.line("No model has a rule: lethe retention set MODEL --keep-last N --reason …") }
        for copy in answer.copies { Terminal.line("Copy not clear: \(copy)") }
      }
      if !answer.complete { throw Ended(exit: .incomplete) }
    }

    private static func item(_ plan: RetentionPlan) -> RetentionApplyAnswer.Model {
      RetentionApplyAnswer.Model(
        plan.rule, checkpoints: plan.items.map { .init($0.checkpoint, kept: $0.kept, holds: $0.holds) },
        storedBytes: plan.storedBytes)
    }

    private static func show(_ models: [RetentionApplyAnswer.Model]) {
      let rows = models.flatMap { model in
        model.checkpoints.map { [$0.name, $0.time, $0.goes ? "goes" : "stays", $0.kept.joined(separator: "; ")] }
      }
      Terminal.table([["CHECKPOINT", "TIME", "FATE", "WHY"]] + rows)
    }

    private static func tell(_ item: RetentionApplyAnswer.Model, dryRun: Bool) {
      let name = item.rule.model
      switch item.state {
      case "planned": Terminal.line("\(name): \(Terminal.bytes(Int(item.storedBytes))) would be removed; nothing was written.")
      case "nothing": Terminal.line("\(name): nothing to remove.")
      case "certified":
        Terminal.line(
          "\(name): \(Terminal.bytes(Int(item.removedBytes))) removed, none of it found by a scan; erasure \(item.erasure.value ?? 0)"
        )
      case "pending":
        Terminal.line("\(name): removal is pending, another process is reading the store. Run the command again when it ended.")
      default: Terminal.line("\(name): NOT removed: pieces of the removed bytes are still in the files.")
      }
    }
  }

  static func describe(_ rule: RetentionItem) -> String {
    let parts = [rule.keepLast.value.map { "the last \($0)" }, rule.keepDays.value.map { "those of the last \($0) days" }]
      .compactMap(\.self)
    return "keeps " + (parts.isEmpty ? "all checkpoints" : parts.joined(separator: " and "))
  }
}

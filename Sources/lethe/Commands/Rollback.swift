import ArgumentParser
import Engine
import Report
import Store

/// `lethe rollback`.
struct Rollback: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback", abstract: "Go back to an earlier checkpoint; what was forgotten stays forgotten.",
    discussion: """
      Forgetting that is in force and that the earlier checkpoint lacks is applied to it, which makes a new checkpoint. Only
      --reinstate brings a class back; the log records it as such.

      EXAMPLES
        lethe rollback pets --to 1 --reason "pets@3 is worse on validation"
        lethe rollback pets --to 1 --reason "pets@3 is worse on validation" --receipt rollback.json
        lethe rollback pets --to 1 --reinstate --reason "request was withdrawn" --approved-by "DPO"
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var actor: ActorOptions
  @OptionGroup var receipts: ReceiptOptions
  @Argument(help: "The model.") var model: String
  @Option(help: ArgumentHelp("Number of the checkpoint to go back to.", valueName: "n")) var to: Int
  @Option(help: ArgumentHelp("Why; goes into the log as a commitment.", valueName: "text")) var reason: String
  @Option(help: ArgumentHelp("Who approved it.", valueName: "text")) var approvedBy: String?
  @Flag(help: "Bring back what was forgotten since.") var reinstate = false
  @Flag(help: "Show what would be done; write nothing.") var dryRun = false
  @Option(help: ArgumentHelp("Threads (else one a core).", valueName: "n")) var threads: Int?

  func validate() throws {
    if dryRun, receipts.receipt != nil { throw ValidationError("--receipt does not go with --dry-run.") }
  }

  func run() throws {
    try receipts.check()
    var request = RollbackRequest(model: model, number: to, reason: reason)
    (request.reinstate, request.approvedBy) = (reinstate, approvedBy)
    let answer = try actor.withEngine(common, threads: threads) { engine in
      let result = dryRun ? try engine.previewRollback(request) : try engine.rollback(request)
      if let entry = result.logIndex { try receipts.write(engine, entry: entry) }
      return try engine.store.read {
        try RollbackAnswer(
          from: result.from, to: result.to, child: dryRun ? nil : result.child, reapplied: result.reapplied,
          reinstated: result.reinstated, logIndex: result.logIndex, in: $0)
      }
    }
    try common.show(answer) { answer in
      if let child = answer.child.value {
        Terminal.line("\(model): \(answer.from) → \(Terminal.bold(child)), going back to \(answer.to)")
      } else {
        Terminal.line("Would go back from \(answer.from) to \(answer.to); nothing was written.")
      }
      if !answer.reappliedEvents.isEmpty {
        let events = answer.reappliedEvents.map(String.init).joined(separator: ", ")
        Terminal.line("Forgetting applied to it again: event \(events)")
      }
      if !answer.reinstatedClasses.isEmpty {
        Terminal.line("Reinstated: \(answer.reinstatedClasses.joined(separator: ", "))")
      }
      receipts.tell()
      Terminal.line(
        "Forgotten now: \(answer.forgottenClasses.isEmpty ? "nothing" : answer.forgottenClasses.joined(separator: ", "))")
    }
  }
}

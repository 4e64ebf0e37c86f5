import ArgumentParser
import Report
import Store

/// `lethe history`.
struct History: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "What was done, when, by whom and why; newest first.",
    discussion: """
      Text shows the newest \(shown) entries, JSON all of them; --limit says otherwise.

      EXAMPLES
        lethe history
        lethe history pets --kind forget --since 2026-01-01
        lethe history --class frog --json
        lethe history --request 4
        lethe history --by "DPO" --since 2026-10
      """)

  /// How many entries people see unless they ask for more.
  private static let shown = 100

  @OptionGroup var common: CommonOptions
  @Argument(help: "Only this model.") var model: String?
  @Option(name: .customLong("class"), help: ArgumentHelp("Only what was done about this class.", valueName: "name"))
  var className: String?
  @Option(help: ArgumentHelp("From this time on (RFC 3339, UTC, or its beginning).", valueName: "time")) var since: String?
  @Option(help: ArgumentHelp("Up to this time.", valueName: "time")) var until: String?
  @Option(help: ArgumentHelp("\(NewEntry.Action.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "kind"))
  var kind: NewEntry.Action?
  @Option(name: .customLong("by"), help: ArgumentHelp("Only what this person did, as the log names them.", valueName: "text"))
  var doer: String?
  @Option(help: ArgumentHelp("Only what is about this request, or was done for it.", valueName: "n")) var request: Int64?
  @Option(help: ArgumentHelp("At most so many.", valueName: "n")) var limit: Int?

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit must be 1 or more.") }
    try Times.check(since, option: "--since")
    try Times.check(until, option: "--until")
  }

  func run() throws {
    var filter = HistoryFilter(
      model: model, className: className, since: since, until: until, action: kind?.rawValue,
      // A program must not miss entries without having asked for it.
      limit: limit ?? (common.json ? nil : Self.shown))
    (filter.actor, filter.request) = (doer, request)
    let answer = try common.withStore { [filter] store in
      try store.read { snapshot in
        if let request { _ = try snapshot.request(request) }
        if let model, try snapshot.modelID(model) == nil { _ = try snapshot.checkpoints(model: model) }
        return try HistoryAnswer(filter, in: snapshot)
      }
    }
    try common.show(answer) { answer in
      let rows = answer.entries.map { entry in
        let about =
          entry.redacts.value.map { "entry \($0)" } ?? entry.child.value ?? entry.parent.value ?? entry.model.value
          ?? entry.dataset.value ?? ""
        let what = [about, entry.examples > 0 ? "\(entry.examples) examples" : entry.classes.joined(separator: ", ")]
        return [
          "\(entry.logIndex)", entry.time, entry.action, what.filter { !$0.isEmpty }.joined(separator: ": "),
          entry.actor.value ?? "–", entry.reason.value ?? entry.redacted.value.map { "redacted on \($0)" } ?? "",
        ]
      }
      Terminal.table([["LOG", "TIME", "ACTION", "WHAT", "BY", "WHY"]] + rows)
      if answer.more { Terminal.line("There are older entries; --limit shows more.") }
    }
  }
}

extension NewEntry.Action: ExpressibleByArgument {}

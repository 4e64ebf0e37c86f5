import ArgumentParser
import Engine
import Report
import Store

extension LogCommand {
  /// `lethe log redact`.
  struct Redact: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "redact", abstract: "Destroy who and why of an entry; the log still verifies.",
      discussion: """
        The texts of the entry (actor, reason, approved_by, owner) and their salts are destroyed for good, in the write-ahead log too;
        the commitments to them stay, and say nothing any more. History and reports show when it was done, and an entry of its own
        says by whom and why: don't repeat there what shall go. Names of classes and examples go with `lethe erase`.

        If a reader is in the way the redaction stays pending (exit code 21): run it again.

        EXAMPLES
          lethe log redact 3 --reason "request 12" --yes
          lethe log redact 3 --field actor --reason "request 12" --yes
        """)
    @OptionGroup var common: CommonOptions
    @OptionGroup var actor: ActorOptions
    @Argument(help: ArgumentHelp("The entry's index; `lethe history` shows it.", valueName: "n")) var index: Int64
    @Option(help: ArgumentHelp("Why; goes into the log as a commitment.", valueName: "text")) var reason: String
    @Option(
      name: .customLong("field"),
      help: ArgumentHelp("Only this text: \(Engine.redactableFields.joined(separator: ", ")); may be repeated.", valueName: "name"))
    var fields: [String] = []
    @Flag(help: "Do not ask.") var yes = false

    func validate() throws {
      if index < 0 { throw ValidationError("The entry's index is 0 or more.") }
      for field in fields where !Engine.redactableFields.contains(field) {
        throw ValidationError("--field is one of \(Engine.redactableFields.joined(separator: ", ")).")
      }
    }

    func run() throws {
      try Confirmation.require("entry \(index)", yes: yes, for: "Redacting")
      let answer = try actor.withEngine(common) { engine in
        let fields = Set(fields.isEmpty ? Engine.redactableFields : fields)
        let (redaction, state) = try engine.redact(index, fields: fields, reason: reason)
        return LogRedactAnswer(redaction, state: state)
      }
      try common.show(answer) { answer in
        switch answer.state {
        case .redacted:
          Terminal.line(
            "Redacted entry \(answer.entry): \(answer.fields.joined(separator: ", ")); log entry \(answer.logIndex)")
        case .pending:
          Terminal.line(
            "The redaction is pending: another process is reading the store. Run the command again when it ended.")
        case .found: Terminal.line("NOT redacted: a salt is still in the files.")
        }
      }
      if answer.state != .redacted { throw Ended(exit: .incomplete) }
    }
  }
}

import ArgumentParser
import Engine
import Report
import Store

/// `lethe recipient`.
struct RecipientCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recipient", abstract: "Who received exports, and who has to be told what to forget.",
    discussion: """
      `lethe checkpoint export … --to` records who received a file. When a class is forgotten that the file knows, its recipient has to be
      told (GDPR, article 19).

      EXAMPLES
        lethe recipient list --due
        lethe recipient told 1 --reason "letter of 3 December"
      """,
    subcommands: [List.self, Told.self])

  /// `lethe recipient list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List who received exports.",
      discussion: """
        EXAMPLES
          lethe recipient list
          lethe recipient list --due --json
        """)
    @OptionGroup var common: CommonOptions
    @Flag(help: "Only those who have to be told something.") var due = false

    func run() throws {
      let answer = try common.withStore { store in try store.read { try RecipientListAnswer(due: due, in: $0) } }
      try common.show(answer) { answer in
        let rows = answer.recipients.map { item in
          [
            "\(item.recipient)", item.receivedBy.value ?? "(redacted)", item.checkpoint, item.exportedAt, item.toldAt.value ?? "–",
            item.toTell.isEmpty ? "–" : item.toTell.joined(separator: ", "),
          ]
        }
        Terminal.table([["RECIPIENT", "NAME", "RECEIVED", "ON", "LAST TOLD", "TO TELL"]] + rows)
      }
    }
  }

  /// `lethe recipient told`.
  struct Told: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "told", abstract: "Record that a recipient was told of everything that was forgotten until now.",
      discussion: """
        EXAMPLE
          lethe recipient told 1 --reason "letter of 3 December"
        """)
    @OptionGroup var common: CommonOptions
    @OptionGroup var actor: ActorOptions
    @Argument(help: "The recipient's number.") var recipient: Int64
    @Option(help: ArgumentHelp("How; goes into the log as a commitment.", valueName: "text")) var reason: String?

    func run() throws {
      let answer = try actor.withEngine(common) { engine in
        let record = try engine.noteTold(recipient, reason: reason)
        return try engine.store.read { try RecipientAnswer(record, in: $0) }
      }
      try common.show(answer) { answer in
        Terminal.line("Recipient \(answer.recipient.recipient) was told on \(answer.recipient.toldAt.value ?? "?").")
      }
    }
  }
}

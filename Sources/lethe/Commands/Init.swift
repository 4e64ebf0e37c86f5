import ArgumentParser
import Foundation
import Ledger
import Report
import Store

/// `lethe init`.
struct Init: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Make an empty store and, on first use, the key that signs its log.",
    discussion: """
      EXAMPLES
        lethe init
        lethe init --store models.db --origin example.com/models

      Keep the verifier key that this prints somewhere else: with it anyone can tell whether the log was signed by you.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var actor: ActorOptions
  @Option(help: ArgumentHelp("The log's name, a URL without scheme; made up unless given.", valueName: "name"))
  var origin: String?

  func run() throws {
    // The first line of every signed tree head: two stores must not share it, hence the random part.
    let name = origin ?? "lethe.local/" + UUID().uuidString.lowercased()
    let key = try KeyFile.loadOrCreate()
    try Store.create(at: common.path, origin: name, key: key, entry: NewEntry(.`init`, actor: actor.name))
    let answer: InitAnswer
    do {
      answer = try common.withStore { store in try store.read { try InitAnswer(store: common.path, in: $0) } }
    } catch {
      throw CarriedOut.wrapping(error, 0)
    }
    try common.show(answer) { answer in
      Terminal.line("Made \(answer.store); its log is named \(answer.origin).")
      Terminal.line("Signing key:  \(KeyFile.path) (keep it secret and keep a copy)")
      Terminal.line("Verifier key: \(answer.verifierKey)")
      Terminal.line("Next: lethe dataset import NAME --train-x … --train-y … --test-x … --test-y …")
    }
  }
}

import ArgumentParser
import Engine
import Ledger
import Report
import Store

extension LogCommand {
  /// `lethe log rotate-key`.
  struct RotateKey: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "rotate-key", abstract: "Hand the log over to a new signing key.",
      discussion: """
        The new key is made in the file (mode 0600) unless a key lies there already, and is safe on the disk before anything is
        written to the store. The key that $LETHE_KEY names signs the hand-over, which is a log entry; its tree head carries both
        signatures, and from the next entry on only the new key can sign. Name its file with LETHE_KEY from then on. Should the
        command be interrupted, the store takes one of the two keys, and the command can be run again.

        Nothing that was signed before loses its worth: it verifies with the old key. Who knows the old key and wants to follow needs
        the receipt of the hand-over entry under its own tree head, and gives it to `lethe verify-receipt --handover`. The old key
        opens nothing any more; destroy its file once no other store is signed with it.

        EXAMPLES
          lethe log rotate-key ~/.config/lethe/key-2027 --reason "yearly"
          lethe log prove 8 --size 9 > handover.tlog-proof
        """)
    @OptionGroup var common: CommonOptions
    @OptionGroup var actor: ActorOptions
    @Argument(help: ArgumentHelp("The new key's file.", valueName: "file"), completion: .file()) var file: String
    @Option(help: ArgumentHelp("Why; goes into the log as a commitment.", valueName: "text")) var reason: String

    func run() throws {
      let answer = try actor.withEngine(common) { engine in
        // Before a key is made: a store that cannot be written to should leave no file behind.
        try engine.checkKey()
        let index = try engine.rotateKey(to: SigningKey.create(path: file, name: "lethe"), reason: reason)
        return try engine.store.read { try LogRotateKeyAnswer(logIndex: index, keyFile: file, in: $0) }
      }
      try common.show(answer) { answer in
        Terminal.line(
          "The log is signed with the key in \(Terminal.bold(answer.keyFile)) from here on; log entry \(answer.logIndex)")
        Terminal.line("Old key: \(answer.oldKey)\nNew key: \(answer.newKey)")
        Terminal.line(
          "Name it with LETHE_KEY, keep a copy, and tell those who verify: lethe log prove \(answer.logIndex) --size \(answer.logIndex + 1)"
        )
      }
    }
  }
}

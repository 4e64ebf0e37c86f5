import ArgumentParser
import Engine
import Ledger
import Report

extension LogCommand {
  /// `lethe log receipt`.
  struct Receipt: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "receipt", abstract: "Print the signed receipt of a training, forgetting, rollback or erasure.",
      discussion: """
        The receipt is an in-toto statement in a DSSE envelope, which the log's key signs: what was done to which checkpoint, how, with
        what parameters and measurements, and the log entry that records it. The subject is the checkpoint that came of it, or what was
        erased. It is the one that --receipt writes, byte for byte, as long as the log has the same key, and needs that key's file.

        It names no person, class or example, and no reason: a receipt that was handed out cannot be redacted. Who and why are in it
        as the entry's salted commitments. It is the log owner's word; `lethe log prove` shows that the word is in the log.

        EXAMPLES
          lethe log receipt 3 > forget.json
          lethe log receipt 3 --output forget.json --json
        """)
    @OptionGroup var common: CommonOptions
    @Argument(help: ArgumentHelp("The entry's index, from 0; `lethe history` shows it.", valueName: "n")) var index: Int64
    @Option(help: ArgumentHelp("Write the receipt to this file.", valueName: "file.json"), completion: .file()) var output: String?

    func validate() throws {
      if index < 0 { throw ValidationError("The entry's index is 0 or more.") }
    }

    func run() throws {
      let receipt = try common.withEngine(threads: nil) { try $0.receipt(of: index) }
      if let output { try ShortFile.write(receipt.envelope.bytes, to: output) }
      try common.show(LogReceiptAnswer(receipt.claim, receipt.envelope, output: output)) { answer in
        // The receipt ends in a newline of its own, and must be printed byte for byte.
        Terminal.line(
          output.map { "Wrote \($0): entry \(answer.logIndex), \(answer.kind)" } ?? String(answer.envelope.dropLast()))
      }
    }
  }
}

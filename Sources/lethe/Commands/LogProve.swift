import ArgumentParser
import Ledger
import Report
import Store

extension LogCommand {
  /// `lethe log prove`.
  struct Prove: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "prove", abstract: "Print a receipt for one entry: proof that it is in the signed log.",
      discussion: """
        The receipt (C2SP tlog-proof) holds the entry, the way from it to the root, and the signed tree head. Whoever has it and the
        log's key can check it offline for ever: `lethe verify-receipt` needs no store. It names nobody: texts are commitments in it.
        --size takes an earlier tree head than the last, such as one that witnesses cosigned (`lethe log checkpoint` tells which).

        EXAMPLES
          lethe log prove 3 > forget.tlog-proof
          lethe log prove 3 --output forget.tlog-proof --json
          lethe log prove 3 --size 7 > cosigned.tlog-proof
        """)
    @OptionGroup var common: CommonOptions
    @Argument(help: ArgumentHelp("The entry's index, from 0; `lethe history` shows it.", valueName: "n")) var index: Int64
    @Option(help: ArgumentHelp("Under the tree head of so many entries, not the last one.", valueName: "entries")) var size: Int64?
    @Option(help: ArgumentHelp("Write the receipt to this file.", valueName: "file.tlog-proof"), completion: .file()) var output:
      String?

    func validate() throws {
      if index < 0 { throw ValidationError("The entry's index is 0 or more.") }
      if let size, size <= index { throw ValidationError("--size must be more than the entry's index.") }
    }

    func run() throws {
      let (answer, proof) = try common.withStore { store in
        let proof = try store.read { try $0.proof(of: index, size: size) }
        return (try LogProveAnswer(proof, output: output), proof)
      }
      if let output { try ShortFile.write(proof.bytes, to: output) }
      // The receipt ends in a newline of its own, and must be printed byte for byte.
      try common.show(answer) { answer in
        Terminal.line(output.map { "Wrote \($0): entry \(answer.logIndex) of \(answer.size)" } ?? String(answer.proof.dropLast()))
      }
    }
  }
}

import ArgumentParser
import Ledger
import Report

extension CheckpointCommand {
  /// `lethe checkpoint key`.
  struct Key: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "key", abstract: "Print the public key that exported checkpoints are verified with; needs no store.",
      discussion: """
        A P-256 key as PEM, which openssl and `model_signing verify key --public_key` read. Its private half is the file
        $LETHE_MODEL_KEY, else ~/.config/lethe/model-key.pem, and is made on first use. Hand the public key out on another way than
        the checkpoints.

        EXAMPLE
          lethe checkpoint key > models.pem
        """)
    @Flag(help: "Print one JSON object instead of text.") var json = false

    func run() throws {
      let answer = CheckpointKeyAnswer(try ModelKeyFile.loadOrCreate().publicKey)
      // The PEM ends in a newline of its own, which the hint covers.
      Terminal.line(json ? try answer.json() : String(answer.publicKey.dropLast()))
    }
  }
}

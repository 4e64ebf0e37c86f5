import ArgumentParser
import Engine
import Ledger
import Report
import Store

extension CheckpointCommand {
  /// `lethe checkpoint export`.
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a checkpoint to a safetensors file.",
      discussion: """
        The file holds the arrays in full and says in its metadata what the checkpoint is, where it comes from, which labels are
        forgotten in it, and under which signed tree head it was written; it names no class and no person. It never replaces another
        file, and has its name only when it is complete.

        A checkpoint that still knows a class which its model has forgotten is refused (exit code 23), and so is one that was erased.
        Beside it lies its signature (OpenSSF Model Signing v1.0, file.safetensors.sig), which `model_signing` verifies with the public
        key that `lethe checkpoint key` prints. The private key is the file $LETHE_MODEL_KEY, else ~/.config/lethe/model-key.pem: P-256
        and never the log's, made on first use.

        What is forgotten after the export stays in the file: it is a copy outside of the store, which `lethe copy add` puts on the list
        of those that erasure certificates name.

        EXAMPLES
          lethe checkpoint export pets pets.safetensors
          lethe checkpoint export pets pets.safetensors --no-signature
          lethe checkpoint export pets@3 /media/archive/pets-3.safetensors --json
          python3 -c 'from safetensors.numpy import load_file; print(load_file("pets.safetensors")["values"].shape)'
        """)

    @OptionGroup var common: CommonOptions
    @Argument(help: ArgumentHelp("The checkpoint; a model's head if no number is given.", valueName: "model@n")) var checkpoint:
      String
    @Argument(help: ArgumentHelp("The file to write.", valueName: "file.safetensors")) var file: String

    @Flag(help: "Write no signature.") var noSignature = false

    func run() throws {
      let key: (() throws -> ModelSigningKey)? = noSignature ? nil : { try ModelKeyFile.loadOrCreate() }
      let answer = try common.withEngine(threads: nil) { engine in
        let result = try engine.exportCheckpoint(checkpoint, to: file, signedWith: key)
        return try engine.store.read { snapshot in
          try CheckpointExportAnswer(
            result.checkpoint, file: file, byteCount: result.byteCount, fileDigest: result.digest, logSize: result.logSize,
            root: result.logRoot, signature: result.signature, in: snapshot)
        }
      }
      try common.show(answer) { answer in
        Terminal.line("Wrote \(answer.checkpoint) to \(answer.file): \(Terminal.bytes(answer.byteCount)), \(answer.fileDigest)")
        if let signature = answer.signature.value, let key = answer.signatureKey.value {
          Terminal.line("Signed in \(signature) with key \(key)")
        }
        if !answer.forgotten.isEmpty {
          Terminal.line("Forgotten in it: \(answer.forgotten.map(\.class).joined(separator: ", "))")
        }
        Terminal.line("What is forgotten from now on stays in this file: note with lethe copy add where it goes.")
      }
    }
  }
}

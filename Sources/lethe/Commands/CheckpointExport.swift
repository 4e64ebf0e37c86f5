import ArgumentParser
import Engine
import Ledger
import Report
import Store

extension CheckpointCommand {
  /// `lethe checkpoint export`.
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export", abstract: "Write a checkpoint to a safetensors file.",
      discussion: """
        The file holds the arrays in full and says in its metadata what the checkpoint is, where it comes from, which labels are
        forgotten in it, and under which signed tree head it was written; it names no class and no person. It never replaces another
        file, and has its name only when it is complete.

        A checkpoint that still knows a class which its model has forgotten is refused (exit code 23), and so is one that was erased.
        Beside it lies its signature (OpenSSF Model Signing v1.0, file.safetensors.sig), which `model_signing` verifies with the public
        key that `lethe checkpoint key` prints. The private key is the file $LETHE_MODEL_KEY, else ~/.config/lethe/model-key.pem: P-256
        and never the log's, made on first use.

        What is forgotten after the export stays in the file. With --to the export enters the log, and whoever received it is named when
        something has to be forgotten that the file knows (`lethe recipient list`); `lethe copy add` puts a file that you keep on the list
        of copies that erasure certificates name.

        EXAMPLES
          lethe checkpoint export pets pets.safetensors
          lethe checkpoint export pets pets.safetensors --no-signature
          lethe checkpoint export pets pets.safetensors --to "Institute of Zoology"
          lethe checkpoint export pets@3 /media/archive/pets-3.safetensors --json
          python3 -c 'from safetensors.numpy import load_file; print(load_file("pets.safetensors")["values"].shape)'
        """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var actor: ActorOptions
    @Argument(help: ArgumentHelp("The checkpoint; a model's head if no number is given.", valueName: "model@n")) var checkpoint:
      String
    @Argument(help: ArgumentHelp("The file to write.", valueName: "file.safetensors"), completion: .file()) var file: String

    @Option(name: .customLong("to"), help: ArgumentHelp("Who receives it; goes into the log as a commitment.", valueName: "text"))
    var recipient: String?
    @Flag(help: "Write no signature.") var noSignature = false

    func run() throws {
      let key: (() throws -> ModelSigningKey)? = noSignature ? nil : { try ModelKeyFile.loadOrCreate() }
      let answer = try actor.withEngine(common, for: recipient == nil ? .reading : .writing) { engine in
        let (result, receiver): (ExportResult, RecipientRecord?) =
          if let recipient {
            try engine.exportCheckpoint(checkpoint, to: file, recipient: recipient, signedWith: key)
          } else {
            (try engine.exportCheckpoint(checkpoint, to: file, signedWith: key), nil)
          }
        return try engine.store.read { snapshot in
          try CheckpointExportAnswer(
            result.checkpoint, file: file, byteCount: result.byteCount, fileDigest: result.digest, logSize: result.logSize,
            root: result.logRoot, signature: result.signature, recipient: receiver, in: snapshot)
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
        if let number = answer.recipient.value, let entry = answer.logIndex.value {
          Terminal.line("Recipient \(number), log entry \(entry): named when something is forgotten that this file knows.")
          return
        }
        Terminal.line("What is forgotten from now on stays in this file: note with lethe copy add where it goes.")
      }
    }
  }
}

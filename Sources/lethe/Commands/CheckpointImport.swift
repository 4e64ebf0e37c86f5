import ArgumentParser
import Engine
import Report
import Store

extension CheckpointCommand {
  /// `lethe checkpoint import`.
  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import", abstract: "Take a checkpoint in from a safetensors file.",
      discussion: """
        The file must hold what `lethe checkpoint export` writes: projection [codebooks, dimension, key dimension], keys [codebooks,
        keys, key dimension] and values [codebooks, keys, classes] as F32, usable [codebooks, keys] as U8. It becomes the model's next
        checkpoint and its head. The examples of the data set are sent through its keys, so that it can be measured, and forget.
        A file without Lethe's metadata is taken as well; then --top-k says how many keys a query selects.

        What was forgotten stays forgotten (exit code 23): an erased checkpoint is refused by its digest under any name, and so is one
        that may not be exported. Where the model has forgotten a class, or a class was erased from the data set, only a file comes in
        whose digest is that of a checkpoint here which does not know it; what a file says of itself counts for nothing.

        EXAMPLES
          lethe checkpoint import pets pets.safetensors --dataset cifar10
          lethe checkpoint import other theirs.safetensors --dataset cifar10 --top-k 2 --json
        """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var actor: ActorOptions
    @Argument(help: "The model's name.") var model: String
    @Argument(help: ArgumentHelp("The file.", valueName: "file.safetensors"), completion: .file()) var file: String
    @Option(help: ArgumentHelp("The data set whose classes it knows, in the order of their labels.", valueName: "name"))
    var dataset: String
    @Option(help: ArgumentHelp("Keys that a query selects, for a file that does not say.", valueName: "n")) var topK = 1
    @Option(help: ArgumentHelp("Threads (else one a core).", valueName: "n")) var threads: Int?

    func run() throws {
      var request = CheckpointImportRequest(model: model, path: file, dataset: dataset)
      request.topK = topK
      let answer = try actor.withEngine(common, threads: threads) { engine in
        let result = try engine.importCheckpoint(request)
        return try engine.store.read { snapshot in
          try CheckpointImportAnswer(
            file: file, result.checkpoint, previousHead: result.previousHead,
            trainedOn: ModelConfiguration.trainedOn(result.checkpoint.configuration), logIndex: result.logIndex, in: snapshot)
        }
      }
      try common.show(answer) { answer in
        let item = answer.checkpoint
        Terminal.line("Imported \(answer.file) as \(item.name), log entry \(answer.logIndex)")
        Terminal.line(
          "digest   \(item.digest)" + (answer.sameAs.isEmpty ? "" : ", the same as \(answer.sameAs.joined(separator: ", "))"))
        if !item.forgotten.isEmpty { Terminal.line("forgot   \(item.forgotten.map(\.class).joined(separator: ", "))") }
        Terminal.line("test     \(Terminal.percent(item.testAccuracy.value))")
        switch answer.trainedOnThis.value {
        case true?: break
        case false?: Terminal.line("It says that it was trained on other examples than those of \(item.dataset).")
        case nil: Terminal.line("It does not say what it was trained on.")
        }
        if answer.trainedOnThis.value != true {
          Terminal.line("Forgetting a class masks what the examples of \(item.dataset) select, whatever it was learnt from.")
        }
      }
    }
  }
}

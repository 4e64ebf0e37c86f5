import ArgumentParser
import Engine
import Report
import Store

/// `lethe evaluate`.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Measure a checkpoint's accuracy now; nothing is written.",
    discussion: """
      EXAMPLES
        lethe evaluate pets
        lethe evaluate pets@1 --split validation --json
      """)

  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp("A model (its head), a checkpoint or a digest's prefix.", valueName: "model[@n]")) var model: String
  @Option(help: ArgumentHelp("train, validation or test.", valueName: "part")) var split: Part = .test
  @Option(help: ArgumentHelp("Threads (else one a core).", valueName: "n")) var threads: Int?

  func run() throws {
    let result = try common.withEngine(threads: threads) { try $0.evaluate(model, part: split) }
    let answer = EvaluateAnswer(
      checkpoint: result.checkpoint, dataset: result.dataset, split: result.split, measured: result.measured)
    try common.show(answer) { answer in
      Terminal.line(Terminal.bold(answer.model) + " on the \(answer.split) part of \(answer.dataset)")
      CheckpointCommand.table(answer.measurements)
    }
  }
}

extension Part: ExpressibleByArgument {}

import ArgumentParser
import Bottleneck
import Engine
import Foundation
import Report
import Store

/// `lethe experiment`.
struct Experiment: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "experiment", abstract: "Repeat one of the paper's studies on a data set.",
    discussion: """
      The store is only read: models are trained in memory, and everything is written to a folder, result.json and index.html at last. What
      is finished is kept there, so that the same command goes on after it was stopped. The best-learnt class and all others are forgotten in
      turn, each from the same model.

        initial      how well the models do before anything is forgotten
        activations  Algorithm 1 over the number of pairs, by frequency and by enrichment
        examples     Algorithm 2 over the number of examples
        baselines    beside retraining, fine-tuning, NegGrad+, SCRUB, SCRUB+R and controls: accuracy, attacks, operations, time
        retraining   further training after unlearning
        multiclass   several classes, one after the other and together

      EXAMPLES
        lethe experiment initial --dataset cifar10
        lethe experiment activations --dataset cifar10 --keys 1024 --output study/activations
        lethe experiment baselines --dataset cifar100 --keys 256 --sample 5 --json
        lethe experiment activations --dataset cifar10 --normalization power \\
          --projection principal --key-method means --key-dimension 64
      """)

  @OptionGroup var common: CommonOptions
  @Argument(help: "initial, activations, examples, baselines, retraining or multiclass.") var name: ExperimentName
  @Option(help: ArgumentHelp("The data set to study.", valueName: "name")) var dataset: String
  @Option(help: ArgumentHelp("Where everything is kept (else experiment-NAME-DATASET).", valueName: "folder")) var output: String?
  @Option(help: ArgumentHelp("How many classes to forget in turn, the best-learnt among them (else all).", valueName: "n"))
  var sample: Int?
  @OptionGroup var bottleneck: BottleneckOptions
  @Option(help: ArgumentHelp("Passes over the data in which values are trained.", valueName: "n")) var epochs = 4
  @Option(help: ArgumentHelp("Everything random follows from it.", valueName: "n")) var seed: UInt64 = 0
  @Option(help: ArgumentHelp("Threads (else one a core).", valueName: "n")) var threads: Int?

  func run() throws {
    let folder = output ?? "experiment-\(name.rawValue)-\(dataset)"
    var request = ExperimentRequest(name, dataset: dataset, output: folder)
    (request.codebooks, request.keys) = (bottleneck.codebooks, bottleneck.keys)
    (request.keyDimension, request.topK) = (bottleneck.keyDimension, bottleneck.topK)
    (request.projection, request.components) = (bottleneck.projection, bottleneck.components)
    request.normalization = bottleneck.normalization
    (request.keyMethod, request.keyEpochs) = (bottleneck.keyMethod, bottleneck.keyEpochs)
    (request.epochs, request.seed, request.sample) = (epochs, seed, sample)
    let result = try common.withEngine(threads: threads) { try $0.experiment(request) }
    let answer = ExperimentAnswer(result)
    for (file, text) in [("result.json", try answer.json() + "\n"), ("index.html", ExperimentPage(answer).html)] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(file)"), options: .atomic)
    }
    try common.show(answer) { answer in
      Terminal.line("\(answer.experiment) on \(answer.dataset), best-learnt class \(Terminal.bold(answer.bestClass))")
      let rows = answer.summaries.filter { $0.at.value == nil }.map { item in
        [
          item.method, [item.metric, item.role.value, item.split.value].compactMap(\.self).joined(separator: ", "),
          Experiment.text(item.mean), item.deviation.value.map(Experiment.text) ?? "–", item.best.value.map(Experiment.text) ?? "–",
        ]
      }
      if !rows.isEmpty { Terminal.table([["METHOD", "FIGURE", "MEAN", "SD", "BEST-LEARNT"]] + rows) }
      Terminal.line("\(result.ran) parts run, \(result.found) found; see \(folder)/index.html")
    }
  }

  private static func text(_ value: Double) -> String { String(format: "%.4g", value) }
}

extension ExperimentName: ExpressibleByArgument {}

extension ExperimentAnswer {
  fileprivate init(_ result: ExperimentResult) {
    let request = result.request
    self.init(
      experiment: request.name.rawValue, dataset: result.dataset.name, engineVersion: Engine.version,
      settings: .init(
        codebooks: request.codebooks, keys: request.keys, keyDimension: request.keyDimension, topK: request.topK,
        projection: request.projection.rawValue, components: request.mixedComponents, normalization: request.normalization.rawValue,
        keyMethod: request.keyMethod.rawValue, keyEpochs: request.keyEpochs, epochs: request.epochs, seed: request.seed),
      bestClass: result.bestClass, classes: result.classes,
      summaries: result.summaries().map {
        .init(
          method: $0.method, metric: $0.metric, role: $0.role?.rawValue, split: $0.part?.rawValue, at: $0.at, mean: $0.mean,
          deviation: $0.deviation, classes: $0.classes, best: $0.best)
      },
      figures: result.figures.map {
        .init(
          method: $0.method, class: $0.className, metric: $0.metric, role: $0.role?.rawValue, split: $0.part?.rawValue, at: $0.at,
          value: $0.value, n: $0.n, low: $0.low, high: $0.high)
      })
  }
}

import ArgumentParser
import Bottleneck
import Engine
import Report
import Store

/// `lethe train`.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a model on a data set; a model that exists gets its next checkpoint.",
    discussion: """
      A Discrete Key-Value Bottleneck: fixed projections, keys learnt without labels, then values for each pair of codebook and
      key: trained, or with --values counted the integer counts of the training examples of each class that select it. Counts forget
      exactly: what is left equals a model that never saw the class, given the keys (--keys-from learns them elsewhere). Classes that the model has forgotten are left out of training. The same seed gives the same bits, whatever the number of
      threads.

      EXAMPLES
        lethe train pets --dataset cifar10
        lethe train pets --dataset cifar10 --keys 1024 --seed 7
        lethe train pets --dataset cifar10 --values counted --keys-from public
        lethe train pets --dataset cifar10 --normalization power --projection principal --key-method means --key-dimension 64
        lethe train pets --dataset cifar10 --receipt trained.json
        lethe train pets --dataset cifar10 --learning-rate 0.3 --epochs 2000     (the published step, which needs thousands of epochs)
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var actor: ActorOptions
  @OptionGroup var receipts: ReceiptOptions
  @Argument(help: "The model's name.") var model: String
  @Option(help: ArgumentHelp("The data set to learn from.", valueName: "name")) var dataset: String
  @OptionGroup var bottleneck: BottleneckOptions
  @Option(help: ArgumentHelp("trained or counted.", valueName: "kind")) var values: Values = .trained
  @Option(
    help: ArgumentHelp(
      "Counted values: examples of each class that a pair is thought to have beside its own (else 0.1).", valueName: "x"))
  var smoothing: Double?
  @Option(help: ArgumentHelp("Passes over the data in which values are trained (else 4).", valueName: "n")) var epochs: Int?
  @Option(help: ArgumentHelp("Step of the values (else 0.6 × codebooks × top-k × 256, for few epochs).", valueName: "x"))
  var learningRate: Float?
  @Option(help: ArgumentHelp("Learn the keys from another data set's training part.", valueName: "name")) var keysFrom: String?
  @Option(help: ArgumentHelp("Everything random follows from it.", valueName: "n")) var seed: UInt64 = 0
  @Option(help: ArgumentHelp("Threads (else one a core).", valueName: "n")) var threads: Int?

  enum Values: String, ExpressibleByArgument { case trained, counted }

  func validate() throws {
    if values == .counted, epochs != nil || learningRate != nil {
      throw ValidationError("--epochs and --learning-rate go with --values trained.")
    }
    if values == .trained, smoothing != nil { throw ValidationError("--smoothing goes with --values counted.") }
  }

  func run() throws {
    var request = TrainRequest(model: model, dataset: dataset)
    (request.codebooks, request.keys) = (bottleneck.codebooks, bottleneck.keys)
    (request.keyDimension, request.topK) = (bottleneck.keyDimension, bottleneck.topK)
    (request.projection, request.components) = (bottleneck.projection, bottleneck.components)
    request.normalization = bottleneck.normalization
    (request.keyMethod, request.keyEpochs) = (bottleneck.keyMethod, bottleneck.keyEpochs)
    (request.epochs, request.learningRate) = (epochs ?? request.epochs, learningRate)
    if values == .counted { request.counted = smoothing ?? TrainRequest.usualSmoothing }
    (request.keysFrom, request.seed) = (keysFrom, seed)
    try receipts.check()
    let answer = try actor.withEngine(common, threads: threads) { engine in
      let checkpoint = try engine.train(request)
      try receipts.write(engine, entry: engine.store.read { try $0.logIndex(ofCheckpoint: checkpoint.id) })
      return try engine.store.read { try CheckpointAnswer(checkpoint, in: $0) }
    }
    try common.show(answer) { answer in
      CheckpointCommand.describe(answer)
      receipts.tell()
      Terminal.line("Next: lethe evaluate \(model), or lethe forget \(model) --class NAME --reason TEXT")
    }
  }
}

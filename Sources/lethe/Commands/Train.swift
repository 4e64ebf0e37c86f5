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
  @Option(help: ArgumentHelp("Number of codebooks.", valueName: "n")) var codebooks = 256
  @Option(help: ArgumentHelp("Keys in a codebook, 1 to 65535.", valueName: "n")) var keys = 4096
  @Option(help: ArgumentHelp("Dimension of a key.", valueName: "n")) var keyDimension = 14
  @Option(help: ArgumentHelp("Keys that a query selects in each codebook.", valueName: "n")) var topK = 1
  @Option(
    help: ArgumentHelp(
      "random; principal, by the directions in which the embeddings vary most; chunk where dimension = codebooks × key dimension.",
      valueName: "kind"))
  var projection: Projection = .random
  @Option(help: ArgumentHelp("Principal components that --projection principal mixes (else 128).", valueName: "n")) var components:
    Int?
  @Option(help: ArgumentHelp("none; power, the signed square root of each number's share in its embedding.", valueName: "kind"))
  var normalization: Normalization = .none
  @Option(help: ArgumentHelp("trained or counted.", valueName: "kind")) var values: Values = .trained
  @Option(
    help: ArgumentHelp(
      "Counted values: examples of each class that a pair is thought to have beside its own (else 0.1).", valueName: "x"))
  var smoothing: Double?
  @Option(help: ArgumentHelp("Passes over the data in which values are trained (else 4).", valueName: "n")) var epochs: Int?
  @Option(help: ArgumentHelp("average, over batches as they pass; means, one step of k-means a pass.", valueName: "kind"))
  var keyMethod: KeyMethod = .average
  @Option(help: ArgumentHelp("Passes over the data in which keys are learnt (else 10 for average, 1 for means).", valueName: "n"))
  var keyEpochs: Int?
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
    (request.codebooks, request.keys, request.keyDimension, request.topK) = (codebooks, keys, keyDimension, topK)
    (request.epochs, request.learningRate) = (epochs ?? request.epochs, learningRate)
    (request.keyMethod, request.keyEpochs) = (keyMethod, keyEpochs ?? (keyMethod == .average ? 10 : 1))
    if values == .counted { request.counted = smoothing ?? TrainRequest.usualSmoothing }
    (request.keysFrom, request.seed) = (keysFrom, seed)
    (request.projection, request.components, request.normalization) = (projection, components, normalization)
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

extension Projection: ExpressibleByArgument {}
extension Normalization: ExpressibleByArgument {}
extension KeyMethod: ExpressibleByArgument {}

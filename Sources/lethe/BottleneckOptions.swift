import ArgumentParser
import Bottleneck

/// What a bottleneck is made of and how its keys are learnt: the options that training and experiments share.
struct BottleneckOptions: ParsableArguments {
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
  @Option(help: ArgumentHelp("average, over batches as they pass; means, one step of k-means a pass.", valueName: "kind"))
  var keyMethod: KeyMethod = .average
  @Option(
    name: .customLong("key-epochs"),
    help: ArgumentHelp("Passes over the data in which keys are learnt (else 10 for average, 1 for means).", valueName: "n"))
  private var givenKeyEpochs: Int?

  /// Passes in which keys are learnt, as given or as usual with the method.
  var keyEpochs: Int { givenKeyEpochs ?? (keyMethod == .average ? 10 : 1) }
}

extension Projection: ExpressibleByArgument {}
extension Normalization: ExpressibleByArgument {}
extension KeyMethod: ExpressibleByArgument {}

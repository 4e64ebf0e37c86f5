import Bottleneck
import Store

/// The class for which a cut is sought.
struct CutTarget {
  var ordinal: Int
  var name: String
  var seed: UInt64
  var snapshot: Snapshot
}

extension Engine {
  /// Examples of each part that the rule looks at, at most.
  static let curveExamples = 512
  /// How much further than the validation examples need the rule goes, so that unseen examples of the class are forgotten too.
  static let margin = 1.25

  /// How long a prefix of a ranking to mask: the number given, or by the rule for `--until`.
  ///
  /// The rule: of up to 512 training and 512 validation examples of the class, drawn by seed, take for each part the smallest cut from
  /// which on at most the wanted share is still recognised (METHOD §8); the answer is the larger of the training cut and 1.25 times
  /// the validation cut, or 1.25 times the training cut where there is no validation part. Test examples are never looked at. One
  /// pass over the examples gives the exact accuracy at every cut (`ForgettingCurve`).
  ///
  /// Without the margin a few in a thousand unseen examples are still recognised: on CIFAR-10 (C 256, K 1024, three seeds, 200 random
  /// re-splits of validation and test) the validation cut alone reached exactly 0 on unseen examples for all ten classes in 0.1 % of
  /// the re-splits; with the factor in 99.8 %, and with the training examples as well in all of them, retain accuracy never falling.
  func chooseCut(
    _ ranking: [UInt32], _ amount: ForgetAmount, of model: LoadedModel, for target: CutTarget
  ) throws -> (cut: Int, forwardPasses: Int) {
    switch amount {
    case .count(let count):
      return (count, 0)
    case .until(let goal):
      guard (0...1).contains(goal) else { throw EngineError.outOfRange(option: "--until", value: "\(goal)", allowed: "0 to 1") }
      let train = try cut(ranking, goal, part: .train, of: model, for: target)
      let validation = try cut(ranking, goal, part: .validation, of: model, for: target)
      let widened = Int((Self.margin * Double(validation?.cut ?? train?.cut ?? 0)).rounded(.up))
      let chosen = min(max(train?.cut ?? 0, widened), ranking.count)
      return (chosen, (train?.examples ?? 0) + (validation?.examples ?? 0))
    }
  }

  /// The smallest cut for one part, or nil if the part has no examples of the class.
  private func cut(
    _ ranking: [UInt32], _ goal: Double, part: Part, of model: LoadedModel, for target: CutTarget
  ) throws -> (cut: Int, examples: Int)? {
    guard let split = model.dataset.split(part) else { return nil }
    let labels = try target.snapshot.labels(part, of: model.dataset)
    let members = labels.indices.filter { labels[$0] == target.ordinal }
    let examples = Unlearning.exampleOrder(members, seed: target.seed).prefix(Self.curveExamples).sorted()
    guard !examples.isEmpty else { return nil }
    let curve = try ForgettingCurve.trace(
      source: EmbeddingStream(split, of: model.dataset, in: store), examples: examples,
      labels: [Int](repeating: target.ordinal, count: examples.count), model: model.bottleneck, ranking: ranking,
      threads: threads)
    guard let cut = curve.smallestCut(accuracy: goal) else {
      throw EngineError.goalNotReached(
        className: target.name, reached: curve.accuracy(pairs: curve.pairs).value ?? 0, goal: goal)
    }
    return (cut, examples.count)
  }
}

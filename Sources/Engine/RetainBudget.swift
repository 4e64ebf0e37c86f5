import Bottleneck
import Store

/// Which pairs a method may choose, beside how many.
public struct PairChoice: Sendable, Hashable {
  /// How activations are ranked.
  public var order = PairOrder.frequency
  /// How much accuracy the examples that stay may lose by the masking of one class, 0 to 1; nil: whatever it takes.
  public var retainBudget: Double?

  /// By frequency and without a budget, unless told otherwise.
  public init(order: PairOrder = .frequency, retainBudget: Double? = nil) {
    (self.order, self.retainBudget) = (order, retainBudget)
  }

  /// What a standing goal pursues: staying forgotten has no budget.
  var withoutBudget: PairChoice { PairChoice(order: order) }
}

/// How the accuracy of what stays falls along a ranking.
struct RetainCurve {
  let curve: ForgettingCurve

  /// The share of right answers that is lost when the first `cut` pairs are masked; negative where more are right.
  func loss(at cut: Int) -> Double {
    Double(curve.correct[0] - curve.correct[min(cut, curve.pairs)]) / Double(max(curve.examples, 1))
  }
}

extension Engine {
  /// Examples that stay which a budget is measured on, of each part at most.
  static let budgetExamples = 512

  /// Follows training and validation examples of all classes but those that go through the masking of a ranking; never test examples.
  func retainCurve(
    _ ranking: [UInt32], without leaving: Set<Int>, of model: LoadedModel, snapshot: Snapshot
  ) throws -> RetainCurve {
    var (pieces, labels) = ([(source: EmbeddingStream, rows: [Int])](), [Int]())
    for part in [Part.train, .validation] {
      guard let split = model.dataset.split(part) else { continue }
      let all = try snapshot.labels(part, of: model.dataset)
      let rows = Self.spread(Self.budgetExamples, of: all.indices.filter { all[$0] >= 0 && !leaving.contains(all[$0]) })
      pieces.append((try EmbeddingStream(split, of: model.dataset, in: store), rows))
      labels += rows.map { all[$0] }
    }
    let sample = EmbeddingSample(pieces: pieces)
    return RetainCurve(
      curve: try ForgettingCurve.trace(
        source: sample, examples: Array(0..<sample.count), labels: labels, model: model.bottleneck, ranking: ranking,
        threads: threads))
  }

  /// The largest of the amounts from `least` to `most` that the budget allows.
  /// - Parameter cut: how many pairs an amount masks.
  /// - Throws: `EngineError.budgetExceeded` where even the least costs more.
  static func withinBudget(
    _ budget: Double, least: Int, most: Int, _ curve: RetainCurve, className: String, cut: (Int) -> Int
  ) throws -> Int {
    for amount in stride(from: most, through: least, by: -1) where curve.loss(at: cut(amount)) <= budget { return amount }
    throw EngineError.budgetExceeded(className: className, loss: curve.loss(at: cut(least)), budget: budget)
  }
}

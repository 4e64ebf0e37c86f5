import Bottleneck
import Ledger
import Store

/// How a class is forgotten: by masking pairs, which the paper's two methods choose, or by subtracting counts.
public enum ForgetMethod: String, Sendable, CaseIterable {
  /// The pairs that its training examples select most often (Algorithm 1, parameter N_a).
  case activations
  /// Every pair that any of some of its training examples selects (Algorithm 2, parameter N_e).
  case examples
  /// Subtract its training examples from class counts, which is exact (Method §8). For models with counted values.
  case counting

  /// How the same is pursued on a model with trained values.
  var byMasking: Self { self == .counting ? .activations : self }
}

/// How many.
public enum ForgetAmount: Sendable, Hashable {
  /// N_a pairs, or N_e examples.
  case count(Int)
  /// As few as bring the class's accuracy down to this share, on examples that the choice may look at (never test).
  case until(Double)

  /// The share, where that is what was asked for.
  var goal: Double? { if case .until(let goal) = self { goal } else { nil } }
}

/// What was chosen for one class.
struct ClassMask {
  var ordinal: Int
  var pairs: PairSet
  /// N_a or N_e.
  var amount: Int
  /// Pairs that any of the class's training examples selects.
  var activePairs: Int
  /// Examples that were sent through the keys in order to choose.
  var forwardPasses: Int
}

/// The pairs of a class in the order in which a method masks them.
struct RankedPairs {
  let ranking: [UInt32]
  /// The largest amount: pairs, or examples.
  let limit: Int
  /// Of examples: the order in which they are drawn.
  let drawn: ExampleOrder?

  /// How many pairs of the ranking an amount masks.
  func cut(_ amount: Int) -> Int { drawn?.pairs(of: amount) ?? min(amount, ranking.count) }
  /// The smallest amount that masks the first `cut` pairs.
  func amount(_ cut: Int) -> Int { drawn?.count(covering: cut) ?? cut }
}

extension Engine {
  /// Ranks the pairs that the training examples of a class select; it depends on the stored codes and labels alone.
  func ranking(
    _ ordinal: Int, codes: CodeTable, labels: [Int], method: ForgetMethod, order: PairOrder, seed: UInt64, shape: BottleneckShape
  ) throws -> RankedPairs {
    let members = labels.indices.filter { labels[$0] == ordinal }
    switch method.byMasking {
    case .activations, .counting:
      let counts = try Unlearning.activationCounts(codes: codes, members: members, shape: shape)
      let ranking: [UInt32]
      switch order {
      case .frequency: ranking = Unlearning.ranking(counts)
      case .enrichment:
        let others = labels.indices.filter { labels[$0] >= 0 && labels[$0] != ordinal }
        let retain = try Unlearning.activationCounts(codes: codes, members: others, shape: shape)
        ranking = Unlearning.enrichmentRanking(forget: counts, retain: retain)
      }
      return RankedPairs(ranking: ranking, limit: ranking.count, drawn: nil)
    case .examples:
      let drawn = ExampleOrder(members, codes: codes, shape: shape, seed: seed)
      return RankedPairs(ranking: drawn.ranking, limit: members.count, drawn: drawn)
    }
  }

  /// Chooses the pairs for one class on a model as it is now; classes are taken one after the other, each on the model that the
  /// ones before it left, so forgetting several at once equals forgetting them in that order.
  ///
  /// Counting uses the codes that were stored at training (Method §1: they never change), so with fixed numbers the masks of
  /// several classes are the union of their own masks, in whatever order.
  /// - Parameter leaving: all classes that go; the others are those whose accuracy the budget guards.
  func chooseMask(
    _ ordinal: Int, of model: LoadedModel, codes: CodeTable, labels: [Int], method: ForgetMethod, amount: ForgetAmount,
    choice: PairChoice = PairChoice(), leaving: Set<Int> = [], seed: UInt64, snapshot: Snapshot
  ) throws -> ClassMask {
    let name = model.dataset.classes.first { $0.ordinal == ordinal }?.shownName ?? "\(ordinal)"
    let ranked = try ranking(
      ordinal, codes: codes, labels: labels, method: method, order: choice.order, seed: seed, shape: model.bottleneck.shape)
    let active = ranked.ranking.count
    // Nothing was learnt from the class: it was left out of this training, or has no examples.
    guard active > 0 else { return ClassMask(ordinal: ordinal, pairs: PairSet(), amount: 0, activePairs: 0, forwardPasses: 0) }

    var (chosen, passes) = (0, 0)
    switch amount {
    case .count(let count): chosen = max(0, min(count, ranked.limit))
    case .until(let goal):
      let found = try findCuts(
        ranked.ranking, goal: goal, of: model, for: CutTarget(ordinal: ordinal, name: name, snapshot: snapshot))
      passes = found.forwardPasses
      chosen = found.amount(margin: method.margin, atMost: ranked.limit, ranked.amount)
      if let budget = choice.retainBudget {
        let least = found.cuts.map(ranked.amount).max() ?? chosen
        let curve = try retainCurve(ranked.ranking, without: leaving.union([ordinal]), of: model, snapshot: snapshot)
        passes += curve.curve.examples
        chosen = try Self.withinBudget(budget, least: least, most: chosen, curve, className: name, cut: ranked.cut)
      }
    }
    return ClassMask(
      ordinal: ordinal, pairs: PairSet(ranked.ranking.prefix(ranked.cut(chosen))), amount: chosen, activePairs: active,
      forwardPasses: passes)
  }
}

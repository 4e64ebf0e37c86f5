import Bottleneck
import Ledger
import Store

/// How a class is forgotten: by masking pairs, which the paper's two methods choose, or by subtracting counts.
package enum ForgetMethod: String, Sendable, CaseIterable {
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
package enum ForgetAmount: Sendable, Hashable {
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

extension Engine {
  /// Chooses the pairs for one class on a model as it is now; classes are taken one after the other, each on the model that the
  /// ones before it left, so forgetting several at once equals forgetting them in that order.
  ///
  /// Counting uses the codes that were stored at training (Method §1: they never change), so with fixed numbers the masks of
  /// several classes are the union of their own masks, in whatever order.
  func chooseMask(
    _ ordinal: Int, of model: LoadedModel, codes: CodeTable, labels: [Int], method: ForgetMethod, amount: ForgetAmount,
    seed: UInt64, snapshot: Snapshot
  ) throws -> ClassMask {
    let name = model.dataset.classes.first { $0.ordinal == ordinal }?.shownName ?? "\(ordinal)"
    let shape = model.bottleneck.shape
    let members = labels.indices.filter { labels[$0] == ordinal }
    let counts = try Unlearning.activationCounts(codes: codes, members: members, shape: shape)
    let active = counts.reduce(0) { $0 + ($1 > 0 ? 1 : 0) }
    // Nothing was learnt from the class: it was left out of this training, or has no examples.
    guard active > 0 else { return ClassMask(ordinal: ordinal, pairs: PairSet(), amount: 0, activePairs: 0, forwardPasses: 0) }

    let target = CutTarget(ordinal: ordinal, name: name, snapshot: snapshot)
    var passes = 0
    func chosen(_ ranking: [UInt32], atMost limit: Int, amountFor: (Int) -> Int = { $0 }) throws -> Int {
      switch amount {
      case .count(let count): return min(count, limit)
      case .until(let goal):
        let found = try findCuts(ranking, goal: goal, of: model, for: target)
        passes = found.forwardPasses
        return found.amount(margin: method.margin, atMost: limit, amountFor)
      }
    }
    switch method.byMasking {
    case .activations, .counting:
      let ranking = Unlearning.ranking(counts)
      let cut = try chosen(ranking, atMost: ranking.count)
      return ClassMask(
        ordinal: ordinal, pairs: Unlearning.viaActivations(ranking, pairs: cut), amount: cut, activePairs: active,
        forwardPasses: passes)
    case .examples:
      let order = ExampleOrder(members, codes: codes, shape: shape, seed: seed)
      let count = try chosen(order.ranking, atMost: members.count, amountFor: order.count(covering:))
      return ClassMask(
        ordinal: ordinal,
        pairs: try Unlearning.viaExamples(codes: codes, examples: Array(order.examples.prefix(count)), shape: shape),
        amount: count, activePairs: active, forwardPasses: passes)
    }
  }
}

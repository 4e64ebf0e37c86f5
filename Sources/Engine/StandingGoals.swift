import Bottleneck
import Store

/// A class that was forgotten down to some share and must stay so, whatever is masked after it.
struct StandingGoal {
  var ordinal: Int
  var method: ForgetMethod
  var goal: Double
  var choice = PairChoice()
  var seed: UInt64
}

extension EventRecord {
  /// The goals that this act of forgetting sets for a data set; none where it masked a given number.
  func standingGoals(in dataset: DatasetRecord) throws -> [StandingGoal] {
    guard case .until(let goal) = try amount(), let method = ForgetMethod(rawValue: method)?.byMasking else { return [] }
    let choice = try choice().withoutBudget
    return ordinals(in: dataset).map {
      StandingGoal(ordinal: $0, method: method, goal: goal, choice: choice, seed: UInt64(bitPattern: seed))
    }
  }
}

extension Snapshot {
  /// The goals of all acts of forgetting that hold in a checkpoint by masking, oldest first.
  func standingGoals(_ checkpoint: CheckpointRecord, of dataset: DatasetRecord) throws -> [StandingGoal] {
    try appliedEvents(checkpoint: checkpoint.id).filter { $0.how == .masked }.flatMap {
      try event($0.event).standingGoals(in: dataset)
    }
  }
}

extension Engine {
  /// Masks more of classes that were forgotten before, where a new mask has let one be recognised again.
  ///
  /// A mask changes what the examples of other classes fall back on, and takes votes from the classes that they were taken for; after
  /// six of CIFAR-10's ten classes some of the first ones came back, in a few of a thousand test examples. So the goals are looked at
  /// after each mask, on the examples that the rule looks at (`findCuts`), and pursued again until all hold. Masks only grow, so
  /// this ends. Where a goal cannot be reached any more, all active pairs of the class are masked.
  /// - Returns: how many examples were sent through the keys.
  func keepForgotten(
    _ goals: [StandingGoal], on model: inout LoadedModel, codes: CodeTable, labels: [Int], snapshot: Snapshot
  ) throws -> Int {
    var passes = 0
    while true {
      let (missed, examples) = try missedGoals(goals, by: model, snapshot: snapshot)
      passes += examples
      var grew = false
      for goal in missed {
        func choose(_ amount: ForgetAmount) throws -> ClassMask {
          try chooseMask(
            goal.ordinal, of: model, codes: codes, labels: labels, method: goal.method, amount: amount, choice: goal.choice,
            seed: goal.seed, snapshot: snapshot)
        }
        var mask: ClassMask
        do {
          mask = try choose(.until(goal.goal))
        } catch EngineError.goalNotReached {
          mask = try choose(.count(.max))
        }
        passes += mask.forwardPasses
        if try Unlearning.mask(mask.pairs, in: &model.bottleneck) > 0 { grew = true }
      }
      if !grew { return passes }
    }
  }

  /// The goals that a model misses: more than their share of the class's examples is recognised, on training or validation examples.
  /// The examples of all classes of a part go through the keys together, since packing the keys costs as much as some hundred examples.
  private func missedGoals(
    _ goals: [StandingGoal], by model: LoadedModel, snapshot: Snapshot
  ) throws -> (missed: [StandingGoal], examples: Int) {
    guard !goals.isEmpty else { return ([], 0) }
    var (missed, passes) = (Set<Int>(), 0)
    for part in [Part.train, .validation] {
      guard let split = model.dataset.split(part) else { continue }
      let labels = try snapshot.labels(part, of: model.dataset)
      let rows = goals.flatMap { goal in
        Self.spread(Self.curveExamples[part] ?? 0, of: labels.indices.filter { labels[$0] == goal.ordinal })
      }
      let sample = Set(rows).sorted()
      // The examples of all of them may have been erased.
      if sample.isEmpty { continue }
      let source = EmbeddingSample(pieces: [(try EmbeddingStream(split, of: model.dataset, in: store), sample)])
      let codes = try CodeAssigner.assign(source: source, model: model.bottleneck, threads: threads)
      let predictions = try Inference.predictions(model: model.bottleneck, codes: codes, threads: threads)
      for (index, goal) in goals.enumerated() {
        let answers = zip(sample, predictions).filter { labels[$0.0] == goal.ordinal }
        if Double(answers.count { $0.1 == goal.ordinal }) > goal.goal * Double(answers.count) { missed.insert(index) }
      }
      passes += sample.count
    }
    return (missed.sorted().map { goals[$0] }, passes)
  }
}

import Bottleneck
import Store

/// The class for which a cut is sought.
struct CutTarget {
  var ordinal: Int
  var name: String
  var snapshot: Snapshot
}

/// What the rule found on the parts that it looked at: training, then validation if there is one.
struct FoundCuts {
  var cuts: [Int]
  /// Examples that were sent through the keys.
  var forwardPasses: Int

  /// The amount to use, when an amount for a cut is `amount(cut)` and the last part's shall be `margin` times as large.
  func amount(margin: Double, atMost limit: Int, _ amount: (Int) -> Int = { $0 }) -> Int {
    let widened = Int((margin * Double(amount(cuts.last ?? 0))).rounded(.up))
    return min(max(widened, cuts.map(amount).max() ?? 0), limit)
  }
}

extension ForgetMethod {
  /// How much further than the validation examples need the rule for `--until` goes, so that unseen examples are forgotten too: in
  /// pairs, or in examples, of which each brings in fewer new pairs than the one before.
  var margin: Double { self == .examples ? 1.3 : 1.25 }
}

extension Engine {
  /// Examples of each part that the rule looks at, at most; they are the larger part of what forgetting costs.
  static let curveExamples: [Part: Int] = [.train: 128, .validation: 384]

  /// The smallest cuts of a ranking that suffice, as `--until` asks.
  ///
  /// The rule looks at up to 128 training and 384 validation examples of the class, never at test examples, and takes for each part
  /// the smallest cut from which on at most the wanted share is ever recognised again (Method §6). One pass over the examples gives the
  /// exact answer for every cut (`ForgettingCurve`). What is masked is the larger of the training cut and the validation cut with a
  /// margin (`ForgetMethod.margin`), or the training cut with the margin where there is no validation part.
  ///
  /// Without a margin a few in a thousand unseen examples are still recognised: on CIFAR-10 (C 256, K 1024, three seeds, 200 random
  /// re-splits of 1,000 validation and 1,000 test examples a class) the validation cut alone reached exactly 0 on unseen examples for
  /// all ten classes in 0.1 % of the re-splits; with the factor 1.25 in 99.8 %; with 500 training examples as well in 99.8 to 100 %,
  /// retain accuracy never falling.
  func findCuts(_ ranking: [UInt32], goal: Double, of model: LoadedModel, for target: CutTarget) throws -> FoundCuts {
    guard (0...1).contains(goal) else { throw EngineError.outOfRange(option: "--until", value: "\(goal)", allowed: "0 to 1") }
    let looked = try [Part.train, .validation].compactMap { try examples(of: target, part: $0, model) }
    let sample = EmbeddingSample(pieces: looked.map { ($0.source, $0.rows) })
    let curve = try ForgettingCurve.trace(
      source: sample, examples: Array(0..<sample.count), labels: [Int](repeating: target.ordinal, count: sample.count),
      model: model.bottleneck, ranking: ranking, threads: threads)
    var (first, cuts) = (0, [Int]())
    for part in looked {
      let lost = curve.lostFrom[first..<(first + part.rows.count)]
      first += part.rows.count
      guard let cut = Self.cut(lost, goal: goal) else {
        let left = Double(lost.count { $0 == nil }) / Double(lost.count)
        throw EngineError.goalNotReached(className: target.name, reached: left, goal: goal)
      }
      cuts.append(cut)
    }
    return FoundCuts(cuts: cuts, forwardPasses: sample.count)
  }

  /// The examples of each part that the rule looks at.
  func curveSamples(of target: CutTarget, _ model: LoadedModel) throws -> [(part: Part, sample: EmbeddingSample)] {
    try [Part.train, .validation].compactMap { part in
      try examples(of: target, part: part, model).map { (part, EmbeddingSample(pieces: [$0])) }
    }
  }

  /// The examples of one part that the rule looks at, or nil if the part has none of the class.
  private func examples(
    of target: CutTarget, part: Part, _ model: LoadedModel
  ) throws -> (source: EmbeddingStream, rows: [Int])? {
    guard let split = model.dataset.split(part) else { return nil }
    let labels = try target.snapshot.labels(part, of: model.dataset)
    let members = labels.indices.filter { labels[$0] == target.ordinal }
    guard !members.isEmpty else { return nil }
    let rows = Self.spread(Self.curveExamples[part] ?? 0, of: members)
    return (try EmbeddingStream(split, of: model.dataset, in: store), rows)
  }

  /// The smallest cut from which on at most `goal` of the examples are ever recognised again.
  static func cut(_ lostFrom: ArraySlice<Int?>, goal: Double) -> Int? {
    let allowed = Int(goal * Double(lostFrom.count))
    let descending = lostFrom.map { $0 ?? Int.max }.sorted(by: >)
    guard allowed < descending.count else { return 0 }
    return descending[allowed] == Int.max ? nil : descending[allowed]
  }

  /// Some of the members in eight runs at even distances: they span the part, whatever its order, and touch few chunks of it.
  static func spread(_ count: Int, of members: [Int]) -> [Int] {
    guard members.count > count else { return members }
    let (runs, length) = (8, count / 8)
    return (0..<runs).flatMap { run in members[(run * members.count / runs)...].prefix(length) }
  }
}

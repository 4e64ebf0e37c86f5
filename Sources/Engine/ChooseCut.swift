import Bottleneck
import Store

/// The class for which a cut is sought.
struct CutTarget {
  var ordinal: Int
  var name: String
  var snapshot: Snapshot
}

extension Engine {
  /// Examples of each part that the rule looks at, at most; they are the larger part of what forgetting costs.
  static let curveExamples: [Part: Int] = [.train: 256, .validation: 512]
  /// How much further than the validation examples need the rule goes, so that unseen examples of the class are forgotten too.
  static let margin = 1.25

  /// How long a prefix of a ranking to mask: the number given, or by the rule for `--until`.
  ///
  /// The rule: of up to 256 training and 512 validation examples of the class, take for each part the smallest cut from which on at
  /// most the wanted share is ever recognised again (METHOD §8); the answer is the larger of the training cut and 1.25 times the
  /// validation cut, or 1.25 times the training cut where there is no validation part. Test examples are never looked at. One pass
  /// over the examples gives the exact accuracy at every cut (`ForgettingCurve`).
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
      let looked = try [Part.train, .validation].compactMap { try examples(of: target, part: $0, model) }
      let sample = EmbeddingSample(pieces: looked.map { ($0.source, $0.rows) })
      let curve = try ForgettingCurve.trace(
        source: sample, examples: Array(0..<sample.count), labels: [Int](repeating: target.ordinal, count: sample.count),
        model: model.bottleneck, ranking: ranking, threads: threads)
      var (first, chosen) = (0, 0)
      for (index, part) in looked.enumerated() {
        let lost = curve.lostFrom[first..<(first + part.rows.count)]
        first += part.rows.count
        guard let cut = Self.cut(lost, goal: goal) else {
          let left = Double(lost.count { $0 == nil }) / Double(lost.count)
          throw EngineError.goalNotReached(className: target.name, reached: left, goal: goal)
        }
        // The last part is validation, if there is one.
        chosen = max(chosen, index == looked.count - 1 ? Int((Self.margin * Double(cut)).rounded(.up)) : cut)
      }
      return (min(chosen, ranking.count), sample.count)
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

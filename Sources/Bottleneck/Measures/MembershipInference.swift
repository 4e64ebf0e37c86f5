import CKernels

/// Whether one number a example, such as its loss, tells members of the training set from others: 50 % is a coin.
///
/// Logistic regression on that number, as SCRUB's authors attack (Kurmanji et al., arXiv 2302.09880, appendix): as many members as others,
/// numbers clipped to ±100, five stratified splits; each part is judged by what was fitted on the four others.
package enum MembershipInference {
  /// The share of right guesses.
  package struct Outcome: Hashable, Sendable, Codable {
    /// Mean over the splits, 0 to 1.
    package var accuracy: Double
    /// Standard deviation over the splits.
    package var deviation: Double
    /// Members, and as many others.
    package var members: Int
  }

  static let splits = 5

  /// Attacks members and others by a number each; nil where fewer than five of either are there. O(n log n).
  /// - Parameter seed: which of the larger group are taken, and which part each belongs to.
  package static func attack(members: [Double], others: [Double], seed: UInt64) -> Outcome? {
    let count = min(members.count, others.count)
    if count < splits { return nil }
    var generator = SeededGenerator(seed: seed, label: "membership inference")
    let chosen = [members, others].map { group in
      generator.choose(count, of: group).map { min(max($0.isNaN ? 100 : $0, -100), 100) }
    }
    let shares = (0..<splits).map { part in
      var training: [(x: Double, isMember: Bool)] = []
      var held = training
      for (group, isMember) in [(chosen[0], true), (chosen[1], false)] {
        for (index, x) in group.enumerated() {
          if index % splits == part { held.append((x, isMember)) } else { training.append((x, isMember)) }
        }
      }
      let fit = LogisticFit(training)
      // Undecided counts half: a constant tells nothing.
      let right = held.reduce(0.0) { sum, item in
        let decision = fit.weight * item.x + fit.bias
        return sum + (abs(decision) < 1e-9 ? 0.5 : (decision > 0) == item.isMember ? 1 : 0)
      }
      return right / Double(held.count)
    }
    let mean = shares.reduce(0, +) / Double(splits)
    let variance = shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(splits - 1)
    return Outcome(accuracy: mean, deviation: variance.squareRoot(), members: count)
  }
}

/// Logistic regression on one number: ½w² + Σ ln(1 + exp(−y(wx + b))) at its minimum, by Newton's method. The pull on w is that of
/// scikit-learn's `LogisticRegression` with C = 1.
struct LogisticFit {
  private(set) var weight = 0.0
  private(set) var bias = 0.0

  init(_ items: [(x: Double, isMember: Bool)]) {
    var loss = objective(items, 0, 0)
    for _ in 0..<100 {
      var (gw, gb, hww, hwb, hbb) = (weight, 0.0, 1.0, 0.0, 0.0)
      for item in items {
        let p = Self.sigmoid(weight * item.x + bias)
        let (error, curvature) = (p - (item.isMember ? 1 : 0), max(p * (1 - p), 1e-12))
        gw += error * item.x
        gb += error
        hww += curvature * item.x * item.x
        hwb += curvature * item.x
        hbb += curvature
      }
      let determinant = hww * hbb - hwb * hwb
      guard determinant > 0 else { return }
      let (dw, db) = ((hbb * gw - hwb * gb) / determinant, (hww * gb - hwb * gw) / determinant)
      // Halve the step until it goes down; where none does, this is the minimum as far as single precision of exp tells.
      var step = 1.0
      while step > 1e-6, objective(items, weight - step * dw, bias - step * db) > loss { step /= 2 }
      let next = objective(items, weight - step * dw, bias - step * db)
      guard next < loss else { return }
      (weight, bias) = (weight - step * dw, bias - step * db)
      if loss - next < 1e-10 * max(loss, 1) { return }
      loss = next
    }
  }

  private func objective(_ items: [(x: Double, isMember: Bool)], _ w: Double, _ b: Double) -> Double {
    items.reduce(w * w / 2) { sum, item in
      let margin = (w * item.x + b) * (item.isMember ? 1 : -1)
      return sum + max(-margin, 0) + lethe_log(1 + Double(lethe_exp_negative(Float(-abs(margin)))))
    }
  }

  private static func sigmoid(_ z: Double) -> Double {
    let e = Double(lethe_exp_negative(Float(-abs(z))))
    return z >= 0 ? 1 / (1 + e) : e / (1 + e)
  }
}

/// How the accuracy of given examples falls as N_a, the number of masked pairs, grows: exact for every N_a, from one pass.
///
/// It shows what an unlearning would do before it is done, and yields the smallest N_a that suffices (METHOD §8).
package struct ForgettingCurve: Sendable {
  /// Number of examples followed.
  package let examples: Int
  /// Right answers at each N_a from 0 to the length of the ranking.
  package let correct: [Int]
  /// For each example the smallest N_a from which on it is never recognised again; 0 if it never was, nil if it still is
  /// when the whole ranking is masked.
  package let lostFrom: [Int?]
  /// Sum of margins at each N_a, in units of 2⁻³²: integers, so that the sum does not depend on the number of threads.
  let marginSums: [Int64]

  /// The longest ranking, that is the largest N_a.
  package var pairs: Int { correct.count - 1 }

  /// The accuracy when the first `pairs` of the ranking are masked, 0...``pairs``; O(1).
  package func accuracy(pairs: Int) -> Accuracy {
    Accuracy(correct: correct[pairs], of: examples)
  }

  /// The mean over the examples of (logit of the own class − highest other logit), to about 10⁻⁹; 0 where nobody votes.
  package func meanMargin(pairs: Int) -> Double {
    examples == 0 ? 0 : Double(marginSums[pairs]) * 0x1p-32 / Double(examples)
  }

  /// The smallest N_a at which accuracy is at most `target` and stays so for every larger one; nil if the whole ranking
  /// does not suffice. O(N_a).
  package func smallestCut(accuracy target: Double) -> Int? {
    var cut: Int?
    for pairs in stride(from: self.pairs, through: 0, by: -1) {
      if Double(correct[pairs]) > target * Double(examples) { break }
      cut = pairs
    }
    return cut
  }
}

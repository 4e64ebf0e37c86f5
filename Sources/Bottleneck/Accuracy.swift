/// A share of right answers with the uncertainty that its number of examples leaves.
package struct Accuracy: Hashable, Sendable, Codable {
  /// Right answers, 0 to `count`.
  package let correct: Int
  /// Examples asked.
  package let count: Int

  /// `correct` right answers of `count`.
  package init(correct: Int, of count: Int) {
    precondition(correct >= 0 && correct <= count, "\(correct) right answers of \(count)")
    self.correct = correct
    self.count = count
  }

  /// The share of right answers, 0 to 1; nil of no examples.
  package var value: Double? {
    count == 0 ? nil : Double(correct) / Double(count)
  }

  /// The Wilson score interval at 95 %, within 0 to 1: unlike ± it stays honest at 0 and 100 %; 0...1 of no examples.
  ///
  /// Source: Wilson, *Probable inference, the law of succession, and statistical inference*, JASA 22, 1927.
  package var interval: ClosedRange<Double> {
    if count == 0 { return 0...1 }
    let n = Double(count)
    let share = Double(correct) / n
    let z = 1.959963984540054
    let spread = 1 + z * z / n
    let centre = (share + z * z / (2 * n)) / spread
    let half = z / spread * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    return (correct == 0 ? 0 : max(0, centre - half))...(correct == count ? 1 : min(1, centre + half))
  }

  /// Both together, as over several classes.
  package static func + (a: Accuracy, b: Accuracy) -> Accuracy {
    Accuracy(correct: a.correct + b.correct, of: a.count + b.count)
  }

  /// All of them together.
  package static func total(_ parts: some Sequence<Accuracy>) -> Accuracy {
    parts.reduce(Accuracy(correct: 0, of: 0), +)
  }
}

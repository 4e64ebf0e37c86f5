import CKernels

/// Logits of some examples, from whatever model: what measures are computed from.
package struct LogitTable: Sendable {
  package let classes: Int
  /// [examples][V].
  package internal(set) var values: [Float]

  init(classes: Int, count: Int) {
    self.classes = classes
    values = [Float](repeating: 0, count: count * classes)
  }

  /// Takes logits [examples][V].
  package init(classes: Int, values: [Float]) throws(BottleneckError) {
    if classes < 2 || !values.count.isMultiple(of: classes) {
      throw .sizeMismatch(
        what: "logits of \(classes) classes", expected: values.count / max(classes, 1) * classes, found: values.count)
    }
    (self.classes, self.values) = (classes, values)
  }

  /// Number of examples.
  package var count: Int { values.count / classes }

  /// The class with the highest logit of each example, ties to the lowest; ``Inference/none`` where all logits are alike: no vote.
  /// - Parameter dropped: classes that are no answers (the control "drop the class's logit only", Method §6).
  package func predictions(dropping dropped: Set<Int> = []) -> [Int] {
    let answers = (0..<classes).filter { !dropped.contains($0) }
    return (0..<count).map { i in
      let row = values[i * classes..<(i + 1) * classes]
      var best = Inference.none
      var isTied = true
      for v in answers {
        if best == Inference.none { best = v }
        if row[row.startIndex + v] > row[row.startIndex + best] { best = v }
        if row[row.startIndex + v] != row[row.startIndex + answers[0]] { isTied = false }
      }
      return isTied && answers.count > 1 ? Inference.none : best
    }
  }

  /// Accuracy for each class [V].
  /// - Parameter labels: of each example; those outside 0..<V count nowhere.
  package func accuracyByClass(labels: [Int], dropping dropped: Set<Int> = []) -> [Accuracy] {
    var (correct, total) = ([Int](repeating: 0, count: classes), [Int](repeating: 0, count: classes))
    for (prediction, label) in zip(predictions(dropping: dropped), labels) where label >= 0 && label < classes {
      total[label] += 1
      if prediction == label { correct[label] += 1 }
    }
    return zip(correct, total).map { Accuracy(correct: $0, of: $1) }
  }

  /// The cross-entropy of each example against its label, ln Σ exp(z) − z_label.
  package func losses(labels: [Int]) -> [Double] {
    normalised { i, row, logTotal in logTotal - Double(row[labels[i]]) }
  }

  /// −ln of the highest probability of each example among classes but the dropped ones: the loss against the model's own answer.
  package func ownLosses(dropping dropped: Int) -> [Double] {
    normalised(without: dropped) { _, row, logTotal in
      logTotal - Double((0..<classes).filter { $0 != dropped }.map { row[$0] }.max() ?? 0)
    }
  }

  private func normalised(
    without dropped: Int? = nil, _ body: (Int, UnsafePointer<Float>, Double) -> Double
  ) -> [Double] {
    values.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return [] }
      let probabilities = AlignedBuffer<Float>(classes)
      let kept = AlignedBuffer<Float>(classes)
      return (0..<count).map { i in
        let row = base + i * classes
        var n = 0
        for v in 0..<classes where v != dropped {
          kept.pointer[n] = row[v]
          n += 1
        }
        return body(i, row, Objective.softmax(kept.pointer, n, 1, into: probabilities.pointer))
      }
    }
  }
}

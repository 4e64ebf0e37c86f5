/// The mean of some vectors of each class: what nearest classes and prototypes are judged by. Memory V·D doubles.
package struct ClassMeans: Sendable {
  package let dimension: Int
  /// [V][D]; nil for a class without examples.
  package private(set) var means: [[Double]?]

  /// - Parameter members: rows to take; all with a label of 0..<V unless given. O(n·D).
  package init(_ vectors: EmbeddingMatrix, labels: [Int], classes: Int, members: [Int]? = nil) {
    let dimension = vectors.dimension
    var sums = [[Double]](repeating: [Double](repeating: 0, count: dimension), count: classes)
    var counts = [Int](repeating: 0, count: classes)
    for row in members ?? Array(labels.indices) where labels[row] >= 0 && labels[row] < classes {
      counts[labels[row]] += 1
      sums[labels[row]].withUnsafeMutableBufferPointer { sum in
        vectors.values.withUnsafeBufferPointer { values in
          for d in 0..<dimension { sum[d] += Double(values[row * dimension + d]) }
        }
      }
    }
    self.dimension = dimension
    means = zip(sums, counts).map { sum, count in count == 0 ? nil : sum.map { $0 / Double(count) } }
  }

  /// The same means but for one class.
  package func replacing(_ label: Int, by mean: [Double]?) -> ClassMeans {
    var copy = self
    copy.means[label] = mean
    return copy
  }

  /// The class whose mean lies closest to that of another; ties to the lowest.
  package func nearest(to label: Int) -> Int? {
    guard let mean = means[label] else { return nil }
    var best: (label: Int, distance: Double)?
    for (other, candidate) in means.enumerated() where other != label {
      guard let candidate else { continue }
      let distance = zip(mean, candidate).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      if distance < best?.distance ?? .infinity { best = (other, distance) }
    }
    return best?.label
  }

  /// Accuracy for each class when every vector is taken for the class of the closest mean. O(n·V·D).
  package func accuracyByClass(_ vectors: EmbeddingMatrix, labels: [Int], threads: Int = 1) -> [Accuracy] {
    let predictions = Parallel.map(vectors.count, threads: threads) { row in
      var best = (label: Inference.none, distance: Double.infinity)
      vectors.values.withUnsafeBufferPointer { values in
        for (label, mean) in means.enumerated() {
          guard let mean else { continue }
          let distance = mean.withUnsafeBufferPointer { mean in
            var sum = 0.0
            for d in 0..<dimension {
              let difference = Double(values[row * dimension + d]) - mean[d]
              sum += difference * difference
            }
            return sum
          }
          if distance < best.distance { best = (label, distance) }
        }
      }
      return best.label
    }
    var (correct, total) = ([Int](repeating: 0, count: means.count), [Int](repeating: 0, count: means.count))
    for (prediction, label) in zip(predictions, labels) where label >= 0 && label < means.count {
      total[label] += 1
      if prediction == label { correct[label] += 1 }
    }
    return zip(correct, total).map { Accuracy(correct: $0, of: $1) }
  }
}

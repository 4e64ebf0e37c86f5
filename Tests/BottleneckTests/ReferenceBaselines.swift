@testable import Bottleneck

/// Baselines in plain lines and double precision, as their papers write them: for a linear layer without padding, panels or threads.
struct PlainLinear {
  let rows: [[Double]]
  let labels: [Int]
  let classes: Int
  /// [D + 1][V]; the last row are the biases.
  var weights: [[Double]]
  var velocity: [[Double]]

  init(_ embeddings: EmbeddingMatrix, _ labels: [Int], classes: Int) {
    rows = (0..<embeddings.count).map { i in
      (0..<embeddings.dimension).map { Double(embeddings.values[i * embeddings.dimension + $0]) } + [1]
    }
    (self.labels, self.classes) = (labels, classes)
    weights = [[Double]](repeating: [Double](repeating: 0, count: classes), count: embeddings.dimension + 1)
    velocity = weights
  }

  func logits(_ example: Int) -> [Double] {
    (0..<classes).map { v in zip(rows[example], weights).reduce(0) { $0 + $1.0 * $1.1[v] } }
  }

  static func softmax(_ z: [Double], _ temperature: Double = 1) -> [Double] {
    let e = z.map { PlainLinear.exp($0 / temperature) }
    return e.map { $0 / e.reduce(0, +) }
  }

  /// exp by its series after halving: no libm, no kernel.
  static func exp(_ x: Double) -> Double {
    var (term, sum) = (1.0, 1.0)
    for n in 1..<30 {
      term *= x / 64 / Double(n)
      sum += term
    }
    for _ in 0..<6 { sum *= sum }
    return sum
  }

  /// One step on batches of (weight, examples, gradient of the loss by the logits).
  mutating func step(_ settings: OptimiserSettings, _ batches: [([Int], (Int, [Double]) -> [Double])]) {
    var gradient = velocity.map { $0.map { _ in 0.0 } }
    for (examples, derivative) in batches {
      for example in examples {
        let delta = derivative(example, logits(example))
        for (d, x) in rows[example].enumerated() {
          for v in 0..<classes { gradient[d][v] += x * delta[v] / Double(examples.count) }
        }
      }
    }
    if let clip = settings.clip.map(Double.init) {
      let norm = gradient.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } }.squareRoot()
      if norm > clip { gradient = gradient.map { $0.map { $0 * clip / norm } } }
    }
    for d in weights.indices {
      for v in 0..<classes {
        velocity[d][v] =
          Double(settings.momentum) * velocity[d][v] + gradient[d][v] + Double(settings.weightDecay) * weights[d][v]
        weights[d][v] -= Double(settings.learningRate) * velocity[d][v]
      }
    }
  }

  /// Cross-entropy, weighted: w·(softmax − one-hot).
  func crossEntropy(_ weight: Double, smoothing: Double = 0) -> (Int, [Double]) -> [Double] {
    { [labels, classes] example, z in
      PlainLinear.softmax(z).enumerated().map { v, p in
        weight * (p - smoothing / Double(classes) - (v == labels[example] ? 1 - smoothing : 0))
      }
    }
  }

  /// T²·KL(teacher ‖ student), weighted: w·T·(student − teacher).
  func divergence(_ weight: Double, from teacher: PlainLinear, _ temperature: Double) -> (Int, [Double]) -> [Double] {
    { example, z in
      zip(PlainLinear.softmax(z, temperature), PlainLinear.softmax(teacher.logits(example), temperature)).map {
        weight * temperature * ($0 - $1)
      }
    }
  }

  /// The order of an epoch, as `Trainer` draws it.
  static func batches(_ members: [Int], _ size: Int, phase: Int, term: Int = 0, seed: UInt64) -> [[Int]] {
    var order = members
    var generator = SeededGenerator(seed: seed, label: "baseline order \(term)", index: phase)
    generator.shuffle(&order)
    return stride(from: 0, to: order.count, by: size).map { Array(order[$0..<min($0 + size, order.count)]) }
  }
}

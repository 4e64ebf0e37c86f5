import CKernels

/// What is minimised on one example: crossEntropy·CE + divergence·T²·KL(teacher ‖ student at temperature T). Weights may be negative.
///
/// Source: SCRUB, Kurmanji et al., *Towards Unbounded Machine Unlearning* (arXiv 2302.09880, section 3); the factor T² is that of
/// Hinton et al., *Distilling the Knowledge in a Neural Network* (arXiv 1503.02531, section 2).
package struct Objective: Hashable, Sendable, Codable {
  /// Weight of the cross-entropy against the label.
  package var crossEntropy: Float = 0
  /// Weight of the divergence from the teacher's answer.
  package var divergence: Float = 0
  /// T, above 0.
  package var temperature: Float = 1
  /// Share of the label's target that is spread evenly over the classes, at least 0 and below 1.
  package var labelSmoothing: Float = 0

  package init(crossEntropy: Float = 0, divergence: Float = 0, temperature: Float = 1, labelSmoothing: Float = 0) {
    (self.crossEntropy, self.divergence) = (crossEntropy, divergence)
    (self.temperature, self.labelSmoothing) = (temperature, labelSmoothing)
  }

  /// The loss of one example; turns its logits [V] into the loss's gradient by them.
  /// - Parameters:
  ///   - teacher: the teacher's logits [V]; needed where divergence counts.
  ///   - scratch: room for 3·V floats.
  func gradient(
    _ logits: UnsafeMutablePointer<Float>, classes: Int, label: Int, teacher: UnsafePointer<Float>?,
    scratch: UnsafeMutablePointer<Float>
  ) -> Double {
    let (student, other, sum) = (scratch, scratch + classes, scratch + 2 * classes)
    for v in 0..<classes { sum[v] = 0 }
    var loss = 0.0
    if crossEntropy != 0 {
      let logTotal = Self.softmax(logits, classes, 1, into: student)
      let spread = labelSmoothing / Float(classes)
      for v in 0..<classes {
        let target = spread + (v == label ? 1 - labelSmoothing : 0)
        sum[v] = crossEntropy * (student[v] - target)
        loss += Double(crossEntropy) * Double(target) * (logTotal - Double(logits[v]))
      }
    }
    if divergence != 0, let teacher {
      let logStudent = Self.softmax(logits, classes, temperature, into: student)
      let logTeacher = Self.softmax(teacher, classes, temperature, into: other)
      let square = Double(temperature) * Double(temperature)
      for v in 0..<classes {
        sum[v] += divergence * temperature * (student[v] - other[v])
        let difference = Double(teacher[v] - logits[v]) / Double(temperature) - (logTeacher - logStudent)
        loss += Double(divergence) * square * Double(other[v]) * difference
      }
    }
    for v in 0..<classes { logits[v] = sum[v] }
    return loss
  }

  /// softmax(logits/T); returns the logarithm of Σ exp(logits/T).
  static func softmax(
    _ logits: UnsafePointer<Float>, _ classes: Int, _ temperature: Float, into out: UnsafeMutablePointer<Float>
  ) -> Double {
    var highest = logits[0]
    for v in 1..<classes { highest = max(highest, logits[v]) }
    var total: Float = 0
    for v in 0..<classes {
      out[v] = lethe_exp_negative((logits[v] - highest) / temperature)
      total += out[v]
    }
    for v in 0..<classes { out[v] /= total }
    return lethe_log(Double(total)) + Double(highest) / Double(temperature)
  }
}

/// Examples with what is minimised on them.
package struct LossTerm: Hashable, Sendable {
  package var members: [Int]
  /// Examples a step, at least 1.
  package var batch: Int
  package var objective: Objective

  package init(_ members: [Int], batch: Int, _ objective: Objective) {
    (self.members, self.batch, self.objective) = (members, batch, objective)
  }
}

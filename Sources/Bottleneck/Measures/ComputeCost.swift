/// What work costs, counted as fvcore counts it: a multiplication with its addition is one operation; element-wise operations, look-ups and
/// comparisons are none; backward is twice forward of the trained part (Method §5).
///
/// Source: fvcore, *Flop Counter for PyTorch Models* (docs/flop_count.md): "one fused multiply-add as one flop". `tools/oracles/checkflops.py`
/// compares these numbers with fvcore's own on models of the same shape.
package struct ComputeCost: Hashable, Sendable, Codable {
  /// Operations of forward passes, and of backward ones.
  package var forward: Int64 = 0
  package var backward: Int64 = 0

  package init(forward: Int64 = 0, backward: Int64 = 0) {
    (self.forward, self.backward) = (forward, backward)
  }

  package var total: Int64 { forward + backward }

  package static func + (a: ComputeCost, b: ComputeCost) -> ComputeCost {
    ComputeCost(forward: a.forward + b.forward, backward: a.backward + b.backward)
  }

  /// An encoder of images, by what one forward pass costs.
  package enum Encoder: String, Sendable, Codable, CaseIterable {
    case vitB32 = "CLIP ViT-B/32"
    case resNet50 = "ResNet-50"

    /// Operations an image of 224 × 224 (Method §5).
    package var forward: Int64 {
      switch self {
      case .vitB32: 4_363_000_000
      case .resNet50: 4_100_000_000
      }
    }
  }

  /// Sending images through an encoder that is not trained.
  package static func encoding(_ images: Int, by encoder: Encoder) -> ComputeCost {
    ComputeCost(forward: Int64(images) * encoder.forward)
  }

  /// Training a linear layer D → V.
  package static func linear<Model>(
    _ passes: Trainer<Model>.Passes, dimension: Int, classes: Int
  ) -> ComputeCost {
    let forward = Int64(dimension) * Int64(classes)
    return ComputeCost(
      forward: Int64(passes.forward + passes.teacher) * forward, backward: 2 * Int64(passes.backward) * forward)
  }

  /// Sending embeddings through projection and keys: C·d·(D + K) each. The mean of the values is a look-up and element-wise.
  package static func coding(_ embeddings: Int, shape: BottleneckShape) -> ComputeCost {
    let columns = Int64(shape.codebooks) * Int64(shape.keyDimension)
    return ComputeCost(forward: Int64(embeddings) * columns * Int64(shape.inputDimension + shape.keys))
  }

  /// Training values on stored codes: look-ups, additions and a scatter, none of which fvcore counts.
  package static let values = ComputeCost()
}

/// How far an unlearned model is from the one that was retrained without the class.
package struct ReferenceGap: Hashable, Sendable, Codable {
  /// Mean of the absolute differences of accuracy on forget train, forget test, retain train and retain test, 0 to 1.
  package var accuracy: Double
  /// Share of test examples that the two answer differently, 0 to 1.
  package var disagreement: Double

  /// - Parameters:
  ///   - unlearned: accuracies of the four groups, in whatever order both have.
  ///   - answers: predictions of the two on the same test examples.
  package init(unlearned: [Accuracy], reference: [Accuracy], answers: (unlearned: [Int], reference: [Int])) {
    let differences = zip(unlearned, reference).compactMap { a, b in
      a.value.flatMap { left in b.value.map { abs(left - $0) } }
    }
    accuracy = differences.reduce(0, +) / Double(max(differences.count, 1))
    let differing = zip(answers.unlearned, answers.reference).count { $0 != $1 }
    disagreement = Double(differing) / Double(max(answers.unlearned.count, 1))
  }
}

/// What somebody with the unlearned model and some data finds out or brings back: measures beside accuracy (Method §6).
package enum Attacks {
  /// Loss-based membership inference: the losses of forget-train examples against those of test examples of the same class.
  /// - Returns: nil where there are too few examples.
  package static func losses(
    train: LogitTable, test: LogitTable, label: Int, seed: UInt64
  ) -> MembershipInference.Outcome? {
    MembershipInference.attack(
      members: train.losses(labels: [Int](repeating: label, count: train.count)),
      others: test.losses(labels: [Int](repeating: label, count: test.count)), seed: seed)
  }

  /// Class-neighbour membership inference: forget-train examples against retained test examples of the nearest class.
  ///
  /// An unlearned example should look like one of the class that it is now taken for. The number attacked is the loss against the model's
  /// own answer among the other classes, since the label would give the forgotten away. After Ebrahimpour-Boroojeny, Wang and Sundaram,
  /// *On the Necessity of Output Distribution Reweighting for Effective Class Unlearning* (arXiv 2506.20893), who attack by the
  /// probabilities of neighbouring classes. What a model gives that never saw the class is the control: other classes' examples are
  /// answered with less confidence in any case.
  package static func classNeighbour(
    train: LogitTable, neighbourTest: LogitTable, label: Int, seed: UInt64
  ) -> MembershipInference.Outcome? {
    MembershipInference.attack(
      members: train.ownLosses(dropping: label), others: neighbourTest.ownLosses(dropping: label), seed: seed)
  }

  /// How many steps on a few forget examples bring the accuracy on measured ones back to `target`; nil if `limit` steps don't.
  ///
  /// All `examples` are one batch. After Golatkar et al., *Eternal Sunshine of the Spotless Net* (CVPR 2020), relearn time.
  /// - Parameter layer: the unlearned layer; it stays as it is.
  package static func relearnSteps<Model: Layer>(
    _ layer: Model, inputs: Model.Inputs, labels: [Int], examples: [Int], measured: (inputs: Model.Inputs, rows: [Int]), label: Int,
    target: Double, settings: OptimiserSettings, limit: Int, seed: UInt64, threads: Int = 1
  ) throws -> Int? {
    let copy = layer.copy()
    let trainer = try Trainer(copy, inputs: inputs, labels: labels, settings: settings, seed: seed, threads: threads)
    for step in 0...limit {
      let predictions = try copy.logits(measured.inputs, members: measured.rows, threads: threads).predictions()
      if Double(predictions.count { $0 == label }) >= target * Double(measured.rows.count) { return step }
      if step < limit { try trainer.run([LossTerm(examples, batch: examples.count, Objective(crossEntropy: 1))]) }
    }
    return nil
  }

  /// Prototypical relearning: the class's mean from a few of its examples joins the other classes' means, and every test example goes to
  /// the closest. What it brings back was never in the trained part but in the features.
  ///
  /// After *Unlearning's Blind Spots: Over-Unlearning and Prototypical Relearning Attack* (arXiv 2506.01318).
  /// - Parameters:
  ///   - features: of training examples: embeddings, or the outputs of a bottleneck.
  ///   - examples: rows of the forget class that the attacker has.
  package static func prototypes(
    features: EmbeddingMatrix, labels: [Int], classes: Int, examples: [Int], label: Int,
    test: (features: EmbeddingMatrix, labels: [Int]), threads: Int = 1
  ) -> (forget: Accuracy, retain: Accuracy) {
    let others = ClassMeans(features, labels: labels, classes: classes, members: labels.indices.filter { labels[$0] != label })
    let few = ClassMeans(features, labels: labels, classes: classes, members: examples)
    let byClass = others.replacing(label, by: few.means[label])
      .accuracyByClass(test.features, labels: test.labels, threads: threads)
    return (byClass[label], .total(byClass.indices.filter { $0 != label }.map { byClass[$0] }))
  }
}

extension LogitTable {
  /// The logits as features: what a bottleneck says of an example.
  package func features() throws(BottleneckError) -> EmbeddingMatrix {
    try EmbeddingMatrix(dimension: classes, values: values)
  }
}

/// A linear classifier on features: what they hold that such a classifier can use, also of a class that is forgotten.
package enum LinearProbe {
  /// Trains on all training examples, the forgotten class's too, with ten passes of momentum 0.9, and measures each class on test.
  package static func accuracyByClass(
    train: (features: EmbeddingMatrix, labels: [Int]), test: (features: EmbeddingMatrix, labels: [Int]), classes: Int,
    epochs: Int = 10, seed: UInt64, threads: Int = 1
  ) throws -> [Accuracy] {
    let layer = LinearLayer(for: train.features, classes: classes)
    let settings = OptimiserSettings(learningRate: 0.1 * layer.stepScale, momentum: 0.9)
    let trainer = try Trainer(
      layer, inputs: train.features, labels: train.labels, settings: settings, seed: seed, threads: threads)
    let members = train.labels.indices.filter { train.labels[$0] >= 0 }
    for _ in 0..<epochs { try trainer.run([LossTerm(members, batch: 256, Objective(crossEntropy: 1))]) }
    return try layer.logits(test.features, threads: threads).accuracyByClass(labels: test.labels)
  }
}

import Bottleneck
import Store

extension Study {
  /// Epochs of further training.
  private static let epochs = 10

  /// Further training on what stays, after masking and after SCRUB on a linear layer: test accuracy after each epoch, 0 being before.
  func retraining(_ label: Int, _ name: String, tunedOn best: Int) throws -> [ExperimentFigure] {
    let tuning = try tuning(on: best).settings
    var masked = model
    let ranking = try ranking(label, .frequency)
    try Unlearning.mask(
      PairSet(ranking.prefix(cut(ranking, of: label, on: model, method: .activations).amount)), in: &masked)
    let tested = try codes(test, under: masked)
    let figures = try further(
      "DKVB: masked by activations, then trained", .values, tuning, label, name,
      on: ValueLayer(masked.values, shape: shape, threads: threads), codes(train, under: masked), tested)
    let scrubbed = try run(.scrub, settings(of: .scrub, .linear, tuning).0, on: linear.get().layer, train.embeddings, label).layer
    return try figures
      + further(
        "linear: SCRUB, then trained", .linear, tuning, label, name, on: scrubbed, train.embeddings, test.embeddings)
  }

  private func further<Model: Layer>(
    _ method: String, _ target: BaselineTarget, _ tuning: [String: BaselineSettings], _ label: Int, _ name: String, on layer: Model,
    _ inputs: Model.Inputs, _ tested: Model.Inputs
  ) throws -> [ExperimentFigure] {
    func measure(_ layer: Model, _ epoch: Int) throws -> [ExperimentFigure] {
      let byClass = try layer.logits(tested, threads: threads).accuracyByClass(labels: test.labels)
      return figures(method, name, byClass, without: [label], part: .test, at: Double(epoch))
    }
    var all = try measure(layer, 0)
    var settings = settings(of: .fineTune, target, tuning).0
    settings.epochs = Self.epochs
    _ = try run(.fineTune, settings, on: layer, inputs, label) { epoch, layer in all += try measure(layer, epoch + 1) }
    return all
  }
}

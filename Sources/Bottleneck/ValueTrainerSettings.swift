/// How values are trained: stochastic gradient descent without momentum on cross-entropy (Method §1).
package struct ValueTrainerSettings: Hashable, Sendable, Codable {
  /// Passes over the examples, 0 or more.
  package var epochs = 10
  /// Examples a step, at least 1. The last step of an epoch takes what is left.
  package var batch = 256
  /// Step size, positive. The published 0.3 belongs to thousands of epochs: see ``fewEpochs(_:epochs:batch:)``.
  package var learningRate: Float = 0.3
  /// Whether the step falls linearly from `learningRate` to zero over the whole run.
  package var linearDecay = false
  /// Share of the target spread evenly over the classes, at least 0 and below 1.
  package var labelSmoothing: Float = 0.1
  /// Largest gradient norm; a longer gradient is shortened to it. Positive.
  package var clip: Float = 1

  /// The published settings, with 10 epochs.
  package init() {}

  /// Settings for few epochs: the step is 0.6·C·k·batch.
  ///
  /// The mean over C·k votes and over the batch scales each value's gradient by 1/(C·k·batch); this step undoes it, so an
  /// example moves each value that it selects by 0.6 times its error. Measured on CIFAR-10 validation data (4 epochs, three seeds):
  /// 0.3 gives 88.5 % at K 1024 and 87.9 % at K 4096, 0.6 gives 89.0 and 88.5, 1.2 gives 89.2 and 88.8; but from 1.2 on the training
  /// examples are learnt by heart, and forgetting one class then costs others accuracy. A falling step only acts like a smaller one.
  package static func fewEpochs(_ shape: BottleneckShape, epochs: Int = 4, batch: Int = 256) -> Self {
    var settings = Self()
    settings.epochs = epochs
    settings.batch = batch
    settings.learningRate = 0.6 * Float(shape.codebooks * shape.topK * batch)
    return settings
  }

  /// Throws ``BottleneckError/badSetting(name:value:allowed:)`` for the first setting out of range.
  package func check() throws(BottleneckError) {
    func require(_ holds: Bool, _ name: String, _ value: String, _ allowed: String) throws(BottleneckError) {
      if !holds { throw .badSetting(name: name, value: value, allowed: allowed) }
    }
    try require(epochs >= 0, "epochs", "\(epochs)", "0 or more")
    try require((1...1 << 20).contains(batch), "batch", "\(batch)", "1 to 1048576")
    try require(learningRate > 0 && learningRate.isFinite, "learningRate", "\(learningRate)", "above 0")
    try require(labelSmoothing >= 0 && labelSmoothing < 1, "labelSmoothing", "\(labelSmoothing)", "0 to below 1")
    try require(clip > 0, "clip", "\(clip)", "above 0")
  }
}

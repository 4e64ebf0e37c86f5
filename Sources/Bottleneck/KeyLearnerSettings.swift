/// The rules by which keys move to where queries are.
public enum KeyMethod: String, Hashable, Sendable, Codable, CaseIterable {
  /// An exponential moving average over batches, the paper's.
  case average
  /// k-means: from K random queries, each key becomes the mean of the queries that it is nearest to, once an epoch; one with none stays.
  /// The settings of the average do not count. Source: Lloyd, *Least squares quantization in PCM*, IEEE Trans. Inf. Theory 28 (1982).
  case means
}

/// How keys are learnt; the defaults are Method §1.
package struct KeyLearnerSettings: Hashable, Sendable, Codable {
  /// By which rule keys move.
  package var method = KeyMethod.average
  /// Passes over the examples, at least 1.
  package var epochs = 10
  /// Queries a step, at least 1. The last step of an epoch takes what is left.
  package var batch = 256
  /// Decay g of the moving averages, above 0 and below 1.
  package var decay: Float = 0.95
  /// Smoothing ε of the counts, positive: it divides where a key was never selected.
  package var epsilon: Float = 1e-5
  /// A key with a count below this share of batch/K is replaced by a random query, 0 or more.
  package var deadShare: Float = 0.1
  /// Bytes that projected queries may take at a time, 4·N·d a codebook; fewer mean more passes over the source, not other keys.
  package var memoryBudget = 256 << 20

  /// The published settings.
  package init() {}

  /// Throws ``BottleneckError/badSetting(name:value:allowed:)`` for the first setting out of range.
  package func check() throws(BottleneckError) {
    func require(_ holds: Bool, _ name: String, _ value: String, _ allowed: String) throws(BottleneckError) {
      if !holds { throw .badSetting(name: name, value: value, allowed: allowed) }
    }
    try require(epochs >= 1, "epochs", "\(epochs)", "1 or more")
    try require((1...1 << 20).contains(batch), "batch", "\(batch)", "1 to 1048576")
    try require(decay > 0 && decay < 1, "decay", "\(decay)", "above 0 and below 1")
    try require(epsilon > 0 && epsilon.isFinite, "epsilon", "\(epsilon)", "above 0")
    try require(deadShare >= 0 && deadShare.isFinite, "deadShare", "\(deadShare)", "0 or more")
    try require(memoryBudget >= 1, "memoryBudget", "\(memoryBudget)", "1 or more")
  }
}

/// What an experiment found: `lethe experiment`.
package struct ExperimentAnswer: Answer {
  package static let schema = "lethe/experiment/v1"

  /// One number; null where it is about no class, no group of examples, or no place on a curve.
  package struct Figure: Codable, Sendable {
    package var method: String
    package var `class`: Nullable<String>
    package var metric: String
    package var role: Nullable<String>
    package var split: Nullable<String>
    package var at: Nullable<Double>
    package var value: Double
    package var n: Nullable<Int>
    package var low: Nullable<Double>
    package var high: Nullable<Double>

    package init(
      method: String, class: String?, metric: String, role: String?, split: String?, at: Double?, value: Double, n: Int?,
      low: Double?,
      high: Double?
    ) {
      (self.method, self.class, self.metric) = (method, Nullable(`class`), metric)
      (self.role, self.split, self.at, self.value) = (Nullable(role), Nullable(split), Nullable(at), value)
      (self.n, self.low, self.high) = (Nullable(n), Nullable(low), Nullable(high))
    }
  }

  /// The same number over all classes that were forgotten in turn, and of the best-learnt one.
  package struct Summary: Codable, Sendable {
    package var method: String
    package var metric: String
    package var role: Nullable<String>
    package var split: Nullable<String>
    package var at: Nullable<Double>
    package var mean: Double
    package var deviation: Nullable<Double>
    package var classes: Int
    package var best: Nullable<Double>

    package init(
      method: String, metric: String, role: String?, split: String?, at: Double?, mean: Double, deviation: Double?, classes: Int,
      best: Double?
    ) {
      (self.method, self.metric, self.role, self.split) = (method, metric, Nullable(role), Nullable(split))
      (self.at, self.mean, self.deviation) = (Nullable(at), mean, Nullable(deviation))
      (self.classes, self.best) = (classes, Nullable(best))
    }
  }

  /// Sizes, ways and seed of the model that was studied.
  package struct Settings: Codable, Sendable {
    package var codebooks: Int
    package var keys: Int
    package var keyDimension: Int
    package var topK: Int
    package var projection: String
    package var components: Nullable<Int>
    package var normalization: String
    package var keyMethod: String
    package var keyEpochs: Int
    package var epochs: Int
    package var seed: String

    package init(
      codebooks: Int, keys: Int, keyDimension: Int, topK: Int, projection: String, components: Int?, normalization: String,
      keyMethod: String, keyEpochs: Int, epochs: Int, seed: UInt64
    ) {
      (self.codebooks, self.keys, self.keyDimension, self.topK) = (codebooks, keys, keyDimension, topK)
      (self.projection, self.components) = (projection, Nullable(components))
      (self.normalization, self.keyMethod) = (normalization, keyMethod)
      (self.keyEpochs, self.epochs, self.seed) = (keyEpochs, epochs, String(seed))
    }
  }

  package var experiment: String
  package var dataset: String
  package var engineVersion: String
  package var settings: Settings
  package var bestClass: String
  package var classes: [String]
  package var summaries: [Summary]
  package var figures: [Figure]

  package init(
    experiment: String, dataset: String, engineVersion: String, settings: Settings, bestClass: String, classes: [String],
    summaries: [Summary], figures: [Figure]
  ) {
    (self.experiment, self.dataset, self.engineVersion, self.settings) = (experiment, dataset, engineVersion, settings)
    (self.bestClass, self.classes, self.summaries, self.figures) = (bestClass, classes, summaries, figures)
  }
}

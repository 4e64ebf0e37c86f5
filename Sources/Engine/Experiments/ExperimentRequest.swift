import Bottleneck
import Store

/// The studies of the paper (Shah et al., arXiv 2311.15268) that can be repeated on any imported data set (Method §5, §6).
package enum ExperimentName: String, Sendable, CaseIterable, Codable {
  /// How well the models do before anything is forgotten.
  case initial
  /// Algorithm 1 over N_a, by frequency and by enrichment.
  case activations
  /// Algorithm 2 over N_e.
  case examples
  /// Masking beside retraining, fine-tuning, NegGrad+, SCRUB, SCRUB+R and controls, with attacks and what it all costs.
  case baselines
  /// Further training after unlearning.
  case retraining
  /// Several classes, one after the other and together.
  case multiclass
}

/// Which study, on what, with which model.
package struct ExperimentRequest: Sendable {
  package var name: ExperimentName
  package var dataset: String
  /// A folder that is new, empty, or holds the same experiment, finished or not.
  package var output: String
  package var codebooks = 256
  package var keys = 4096
  package var keyDimension = 14
  package var topK = 1
  package var projection = Projection.random
  /// Principal components that `Projection.principal` mixes; nil: 128.
  package var components: Int?
  package var normalization = Normalization.none
  package var keyMethod = KeyMethod.average
  package var keyEpochs = 10
  package var epochs = 4
  package var seed: UInt64 = 0
  /// How many classes to forget in turn: the best-learnt one and others at even distances; nil: all.
  package var sample: Int?

  package init(_ name: ExperimentName, dataset: String, output: String) {
    (self.name, self.dataset, self.output) = (name, dataset, output)
  }

  /// Principal components that go into the projection; nil where none do.
  package var mixedComponents: Int? { projection == .principal ? components ?? Projection.usualComponents : nil }

  /// The projection, from what the keys are learnt from.
  func makeProjection(_ source: some EmbeddingSource, shape: BottleneckShape, threads: Int) throws -> [Float] {
    try projection.make(
      shape, source: source, components: components ?? Projection.usualComponents, seed: seed, threads: threads)
  }
}

/// One number that an experiment found.
package struct ExperimentFigure: Hashable, Sendable, Codable {
  /// What was done, on which model: `DKVB: activations by frequency`.
  package var method: String
  /// The class that was forgotten; nil where none was, or several.
  package var className: String?
  /// `accuracy`, `loss_mia`, `pairs`, … (Experiments.md lists them with their units).
  package var metric: String
  package var role: Role?
  package var part: Part?
  /// Where on a curve: share of the active pairs, examples, epochs or classes.
  package var at: Double?
  package var value: Double
  /// Examples that it was measured on, with the ends of the 95 % Wilson interval of an accuracy.
  package var n: Int?
  package var low: Double?
  package var high: Double?

  init(
    _ method: String, _ className: String?, _ metric: String, role: Role? = nil, part: Part? = nil, at: Double? = nil,
    _ value: Double
  ) {
    (self.method, self.className, self.metric) = (method, className, metric)
    (self.role, self.part, self.at, self.value) = (role, part, at, value)
  }

  /// An accuracy; nil of no examples.
  init?(
    _ method: String, _ className: String?, role: Role, part: Part, at: Double? = nil, _ accuracy: Accuracy
  ) {
    guard let value = accuracy.value else { return nil }
    self.init(method, className, "accuracy", role: role, part: part, at: at, value)
    (n, low, high) = (accuracy.count, accuracy.interval.lowerBound, accuracy.interval.upperBound)
  }
}

/// A finished experiment.
package struct ExperimentResult: Sendable {
  package var request: ExperimentRequest
  package var dataset: DatasetRecord
  /// The class that the model knows best, of which the paper reports; and all that were forgotten in turn.
  package var bestClass: String
  package var classes: [String]
  package var figures: [ExperimentFigure]
  /// Cells that were found in the folder, and that were run now.
  package var found: Int
  package var ran: Int
}

/// The same figure over all classes that were forgotten in turn.
package struct ExperimentSummary: Hashable, Sendable {
  package var method: String
  package var metric: String
  package var role: Role?
  package var part: Part?
  package var at: Double?
  package var mean: Double
  /// Standard deviation over classes, of the sample; nil of one.
  package var deviation: Double?
  package var classes: Int
  /// Of the best-learnt class.
  package var best: Double?
}

extension ExperimentResult {
  /// Means over classes in the order in which the figures came; figures without a class are passed on as they are. O(figures).
  package func summaries() -> [ExperimentSummary] {
    struct Key: Hashable {
      var method, metric: String
      var role: Role?
      var part: Part?
      var at: Double?
    }
    var (order, groups) = ([Key](), [Key: [ExperimentFigure]]())
    for figure in figures {
      let key = Key(method: figure.method, metric: figure.metric, role: figure.role, part: figure.part, at: figure.at)
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(figure)
    }
    return order.map { key in
      let values = groups[key] ?? []
      let mean = values.reduce(0) { $0 + $1.value } / Double(values.count)
      let squares = values.reduce(0) { $0 + ($1.value - mean) * ($1.value - mean) }
      return ExperimentSummary(
        method: key.method, metric: key.metric, role: key.role, part: key.part, at: key.at, mean: mean,
        deviation: values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : nil, classes: values.count,
        best: values.first { $0.className == bestClass }?.value)
    }
  }
}

import Ledger
import Store

/// One figure, with the names of what it was measured on.
package struct MeasurementAnswer: Codable, Sendable {
  package var metric: String
  /// Null: over the whole split.
  package var `class`: Nullable<String>
  /// `all`, `forget` or `retain`; null for a single class.
  package var role: Nullable<String>
  package var value: Double
  package var n: Int
  package var low: Double
  package var high: Double

  package init(_ record: MeasurementRecord, role: Role, classes: [Int64: String]) {
    metric = record.metric
    `class` = Nullable(record.classID.map { classes[$0] ?? "class #\($0)" })
    self.role = Nullable(record.classID == nil ? role.rawValue : nil)
    (value, n, low, high) = (record.value, record.n, record.low, record.high)
  }
}

/// What `evaluate` measured.
package struct EvaluateAnswer: Answer {
  package static let schema = "lethe/evaluate/v1"

  package var model: String
  package var dataset: String
  package var split: String
  package var checkpointDigest: String
  package var splitDigest: String
  package var measurements: [MeasurementAnswer]

  /// Figures come with the roles of their splits, in the order to show them.
  package init(
    checkpoint: CheckpointRecord, dataset: DatasetRecord, split: SplitRecord, measured: [(role: Role, record: MeasurementRecord)]
  ) {
    let names = Dictionary(uniqueKeysWithValues: dataset.classes.map { ($0.id, $0.shownName) })
    model = checkpoint.name
    self.dataset = dataset.name
    self.split = split.part.rawValue
    checkpointDigest = checkpoint.digest.description
    splitDigest = split.digest.description
    measurements = measured.map { MeasurementAnswer($0.record, role: $0.role, classes: names) }
  }
}

import GRDB
import Ledger

extension Snapshot {
  static let measurementSQL = """
    SELECT checkpoint, split, metric, class, value, n, low, high FROM measurement WHERE checkpoint = ? ORDER BY id
    """

  /// The entries that wrote the figures measured on a checkpoint, in the order of `measurements`.
  package func measurementEntries(checkpoint: Int64) throws -> [Int64] {
    try rows("SELECT entry FROM measurement WHERE checkpoint = ? ORDER BY id", [checkpoint]).map { try $0.value("entry") }
  }

  /// Every figure measured on a checkpoint, in the order of measuring.
  package func measurements(checkpoint: Int64) throws -> [MeasurementRecord] {
    var records: [MeasurementRecord] = []
    try forEach(Self.measurementSQL, [checkpoint]) { row in
      records.append(
        try MeasurementRecord(
          checkpoint: row.value(at: 0), split: row.value(at: 1), metric: row.value(at: 2), classID: row.value(at: 3),
          value: row.value(at: 4), n: row.value(at: 5), low: row.value(at: 6), high: row.value(at: 7)))
    }
    return records
  }
}

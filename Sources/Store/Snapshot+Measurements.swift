import GRDB
import Ledger

extension Snapshot {
  /// Every figure measured on a checkpoint, in the order of measuring.
  package func measurements(checkpoint: Int64) throws -> [MeasurementRecord] {
    try rows("SELECT * FROM measurement WHERE checkpoint = ? ORDER BY id", [checkpoint]).map { row in
      try MeasurementRecord(
        checkpoint: row.value("checkpoint"), split: row.value("split"), metric: row.value("metric"), classID: row.value("class"),
        value: row.value("value"),
        n: row.value("n"), low: row.value("low"), high: row.value("high"))
    }
  }
}

import GRDB
import Ledger

extension Snapshot {
  /// Every figure measured on a checkpoint, in the order of measuring.
  package func measurements(checkpoint: Int64) throws -> [MeasurementRecord] {
    try rows("SELECT * FROM measurement WHERE checkpoint = ? ORDER BY id", [checkpoint]).map { row in
      MeasurementRecord(
        checkpoint: row["checkpoint"], split: row["split"], metric: row["metric"], classID: row["class"], value: row["value"],
        n: row["n"], low: row["low"], high: row["high"])
    }
  }
}

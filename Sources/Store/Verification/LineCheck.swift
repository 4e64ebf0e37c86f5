import GRDB

/// Whether the tables that repeat, model by model, what the log and the records hold (`schema/010-lines.sql`) say what those say: answers are
/// read from them.
struct LineCheck {
  static let tables = ["model_entry", "model_state", "model_step"]

  let snapshot: Snapshot

  func run(_ result: inout Verification) {
    for table in Self.tables {
      snapshot.attempt("table \(table)", &result) { result in
        let missing = try snapshot.integer("SELECT count(*) FROM (SELECT * FROM \(table)_source EXCEPT SELECT * FROM \(table))")
        let added = try snapshot.integer("SELECT count(*) FROM (SELECT * FROM \(table) EXCEPT SELECT * FROM \(table)_source)")
        if missing > 0 || added > 0 {
          result.add(
            .linesChanged, "table \(table)",
            "of the lines that log and records give \(missing) are missing, and \(added) are not theirs")
        }
      }
    }
  }
}

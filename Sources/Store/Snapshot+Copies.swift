import GRDB

extension Snapshot {
  /// Copies of the store that may still hold what was erased here, in words.
  package func copiesNotClear() throws -> [String] {
    try rows("SELECT copy, kind, location, clear_by FROM copies").map { row in
      let place: String = try row.value("location") ?? "place blanked"
      let due: String? = try row.value("clear_by")
      return "\(try row.value("kind") as String) \(try row.value("copy") as Int64): \(place)"
        + (due.map { ", clear by \($0)" } ?? "")
    }
  }
}

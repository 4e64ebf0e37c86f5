import GRDB

extension Transaction {
  /// Records where a copy of the store lies, behind a salted commitment.
  /// - Parameters:
  ///   - logSize: entries of the log that the copy holds at least, where known.
  ///   - clearBy: when what was erased here is gone there, where known.
  package func insertCopy(kind: CopyKind, location: String, logSize: Int64?, clearBy: CalendarDate?) throws -> Int64 {
    try insert(.copyLocation, [kind.rawValue] + committed(location) + [logSize, clearBy?.description])
  }

  /// Records that a copy holds nothing any more that was erased here.
  package func insertCopyClearing(_ copy: Int64) throws {
    _ = try insert(.copyClearing, [copy])
  }
}

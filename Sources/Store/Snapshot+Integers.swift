import GRDB
import GRDBSQLite

extension Snapshot {
  /// Hands the first three columns of each row of a query to `body`, as integers: for thousands of rows, which cost as much again when GRDB's
  /// `Row` stands between. Columns that the query does not have are 0.
  ///
  /// `body` must not run the same query again.
  /// - Throws: `StoreError.recordCorrupt` for a column that holds anything else, NULL too.
  func forEachIntegers(
    _ sql: String, _ arguments: StatementArguments = StatementArguments(), _ body: (Int64, Int64, Int64) throws -> Void
  ) throws {
    let statement = try db.cachedStatement(sql: sql)
    try statement.setArguments(arguments)
    let handle = statement.sqliteStatement
    // Else the query would keep its snapshot of the file: https://www.sqlite.org/c3ref/reset.html
    defer { sqlite3_reset(handle) }
    let count = min(sqlite3_column_count(handle), 3)
    func column(_ index: Int32) throws -> Int64 {
      guard index < count else { return 0 }
      // One access to the column for two questions. GRDB's connections are of one thread at a time, so that nothing changes the value between
      // them: https://www.sqlite.org/c3ref/value.html
      let value = sqlite3_column_value(handle, index)
      guard sqlite3_value_type(value) == SQLITE_INTEGER else {
        throw StoreError.recordCorrupt(table: "of column \(index)", id: 0, reason: "it is no integer")
      }
      return sqlite3_value_int64(value)
    }
    while true {
      switch sqlite3_step(handle) {
      case SQLITE_ROW: try body(column(0), column(1), column(2))
      case SQLITE_DONE: return
      case let code: throw DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage, sql: sql)
      }
    }
  }

  /// The first column of all rows of a query, as integers.
  /// - Throws: `StoreError.recordCorrupt` for one that is none.
  func integers(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> [Int64] {
    var found: [Int64] = []
    try forEachIntegers(sql, arguments) { value, _, _ in found.append(value) }
    return found
  }
}

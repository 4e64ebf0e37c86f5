import Foundation
import GRDB
import GRDBSQLite

extension Database {
  /// Runs a statement that gives no rows, such as an INSERT, with a value for each of its parameters; it is prepared once a connection.
  ///
  /// The same as GRDB's `execute`, with what a commit and an import of a million rows can do without: named arguments, observers, and a closure
  /// for each value.
  /// - Throws: `DatabaseError`; with `SQLITE_ABORT` where SQLite has undone the transaction by itself, so that nothing is written outside of it
  ///   (https://www.sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction").
  func insert(_ sql: String, _ values: [DatabaseValue]) throws {
    guard isInsideTransaction else { throw DatabaseError(resultCode: .SQLITE_ABORT, message: "Transaction was aborted", sql: sql) }
    let handle = try cachedStatement(sql: sql).sqliteStatement
    precondition(Int(sqlite3_bind_parameter_count(handle)) == values.count, "a value for each parameter of \(sql)")
    defer {
      sqlite3_reset(handle)
      sqlite3_clear_bindings(handle)
    }
    for (index, value) in values.enumerated() {
      let code = value.bind(to: handle, at: Int32(index + 1))
      guard code == SQLITE_OK else { throw error(code, sql) }
    }
    let code = sqlite3_step(handle)
    guard code == SQLITE_DONE else { throw error(code, sql) }
  }

  private func error(_ code: Int32, _ sql: String) -> DatabaseError {
    DatabaseError(resultCode: ResultCode(rawValue: code), message: lastErrorMessage, sql: sql)
  }
}

extension DatabaseValue {
  /// Gives the value to a statement, which copies it.
  fileprivate func bind(to handle: OpaquePointer, at index: Int32) -> Int32 {
    // SQLITE_TRANSIENT, a macro that Swift does not see.
    let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    switch storage {
    case .null: return sqlite3_bind_null(handle, index)
    case .int64(let number): return sqlite3_bind_int64(handle, index, number)
    case .double(let number): return sqlite3_bind_double(handle, index, number)
    case .string(var text):
      // Nor is an empty text.
      guard !text.isEmpty else { return sqlite3_bind_text(handle, index, "", 0, copied) }
      return text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) {
          sqlite3_bind_text64(handle, index, $0.baseAddress, UInt64($0.count), copied, UInt8(SQLITE_UTF8))
        }
      }
    case .blob(let data):
      // An empty blob is no NULL, as a missing address would be.
      guard !data.isEmpty else { return sqlite3_bind_zeroblob(handle, index, 0) }
      return data.withUnsafeBytes { sqlite3_bind_blob64(handle, index, $0.baseAddress, UInt64($0.count), copied) }
    }
  }
}

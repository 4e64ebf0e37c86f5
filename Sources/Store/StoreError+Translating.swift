import GRDB

extension StoreError {
  /// Runs `body` and turns SQLite's own errors into ours, so that no caller needs to know GRDB.
  static func translating<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as DatabaseError {
      switch error.resultCode {
      case .SQLITE_BUSY, .SQLITE_LOCKED: throw StoreError.busy(path: path)
      case .SQLITE_NOTADB: throw StoreError.notAStore(path: path)
      case .SQLITE_IOERR: throw StoreError.inputOutput(path: path, message: error.message ?? "code \(error.resultCode.rawValue)")
      case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_FULL, .SQLITE_NOMEM:
        throw StoreError.unusable(path: path, message: error.message ?? "code \(error.resultCode.rawValue)")
      default: throw StoreError.database(path: path, message: error.message ?? "code \(error.resultCode.rawValue)")
      }
    } catch is RowDecodingError {
      throw StoreError.database(path: path, message: "a column holds a value that its table does not allow")
    }
  }
}

import GRDB

extension Snapshot {
  /// Runs a part of a check; what it throws is a finding about `subject`, so that the next part is reached.
  /// - Returns: whether it ran to its end.
  @discardableResult
  func attempt(_ subject: String, _ result: inout Verification, _ body: (inout Verification) throws -> Void) -> Bool {
    do {
      try StoreError.translating("the store") { try body(&result) }
      return true
    } catch let error as StoreError {
      result.add(FindingCode(rawValue: error.code) ?? .checkFailed, subject, error.message)
    } catch {
      result.add(.checkFailed, subject, "\(error)")
    }
    // A failing disk ends SQLite's transaction: https://www.sqlite.org/lang_transaction.html §3
    if !db.isInsideTransaction { try? db.beginTransaction(.deferred) }
    return false
  }
}

import GRDB

/// A consistent view of the store, for reading: the questions that can be asked are its extensions, a file a subject.
///
/// It lives only within the closure of `Store.read` or `Store.write`.
public class Snapshot {
  let db: Database

  init(db: Database) {
    self.db = db
  }

  /// All rows of a query. Statements are prepared once a connection: recompiling costs more than running them.
  func rows(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> [Row] {
    try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments)
  }

  /// Hands each row of a query to `body`, which must keep nothing of it: rows are not copied, so this is for thousands of small ones.
  ///
  /// `body` must not run the same query again.
  func forEach(_ sql: String, _ arguments: StatementArguments = StatementArguments(), _ body: (Row) throws -> Void) throws {
    let cursor = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: arguments)
    while let row = try cursor.next() { try body(row) }
  }

  /// The first row of a query, if there is one.
  func row(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> Row? {
    try Row.fetchOne(db.cachedStatement(sql: sql), arguments: arguments)
  }

  /// The first column of a query's first row, as an integer; 0 if there is none.
  func integer(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> Int64 {
    try Int64.fetchOne(db.cachedStatement(sql: sql), arguments: arguments) ?? 0
  }
}

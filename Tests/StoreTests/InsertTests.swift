import Foundation
import GRDB
import Testing

@testable import Store

/// The statement behind every row that is written.
@Suite("Inserting rows")
struct InsertTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  @Test("every kind of value comes back as it was given, the empty ones too")
  func values() throws {
    let values: [DatabaseValue] = [
      .null, 0.databaseValue, Int64.min.databaseValue, 0.5.databaseValue, "".databaseValue,
      "ä𝕏 of more than fifteen bytes".databaseValue, Data().databaseValue, Data([0, 255, 0]).databaseValue,
    ]
    try DatabaseQueue().writeWithoutTransaction { db in
      try db.execute(sql: "CREATE TABLE t (id INTEGER PRIMARY KEY, value)")
      try db.inTransaction {
        for value in values + values { try db.insert("INSERT INTO t (value) VALUES (?)", [value]) }
        return .commit
      }
      let found = try DatabaseValue.fetchAll(db, sql: "SELECT value FROM t ORDER BY id")
      #expect(found == values + values)
      #expect(try String.fetchAll(db, sql: "SELECT typeof(value) FROM t WHERE id IN (5, 7)") == ["text", "blob"])
    }
  }

  @Test("a row that is refused is an error that says why, and the statement can be used again")
  func refused() throws {
    try DatabaseQueue().write { db in
      try db.execute(sql: "CREATE TABLE t (value INTEGER UNIQUE) STRICT")
      let sql = "INSERT INTO t VALUES (?)"
      try db.insert(sql, [1.databaseValue])
      for value in [1.databaseValue, "x".databaseValue] {
        #expect { try db.insert(sql, [value]) } throws: { ($0 as? DatabaseError)?.resultCode == .SQLITE_CONSTRAINT }
      }
      try db.insert(sql, [2.databaseValue])
      #expect(try Int.fetchAll(db, sql: "SELECT value FROM t ORDER BY value") == [1, 2])
    }
  }

  @Test("outside of a transaction nothing is written")
  func outside() throws {
    try DatabaseQueue().writeWithoutTransaction { db in
      try db.execute(sql: "CREATE TABLE t (value); BEGIN; ROLLBACK")
      #expect {
        try db.insert("INSERT INTO t VALUES (?)", [1.databaseValue])
      } throws: {
        ($0 as? DatabaseError)?.resultCode == .SQLITE_ABORT
      }
      #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM t") == 0)
    }
  }

  @Test("nothing is written once SQLite has undone the transaction by itself, whoever overlooks it")
  func undone() throws {
    let (store, key) = try newStore(folder)
    defer { try? store.close() }
    #expect(throws: StoreError.self) {
      try store.write(.sample(.train), key: key) { transaction in
        _ = try transaction.modelOrNew("before")
        try transaction.db.execute(sql: "ROLLBACK")
        _ = try? transaction.insert(.model, ["after"])
      }
    }
    #expect(try SQLite.integer("SELECT count(*) FROM model", on: store.path) == 0)
    #expect(store.verify().findings == [])
  }
}

import Foundation
import GRDB
import Ledger

extension Row {
  /// The value of a column. GRDB's own subscript ends the process when a column holds another type or NULL, which the file of
  /// somebody else may do at any place; this throws, and `StoreError.translating` makes it `StoreError.database`.
  func value<Value: DatabaseValueConvertible & StatementColumnConvertible>(_ column: String) throws -> Value {
    try decode(Value.self, forColumn: column)
  }

  /// The value of a column by its place, 0 being the first: quicker than by name, for rows that come in thousands.
  func value<Value: DatabaseValueConvertible & StatementColumnConvertible>(at index: Int) throws -> Value {
    try decode(Value.self, atIndex: index)
  }

  /// A column that holds a digest.
  func digest(_ column: String) throws -> Digest { try digest(value(column) as Data?, column) }

  /// A column that holds a digest, by its place.
  func digest(at index: Int) throws -> Digest { try digest(value(at: index) as Data?, "column \(index)") }

  private func digest(_ bytes: Data?, _ column: String) throws -> Digest {
    guard let bytes, let digest = try? Digest(bytes: bytes) else {
      throw StoreError.recordCorrupt(table: "of \(column)", id: 0, reason: "a digest is not 32 bytes")
    }
    return digest
  }
}

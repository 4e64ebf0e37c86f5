import GRDB
import Ledger

/// What a copy of the store is.
package enum CopyKind: String, Sendable, Codable, CaseIterable {
  case backup, replica, snapshot, other
}

/// A place where a copy of the store lies, or lay.
package struct CopyRecord: Sendable, Identifiable {
  /// How it became clear of what was erased here.
  package struct Clearing: Sendable {
    package var logIndex: Int64
    package var time: String
    package var actor: String?
  }

  package var id: Int64
  package var kind: CopyKind
  /// Nil once blanked.
  package var location: String?
  /// Entries of the log that the copy holds at least, where known.
  package var logSize: Int64?
  /// The date by which what was erased here is gone there, where known: `2026-12-31`.
  package var clearBy: String?
  /// That date is over, in UTC, and nobody has said that the copy is clear.
  package var isOverdue: Bool
  package var logIndex: Int64
  package var time: String
  package var actor: String?
  /// Nil while the copy may hold what was erased here.
  package var clearing: Clearing?
}

extension Snapshot {
  private static let copySQL = """
    SELECT c.*, x.id IS NULL AND ifnull(c.clear_by < date('now'), 0) AS overdue, ifnull(e.time, '') AS time,
      x.entry AS clearing_entry, ifnull(xe.time, '') AS clearing_time
    FROM copy_location c LEFT JOIN log_entry e ON e.log_index = c.entry
    LEFT JOIN copy_clearing x ON x.copy = c.id LEFT JOIN log_entry xe ON xe.log_index = x.entry
    """

  /// Copies that may still hold what was erased here, oldest first; with `all` also those that are clear.
  package func copies(all: Bool = false) throws -> [CopyRecord] {
    try rows(Self.copySQL + (all ? "" : " WHERE x.id IS NULL") + " ORDER BY c.id").map(copy)
  }

  /// One copy.
  /// - Throws: `StoreError.unknown`.
  package func copy(_ id: Int64) throws -> CopyRecord {
    guard let row = try row(Self.copySQL + " WHERE c.id = ?", [id]) else {
      let known = try rows("SELECT id FROM copy_location ORDER BY id DESC LIMIT 5").map { String(try $0.value("id") as Int64) }
      throw StoreError.unknown(kind: "copy", name: String(id), known: known)
    }
    return try copy(row)
  }

  /// Copies that may still hold what was erased here, in words.
  /// - Parameter entry: only what this entry of the log erased: a copy that holds the entry does not hold the bytes.
  package func copiesNotClear(of entry: Int64? = nil) throws -> [String] {
    try copies().filter { copy in
      guard let entry, let size = copy.logSize else { return true }
      return size <= entry
    }.map { copy in
      "\(copy.kind.rawValue) \(copy.id): \(copy.location ?? "place blanked")" + (copy.clearBy.map { ", clear by \($0)" } ?? "")
    }
  }

  private func copy(_ row: Row) throws -> CopyRecord {
    let entry: Int64 = try row.value("entry")
    guard let kind = CopyKind(rawValue: try row.value("kind")) else {
      throw StoreError.recordCorrupt(table: "copy_location", id: try row.value("id"), reason: "unknown kind")
    }
    let clearing = try (row.value("clearing_entry") as Int64?).map { entry in
      CopyRecord.Clearing(logIndex: entry, time: try row.value("clearing_time"), actor: try sealed("actor", entry: entry))
    }
    return try CopyRecord(
      id: row.value("id"), kind: kind, location: row.value("location"), logSize: row.value("log_size"),
      clearBy: row.value("clear_by"), isOverdue: row.value("overdue"), logIndex: entry, time: row.value("time"),
      actor: sealed("actor", entry: entry), clearing: clearing)
  }
}

import GRDB
import Ledger

/// A legal hold: what it names may not be erased while it is in force. Exactly one of the four is named.
package struct HoldRecord: Sendable, Identifiable {
  package var id: Int64
  package var model: Int64?
  package var checkpoint: Int64?
  package var classID: Int64?
  package var dataset: Int64?
  /// What it names, for people: `model pets`, `checkpoint pets@1`, `class faces/Bag`, `dataset faces`.
  package var subject: String
  /// The date by which somebody looks at it again: `2026-12-31`.
  package var review: String
  package var time: String
  /// Who answers for it; nil once blanked.
  package var owner: String?
  package var reason: String?
}

extension Snapshot {
  /// The holds in force, the one to be looked at first on top.
  package func holdsInForce() throws -> [HoldRecord] {
    let sql = """
      SELECT h.*, v.subject, v.time, v.owner, v.reason FROM holds v JOIN hold h ON h.id = v.hold ORDER BY h.review, h.id
      """
    return try rows(sql).map { row in
      try HoldRecord(
        id: row.value("id"), model: row.value("model"), checkpoint: row.value("checkpoint"), classID: row.value("class"),
        dataset: row.value("dataset"), subject: row.value("subject") ?? "class whose name was blanked", review: row.value("review"),
        time: row.value("time"), owner: row.value("owner"), reason: row.value("reason"))
    }
  }
}

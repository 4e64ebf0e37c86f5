import GRDB
import Ledger

/// One entry of the log, with the texts that are still there.
package struct LogEntryRecord: Sendable {
  package var index: Int64
  package var time: String
  package var action: String
  package var leaf: JSONValue
  /// `actor`, `reason`, `approved_by`, as far as given and not blanked.
  package var sealed: [String: String]
}

extension Snapshot {
  /// Entries in ascending order, all or the last `limit`.
  package func logEntries(last limit: Int? = nil) throws -> [LogEntryRecord] {
    let sql = "SELECT * FROM (SELECT * FROM log_entry ORDER BY log_index DESC LIMIT ?) ORDER BY log_index"
    return try rows(sql, [limit ?? -1]).map { row in
      let (index, leaf): (Int64, String) = (try row.value("log_index"), try row.value("leaf"))
      let sealed = try rows("SELECT name, value FROM sealed_field WHERE entry = ?", [index]).compactMap { field in
        try (field.value("value") as String?).map { (try field.value("name") as String, $0) }
      }
      guard let value = try? CanonicalJSON.parse(Array(leaf.utf8)) else {
        throw StoreError.recordCorrupt(table: "log_entry", id: index, reason: "its leaf is not canonical JSON")
      }
      return LogEntryRecord(
        index: index, time: try row.value("time") ?? "", action: try row.value("action") ?? "", leaf: value,
        sealed: Dictionary(uniqueKeysWithValues: sealed))
    }
  }

  /// The last signed tree head, as the note that was signed.
  package func lastSignedTreeHead() throws -> (size: Int64, root: Digest, note: String) {
    guard let row = try row("SELECT size, root, note FROM log_checkpoint ORDER BY size DESC LIMIT 1") else {
      throw StoreError.recordCorrupt(table: "log_checkpoint", id: 0, reason: "there is no signed tree head")
    }
    return (try row.value("size"), try row.digest("root"), try row.value("note"))
  }
}

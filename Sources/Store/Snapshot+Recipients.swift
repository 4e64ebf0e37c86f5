import GRDB
import Ledger

/// An export that went to somebody.
package struct RecipientRecord: Sendable, Identifiable {
  package var id: Int64
  /// Who received it; nil once redacted.
  package var name: String?
  package var checkpoint: Int64
  package var checkpointName: String
  package var model: Int64
  package var fileDigest: Digest
  package var byteCount: Int64
  package var logIndex: Int64
  package var time: String
  /// When it was last told what to forget.
  package var told: String?
}

/// Something that a recipient has to be told.
package struct NoticeDue: Sendable {
  package var recipient: Int64
  package var name: String?
  package var checkpoint: String
  package var event: Int64
  package var className: String
}

extension Snapshot {
  // CROSS: from the recipients, who are few, whatever else narrows the checkpoints, of which there may be a hundred thousand.
  private static let recipientSQL = """
    SELECT r.*, c.model, m.name || '@' || c.number AS checkpoint_name, ifnull(e.time, '') AS time,
      (SELECT max(t.time) FROM recipient_notice n JOIN log_entry t ON t.log_index = n.entry WHERE n.recipient = r.id) AS told
    FROM recipient r CROSS JOIN checkpoint c ON c.id = r.checkpoint JOIN model m ON m.id = c.model
    LEFT JOIN log_entry e ON e.log_index = r.entry
    """

  /// Exports that went to somebody, oldest first; of one model if `model` is given.
  package func recipients(model: Int64? = nil) throws -> [RecipientRecord] {
    try rows(Self.recipientSQL + " WHERE ?1 IS NULL OR c.model = ?1 ORDER BY r.id", [model]).map(recipient)
  }

  /// Those whose file holds what was learnt from a class: the checkpoint knew it, whatever was erased here since.
  package func recipients(ofClass name: String, dataset: Int64) throws -> [RecipientRecord] {
    let sql = """
      \(Self.recipientSQL) WHERE c.dataset = :dataset
        AND NOT EXISTS (SELECT 1 FROM applied_event a JOIN forgotten_class f ON f.event = a.event JOIN class k ON k.id = f.class
                        WHERE a.checkpoint = c.id AND \(Self.isShownAs))
      ORDER BY r.id
      """
    return try rows(sql, Self.shownAs(name) + ["dataset": dataset]).map(recipient)
  }

  /// One of them.
  /// - Throws: `StoreError.unknown`.
  package func recipient(_ id: Int64) throws -> RecipientRecord {
    guard let row = try row(Self.recipientSQL + " WHERE r.id = ?", [id]) else {
      let known = try rows("SELECT id FROM recipient ORDER BY id DESC LIMIT 5").map { String(try $0.value("id") as Int64) }
      throw StoreError.unknown(kind: "recipient", name: String(id), known: known)
    }
    return try recipient(row)
  }

  /// Whom to tell of what (view `notices_due`): a class was forgotten after a checkpoint that knew it went out, and the recipient was not
  /// told since. Of one act of forgetting if `event` is given.
  package func noticesDue(event: Int64? = nil) throws -> [NoticeDue] {
    // One event is found by its number; asking for all goes through the recipients.
    let sql = "SELECT recipient, name, checkpoint, event, class FROM notices_due\(event == nil ? "" : " WHERE event = ?")"
    return try rows(sql, event.map { [$0] } ?? []).map { row in
      NoticeDue(
        recipient: try row.value("recipient"), name: try row.value("name"), checkpoint: try row.value("checkpoint"),
        event: try row.value("event"), className: try row.value("class") ?? "(blanked)")
    }
  }

  private func recipient(_ row: Row) throws -> RecipientRecord {
    let entry: Int64 = try row.value("entry")
    return try RecipientRecord(
      id: row.value("id"), name: sealed("recipient", entry: entry), checkpoint: row.value("checkpoint"),
      checkpointName: row.value("checkpoint_name"), model: row.value("model"), fileDigest: row.digest("file_digest"),
      byteCount: row.value("byte_count"), logIndex: entry, time: row.value("time"), told: row.value("told"))
  }
}

extension Snapshot {
  /// The report that was recorded last.
  package func lastReport() throws -> (digest: Digest, logIndex: Int64, time: String)? {
    let sql =
      "SELECT r.digest, r.entry, ifnull(e.time, '') AS time FROM report r LEFT JOIN log_entry e ON e.log_index = r.entry ORDER BY r.id DESC LIMIT 1"
    return try row(sql).map { (try $0.digest("digest"), try $0.value("entry"), try $0.value("time")) }
  }

  /// The entry that recorded a report of a digest, if one did.
  package func report(digest: Digest) throws -> (logIndex: Int64, time: String)? {
    let sql =
      "SELECT r.entry, ifnull(e.time, '') AS time FROM report r LEFT JOIN log_entry e ON e.log_index = r.entry WHERE r.digest = ?"
    return try row(sql, [digest.data]).map { (try $0.value("entry"), try $0.value("time")) }
  }
}

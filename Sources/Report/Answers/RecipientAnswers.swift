import Ledger
import Store

/// An export that went to somebody, and what they have to be told.
package struct RecipientItem: Codable, Sendable {
  package var recipient: Int64
  package var receivedBy: Nullable<String>
  package var checkpoint: String
  package var fileDigest: String
  package var byteCount: Int64
  package var exportedAt: String
  /// When they were last told what to forget.
  package var toldAt: Nullable<String>
  /// Classes that were forgotten since and that the file knows.
  package var toTell: [String]
  package var logIndex: Int64

  init(_ record: RecipientRecord, notices: [NoticeDue]) {
    (recipient, receivedBy, checkpoint) = (record.id, Nullable(record.name), record.checkpointName)
    (fileDigest, byteCount) = (record.fileDigest.description, record.byteCount)
    (exportedAt, toldAt, logIndex) = (record.time, Nullable(record.told), record.logIndex)
    toTell = Set(notices.filter { $0.recipient == record.id }.map(\.className)).sorted()
  }
}

/// One recipient: `recipient told`.
package struct RecipientAnswer: Answer {
  package static let schema = "lethe/recipient/v1"

  package var recipient: RecipientItem

  package init(_ record: RecipientRecord, in snapshot: Snapshot) throws {
    recipient = RecipientItem(record, notices: try snapshot.noticesDue())
  }
}

/// Who received exports, oldest first.
package struct RecipientListAnswer: Answer {
  package static let schema = "lethe/recipient-list/v1"

  package var recipients: [RecipientItem]

  /// - Parameter due: only those who have to be told something.
  package init(due: Bool, in snapshot: Snapshot) throws {
    let notices = try snapshot.noticesDue()
    recipients = try snapshot.recipients().map { RecipientItem($0, notices: notices) }.filter { !due || !$0.toTell.isEmpty }
  }
}

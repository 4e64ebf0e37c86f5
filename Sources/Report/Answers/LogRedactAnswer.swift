import Store

/// An entry whose texts were destroyed: `log redact`.
package struct LogRedactAnswer: Answer {
  package static let schema = "lethe/log-redact/v1"

  package var entry: Int64
  /// All of its texts that are gone, also by redactions before.
  package var fields: [String]
  /// When texts of it were first destroyed.
  package var time: String
  /// The last log entry that says so.
  package var logIndex: Int64
  package var state: Redaction.State

  package init(_ redaction: Redaction, state: Redaction.State) {
    (entry, fields, time) = (redaction.entry, redaction.fields, redaction.time)
    (logIndex, self.state) = (redaction.logIndex, state)
  }
}

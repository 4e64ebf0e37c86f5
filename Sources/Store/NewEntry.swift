import Foundation
import Ledger

/// What a command tells the log about itself: what was done, and by whom and why.
public struct NewEntry: Sendable {
  /// What can be done to a store.
  public enum Action: String, Sendable, CaseIterable, Codable {
    case `init`, `import`, train, forget, rollback, reinstate
    /// A checkpoint came in a file.
    case importCheckpoint = "import-checkpoint"
    /// Bytes removed; and what a scan of the file saw afterwards.
    case erase, certify
    case hold, lift, retention
    case copyAdd = "copy-add"
    case copyClear = "copy-clear"
    case backup, restore
    /// Texts of an entry were destroyed.
    case redact
    /// A list of what must not come back was taken in from elsewhere.
    case exclude
    /// The log's key handed over to the next one.
    case rotateKey = "rotate-key"
    /// A request to forget: that it came in, got more time, was answered; and the rules for such.
    case request
    case requestExtend = "request-extend"
    case requestAnswer = "request-answer"
    case requestPolicy = "request-policy"
    /// A checkpoint went to somebody; who was told afterwards what to forget.
    case export
    case notice
    /// A report was handed out.
    case report
  }

  /// What is done.
  public var action: Action
  /// Texts that name a person or give a reason: `actor`, `reason`, `approved_by`, `owner` (of a hold), `subject` (of a request),
  /// `recipient` (of an export). The leaf holds commitments to them.
  public var sealed: [String: String]
  /// UTC, to the second.
  public var time: Date

  /// An entry with the texts that it seals.
  public init(
    _ action: Action, actor: String, reason: String? = nil, approvedBy: String? = nil, owner: String? = nil, time: Date = Date()
  ) {
    self.action = action
    self.time = time
    sealed = ["actor": actor]
    sealed["reason"] = reason
    sealed["approved_by"] = approvedBy
    sealed["owner"] = owner
  }

  /// RFC 3339 in UTC, to the second: `2026-01-31T12:00:00Z`.
  package static func timeText(_ time: Date) -> String {
    time.formatted(.iso8601)
  }
}

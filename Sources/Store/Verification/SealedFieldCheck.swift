import Foundation
import GRDB
import Ledger

/// Whether the texts that a leaf commits to are those that lie beside it, or were blanked.
struct SealedFieldCheck {
  let snapshot: Snapshot
  let salts: SaltCheck
  private var blanked = 0
  /// The first entry whose fields could not be read; those after it are not looked for.
  private var unreadable: Int64?

  init(snapshot: Snapshot, salts: SaltCheck) { (self.snapshot, self.salts) = (snapshot, salts) }

  mutating func check(_ fields: [String: JSONValue], entry: Int64, _ result: inout Verification) {
    guard unreadable == nil else { return }
    var count = 0
    let isRead = snapshot.attempt("sealed fields of log entry \(entry)", &result) {
      count = try countBlanked(fields, entry: entry, &$0)
    }
    blanked += count
    if !isRead { unreadable = entry }
  }

  func finish(_ result: inout Verification) {
    if blanked > 0 { result.passOver("sealed fields", "\(blanked) of them were blanked") }
    if let unreadable { result.passOver("sealed fields from log entry \(unreadable) on", "they cannot be read") }
  }

  private func countBlanked(_ fields: [String: JSONValue], entry: Int64, _ result: inout Verification) throws -> Int {
    let subject = "log entry \(entry)"
    var (commitments, count) = ([String: JSONValue](), 0)
    if case .object(let sealed)? = fields["sealed"] { commitments = sealed }
    for row in try snapshot.rows("SELECT name, salt, CAST(value AS BLOB) AS value FROM sealed_field WHERE entry = ?", [entry]) {
      let name: String = try row.value("name")
      guard case .string(let text)? = commitments.removeValue(forKey: name), let digest = try? Digest(text: text) else {
        result.add(.fieldAdded, subject, "its field \(name) is not in the leaf")
        continue
      }
      let value: Data? = try row.value("value")
      count += value == nil ? 1 : 0
      let salt: Data? = try row.value("salt")
      salts.add(salt)
      if !Commitment(digest: digest).isKept(by: value, salt: salt) {
        result.add(.fieldChanged, subject, "its field \(name) is not the one that the leaf commits to")
      }
    }
    for name in commitments.keys.sorted() {
      result.add(.fieldRemoved, subject, "its field \(name) is missing")
    }
    return count
  }
}

extension Commitment {
  /// Whether text and salt are the ones committed to, or both were blanked.
  func isKept(by text: Data?, salt: Data?) -> Bool {
    switch (text, salt) {
    case (nil, nil): return true
    case (let bytes?, let salt?):
      guard let text = String(validating: bytes, as: UTF8.self) else { return false }
      return opens(text, salt: Array(salt))
    default: return false
    }
  }
}

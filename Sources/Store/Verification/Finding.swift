import Ledger

/// One thing that `verify` found wrong.
package struct Finding: Sendable, Hashable {
  /// How bad it is.
  package enum Severity: String, Sendable, Codable {
    /// Damage or tampering: the store is not what was committed.
    case error
    /// Something to know that changes no answer.
    case warning
  }

  /// A short, stable name, such as `chunk.corrupt`.
  package var code: String
  package var severity: Severity
  /// What it was found in, such as `tensor 3` or `log entry 7`.
  package var subject: String
  package var message: String

  init(_ code: String, _ subject: String, _ message: String, severity: Severity = .error) {
    (self.code, self.severity, self.subject, self.message) = (code, severity, subject, message)
  }
}

/// What a verification looked at and found.
package struct Verification: Sendable {
  package var findings: [Finding] = []
  package var logSize: Int64 = 0
  package var root: Digest = MerkleTree.emptyRoot
  /// Plain bytes whose digest was taken.
  package var checkedBytes: Int64 = 0

  package init() {}

  /// No error was found.
  package var ok: Bool { !findings.contains { $0.severity == .error } }

  mutating func add(_ code: String, _ subject: String, _ message: String) {
    findings.append(Finding(code, subject, message))
  }
}

import Ledger

/// One thing that `verify` found wrong.
public struct Finding: Sendable, Hashable {
  /// How bad it is.
  public enum Severity: String, Sendable, Codable {
    /// Damage or tampering: the store is not what was committed.
    case error
    /// Something to know that changes no answer.
    case warning
  }

  /// What kind of thing is wrong; a name that stays.
  public var code: FindingCode
  /// Whether it makes the store unsound.
  public var severity: Severity
  /// What it was found in, such as `tensor 3` or `log entry 7`.
  public var subject: String
  /// What is wrong, in a sentence.
  public var message: String

  init(_ code: FindingCode, _ subject: String, _ message: String, severity: Severity = .error) {
    (self.code, self.severity, self.subject, self.message) = (code, severity, subject, message)
  }
}

/// Something that a verification passed over, so that nobody takes its silence for a judgement.
public struct NotChecked: Sendable, Hashable {
  /// What, such as `chunks` or `table measurement`.
  public var subject: String
  /// Why it was passed over.
  public var reason: String
}

/// What a verification looked at, passed over and found.
public struct Verification: Sendable {
  /// Damage, tampering, and what is worth a warning.
  public var findings: [Finding] = []
  /// What was passed over.
  public var notChecked: [NotChecked] = []
  /// Entries of the log.
  public var logSize: Int64 = 0
  /// Root hash of the log's tree.
  public var root: Digest = MerkleTree.emptyRoot
  /// Plain bytes whose digest was taken.
  public var checkedBytes: Int64 = 0
  /// The keys that the log's leaves say have signed it; nil where they cannot be read.
  package var keys: KeyChain?
  /// Which of them signed the tree head that was kept elsewhere.
  package var keptBy: [VerifierKey] = []
  /// What known witnesses cosigned, where that was asked for.
  package var witnessed: Witnessed?

  package init() {}

  /// Takes in what another check found and passed over.
  package mutating func add(_ other: Verification) {
    findings += other.findings
    notChecked += other.notChecked
  }

  /// No error was found in what was checked.
  public var ok: Bool { !findings.contains { $0.severity == .error } }

  package mutating func add(_ code: FindingCode, _ subject: String, _ message: String) {
    findings.append(Finding(code, subject, message))
  }

  /// Something to know that is no damage.
  mutating func warn(_ code: FindingCode, _ subject: String, _ message: String) {
    findings.append(Finding(code, subject, message, severity: .warning))
  }

  package mutating func passOver(_ subject: String, _ reason: String) {
    notChecked.append(NotChecked(subject: subject, reason: reason))
  }
}

import Ledger
import Store

/// What `restore` did, or would do.
package struct RestoreAnswer: Answer {
  package static let schema = "lethe/restore/v1"

  package var file: String
  package var store: String
  /// `restored`, `replaced` or `nothing`.
  package var outcome: String
  /// Nothing was written.
  package var dryRun: Bool
  /// The tree head that the backup ends with.
  package var logSize: Int64
  package var root: String
  /// Plain bytes whose digest was taken when the backup was verified.
  package var checkedBytes: Int64
  /// What was wrong with the store that was there.
  package var damage: [VerifyAnswer.Item]
  /// Whether a list of exclusions was compared with the backup.
  package var exclusionsChecked: Bool
  /// What the person has to know who restores this.
  package var warnings: [String]
  package var logIndex: Nullable<Int64>

  package init(
    file: String, store: String, outcome: String, logSize: Int64, root: Digest, checkedBytes: Int64, damage: [Finding],
    exclusionsChecked: Bool, warnings: [String]
  ) {
    (self.file, self.store, self.outcome, dryRun) = (file, store, outcome, true)
    (self.logSize, self.root, self.checkedBytes) = (logSize, root.description, checkedBytes)
    (self.damage, self.exclusionsChecked, self.warnings) = (damage.map(VerifyAnswer.Item.init), exclusionsChecked, warnings)
    logIndex = Nullable(nil)
  }

  /// The same, carried out.
  package func carriedOut(logIndex: Int64?) -> RestoreAnswer {
    var answer = self
    (answer.dryRun, answer.logIndex) = (false, Nullable(logIndex))
    return answer
  }
}

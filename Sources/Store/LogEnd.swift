import Ledger

/// What is needed to append to the log, as the last commit of this process left it: who writes one entry after the other need not read it back.
/// The log only grows, and no record is written or removed without an entry, so it holds for as long as the log has the frontier's size.
struct LogEnd {
  var frontier: TreeFrontier
  /// Of the key that signs the next entry, under the log's name.
  var verifierKey: VerifierKey
  /// Of the tables that were written to.
  var nextIDs: [RecordTable: Int64]
}

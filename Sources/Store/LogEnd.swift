import Ledger

/// What is needed to append to the log, as the last commit of this process left it: who writes one entry after the other need not read it back.
/// The log only grows, so it holds for as long as the log has the frontier's size.
struct LogEnd {
  var frontier: TreeFrontier
  var origin: String
  /// Of the key that signs the next entry.
  var verifierKey: String
}

import Ledger
import Store

extension Engine {
  /// Enters the digest of a report's JSON document into the log.
  /// - Parameter scope: what the report covers.
  /// - Returns: the entry.
  package func recordReport(_ digest: Digest, scope: JSONValue) throws -> Int64 {
    try store.write(NewEntry(.report, actor: actor), key: key()) { transaction in
      try transaction.insertReport(scope: scope, digest: digest)
      return transaction.entryIndex
    }
  }
}

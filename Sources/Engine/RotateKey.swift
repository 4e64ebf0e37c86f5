import Ledger
import Store

extension Engine {
  /// Hands the log over to another key: the old one signs that, and the new one signs from there on.
  ///
  /// - Parameter key: where the caller keeps it, it must be safe by now: nobody can write to the store without it afterwards.
  /// - Returns: the index of the entry that is the hand-over.
  /// - Throws: `StoreError.keyRefused`, `.wrongKey`; what reading the present key throws.
  package func rotateKey(to key: SigningKey, reason: String) throws -> Int64 {
    try store.write(NewEntry(.rotateKey, actor: actor, reason: reason), key: signingKey()) { transaction in
      try transaction.handOver(to: key)
      return transaction.entryIndex
    }
  }
}

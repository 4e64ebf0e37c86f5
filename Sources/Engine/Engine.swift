import Ledger
import Logging
import Store

/// The use cases: each method is one command, and each command that changes something is one transaction.
///
/// Engine is the only module that knows both the store and the bottleneck: it turns stored tensors into a model and back.
///
/// ## Topics
/// ### Writing
/// - ``importDataset(_:)``
/// - ``train(_:)``
/// - ``forget(_:)``
/// - ``rollback(_:)``
/// - ``importCheckpoint(_:)``
/// - ``redact(_:fields:reason:)``
/// - ``rotateKey(to:reason:)``
/// ### Holds, copies and requests
/// - ``placeHold(_:)``
/// - ``liftHold(_:reason:)``
/// - ``addCopy(_:at:clearBy:)``
/// - ``openRequest(_:)``
/// - ``extendRequest(_:due:reason:)``
/// - ``answerRequest(_:_:)``
/// - ``setRequestPolicy(twoPeople:procedure:reason:)``
/// - ``noteTold(_:reason:)``
/// - ``clearCopy(_:reason:)``
/// - ``backup(to:clearBy:)``
/// - ``prepareRestore(_:progress:)``
/// - ``importExclusions(_:)``
/// - ``setRetention(model:keepLast:keepDays:reason:)``
/// - ``applyRetention(model:reason:at:)``
/// ### Reading
/// - ``evaluate(_:part:)``
/// - ``exportCheckpoint(_:to:signedWith:)``
/// - ``receipt(of:)``
/// - ``recompute(_:)``
/// - ``experiment(_:)``
public struct Engine: Sendable {
  /// The version that checkpoints and reports record.
  public static let version = "0.1.0"

  /// Where everything is read from and written to.
  public let store: Store
  /// Reads the signing key; called by commands that write, and only by them.
  let key: @Sendable () throws -> SigningKey
  /// Who acts; enters the log as a salted commitment.
  public let actor: String
  /// How many threads compute; no result depends on it.
  public let threads: Int
  /// Called with what is being done and the share that is done, 0…1.
  let progress: @Sendable (String, Double) -> Void
  let logger: Logger

  /// An engine on an open store.
  ///
  /// - Parameters:
  ///   - key: called by what writes, before anything is computed; its key must be the one that the store is signed with.
  ///   - actor: who acts; sealed in the log, so that it can be blanked later.
  ///   - threads: 1 or more; they change how long it takes and no bit of the result.
  ///   - progress: called from whatever thread computes.
  public init(
    store: Store, key: @escaping @Sendable () throws -> SigningKey, actor: String, threads: Int,
    logger: Logger = Logger(label: "lethe"), progress: @escaping @Sendable (String, Double) -> Void = { _, _ in }
  ) {
    (self.store, self.key, self.actor, self.threads) = (store, key, actor, threads)
    (self.logger, self.progress) = (logger, progress)
  }

  /// Sees that there is the key that this store is signed with.
  /// - Throws: what reading the key throws, `StoreError.wrongKey`.
  public func checkKey() throws { _ = try signingKey() }

  /// The signing key, after a look at whether it is this store's: for commands that compute for long before they write.
  /// - Throws: what `key` throws, `StoreError.wrongKey`.
  func signingKey() throws -> SigningKey {
    let key = try key()
    let (origin, expected) = try store.read { try $0.identity() }
    let given = try key.named(origin).verifierKey.description
    guard given == expected else { throw StoreError.wrongKey(expected: expected, given: given) }
    return key
  }
}

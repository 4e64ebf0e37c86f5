import Foundation
import Ledger
import Store

/// What to restore, and where.
package struct RestoreRequest: Sendable {
  /// The backup.
  package var file: String
  /// Where the store shall be, or is.
  package var place: String
  /// A list of what must not come back that was kept elsewhere.
  package var exclusions: ExclusionList?

  package init(file: String, place: String, exclusions: ExclusionList?) {
    (self.file, self.place, self.exclusions) = (file, place, exclusions)
  }
}

/// A restoration that was checked and only has to be carried out.
package final class Restoration {
  package enum Outcome: String, Sendable {
    /// There was no store.
    case restored
    /// A damaged store with the same log got its content back.
    case replaced
    /// A sound store with the same log is there.
    case nothing
  }

  package let outcome: Outcome
  /// The tree head that the backup ends with.
  package let logSize: Int64
  package let root: Digest
  package let checkedBytes: Int64
  /// What is wrong with the store that is there.
  package let damage: [Finding]
  /// What the person has to know who restores this.
  package let warnings: [String]
  private let copy: StoreRestore
  private let request: RestoreRequest

  fileprivate init(
    _ outcome: Outcome, _ copy: StoreRestore, _ verification: Verification, _ request: RestoreRequest, damage: [Finding] = [],
    warnings: [String] = []
  ) {
    (self.outcome, self.copy, self.request, self.damage, self.warnings) = (outcome, copy, request, damage, warnings)
    (logSize, root, checkedBytes) = (verification.logSize, verification.root, verification.checkedBytes)
  }

  /// Appends the log entry and puts the store in its place, both or neither.
  /// - Returns: the entry's index; nil where nothing was to be done.
  /// - Throws: `StoreError.wrongKey`, `.alreadyExists`, `.busy`, `.changedMeanwhile`; nothing has changed then.
  package func carryOut(key: SigningKey, actor: String) throws -> Int64? {
    if outcome == .nothing { return nil }
    let source = URL(fileURLWithPath: request.file).standardizedFileURL.path
    let index = try copy.store.write(NewEntry(.restore, actor: actor), key: key) { transaction in
      // The backup lies where it lay, and now this store has to know of it.
      if try !transaction.copies().contains(where: { $0.location == source }) {
        _ = try transaction.insertCopy(kind: .backup, location: source, logSize: logSize, clearBy: nil)
      }
      return transaction.entryIndex
    }
    switch outcome {
    case .restored: try copy.install()
    case .replaced: try copy.replace((logSize, root))
    case .nothing: break
    }
    return index
  }
}

extension Engine {
  /// Checks a backup in full and compares it with what is at the place; nothing is written but a temporary copy.
  ///
  /// Nothing committed is lost by it, and nothing comes back that is known to have been forgotten: a store that is there may only be
  /// replaced if it has the same log and is damaged.
  /// - Throws: `StoreError.copyDamaged`, what opening the file throws, and the cases of `EngineError` that begin with `restore`.
  package static func prepareRestore(
    _ request: RestoreRequest, progress: (String, Double) -> Void = { _, _ in }
  ) throws -> Restoration {
    let isThere = FileManager.default.fileExists(atPath: request.place)
    if !isThere {
      // A journal left behind by a file that is gone would be replayed into the new one.
      for journal in ["-wal", "-journal"] where FileManager.default.fileExists(atPath: request.place + journal) {
        throw StoreError.alreadyExists(path: request.place + journal)
      }
    }
    let copy = try StoreRestore(request.file, for: request.place) { progress("copying", 0.2 * $0) }
    let verification = try copy.verify { progress("checking \($0)", 0.2 + 0.7 * $1) }
    if let list = request.exclusions { try refuseExcluded(list, in: copy.store, request) }
    guard isThere else {
      return Restoration(.restored, copy, verification, request, warnings: try warnings(request, verification, copy.store))
    }
    progress("comparing", 0.9)
    let findings = try compare(copy.store, verification, request)
    let damage = findings.filter { $0.severity == .error }
    return Restoration(damage.isEmpty ? .nothing : .replaced, copy, verification, request, damage: damage)
  }

  /// Whether the store that is there has the backup's log, no more and no less; and what is wrong with it.
  private static func compare(_ backup: Store, _ verification: Verification, _ request: RestoreRequest) throws -> [Finding] {
    do {
      let there = try Store.open(at: request.place, for: .reading)
      defer { try? there.close() }
      try there.read { snapshot in
        let (first, backupKeys) = try backup.read { (try $0.firstIdentity(), try $0.keyChain()) }
        guard try snapshot.firstIdentity() == first else {
          throw EngineError.restoreOtherStore(file: request.file, reason: "another log, or one signed with another key")
        }
        // A log that went on may have handed over to keys that the backup does not know: they are believed as far as that is proved.
        let wentOn = try snapshot.lastSignedTreeHead().size > verification.logSize
        let keys = wentOn ? try snapshot.provedKeyChain() : backupKeys
        let log = BackupLog(file: request.file, size: verification.logSize, root: verification.root, keys: keys)
        try log.compare(with: snapshot)
        let blanked = try snapshot.blankedTexts().subtracting(backup.read { try $0.blankedTexts() })
        if !blanked.isEmpty { throw EngineError.restoreForgotten(file: request.file, what: blanked.sorted()) }
      }
      return there.verify().findings
    } catch let error as StoreError where error != .busy(path: request.place) {
      throw EngineError.restoreUnreadable(place: request.place, reason: error.message)
    }
  }

  private static func refuseExcluded(_ list: ExclusionList, in store: Store, _ request: RestoreRequest) throws {
    let held = try store.heldExclusions(list)
    guard held.examples == 0, held.checkpoints.isEmpty else {
      throw EngineError.restoreExcluded(file: request.file, examples: held.examples, checkpoints: held.checkpoints)
    }
    try store.read { snapshot in
      guard try snapshot.identity().origin == list.origin, list.logSize <= (try snapshot.logEntryCount()) else { return }
      guard try snapshot.signedTreeHead(size: list.logSize, keys: snapshot.keyChain())?.root == list.root else {
        throw EngineError.restoreOtherStore(file: request.file, reason: "its log is not the one of the list of exclusions")
      }
    }
  }

  private static func warnings(_ request: RestoreRequest, _ verification: Verification, _ store: Store) throws -> [String] {
    let size = verification.logSize
    var warnings = [
      """
      The log ends with entry \(size - 1). If the lost store went on, what it did then is gone, and what was forgotten or erased then is \
      known again: this file cannot tell.
      """
    ]
    if let list = request.exclusions {
      let isSame = try store.read { try $0.identity().origin } == list.origin
      if isSame, list.logSize > size {
        warnings.append(
          """
          It did go on: the list of exclusions was drawn up when its log had \(list.logSize) entries, \(list.logSize - size) more. Nothing \
          that was erased until then is in the file; what was only forgotten is, and must be forgotten again.
          """)
      }
    } else {
      warnings.append("No list of exclusions was given (--exclusions), so what was erased since is not known either.")
    }
    warnings.append(
      """
      From here on this log goes its own way: tree heads of more than \(size) entries that the lost store signed belong to another \
      history. Whoever keeps such heads or receipts must be told.
      """)
    return warnings
  }
}

/// The log of a backup that was verified.
private struct BackupLog {
  let file: String
  let size: Int64
  let root: Digest
  let keys: KeyChain

  /// - Throws: `EngineError` unless the store there has the same log and no more.
  func compare(with snapshot: Snapshot) throws {
    let there = try snapshot.lastSignedTreeHead()
    let common = min(there.size, size)
    guard try snapshot.logEntryCount() == there.size, let last = try head(there.size, snapshot), last.root == there.root,
      let shared = try head(common, snapshot)
    else {
      throw StoreError.recordCorrupt(
        table: "log_checkpoint", id: there.size, reason: "the log there is not the one that was signed")
    }
    if size > there.size {
      throw EngineError.restoreOtherStore(
        file: file, reason: "the store there ends \(size - there.size) entries before the backup does, or with others")
    }
    guard shared.root == root else {
      throw EngineError.restoreOtherStore(
        file: file, reason: "the two logs have another entry at the same place: one of them was forked")
    }
    if there.size > size { try refuse(snapshot.logEntries(last: Int(there.size - size))) }
  }

  private func head(_ size: Int64, _ snapshot: Snapshot) throws -> TreeHead? {
    try snapshot.signedTreeHead(size: size, keys: keys)
  }

  /// The store there went on: its entries would be lost, and what some of them did would be undone.
  private func refuse(_ entries: [LogEntryRecord]) throws {
    let forgetting = entries.filter { NewEntry.Action(rawValue: $0.action)?.forgets ?? true }
    guard forgetting.isEmpty else {
      throw EngineError.restoreForgotten(file: file, what: forgetting.map(\.summary))
    }
    throw EngineError.restoreWouldLose(file: file, entries: entries.map(\.summary))
  }
}

extension NewEntry.Action {
  /// Whether going back behind such an entry brings something back that was to be gone.
  fileprivate var forgets: Bool {
    switch self {
    case .forget, .rollback, .erase, .certify, .redact, .exclude: true
    case .`init`, .import, .importCheckpoint, .train, .reinstate, .hold, .lift, .retention, .copyAdd, .copyClear, .backup, .restore,
      .rotateKey, .request, .requestExtend, .requestAnswer, .requestPolicy, .export, .notice, .report:
      false
    }
  }
}

extension LogEntryRecord {
  /// `entry 7 (forget, pets@2)`.
  fileprivate var summary: String {
    var about: String?
    if case .object(let fields) = leaf {
      for name in ["child", "parent", "model", "dataset"] {
        if about == nil, case .string(let text)? = fields[name] { about = text }
      }
    }
    return "entry \(index) (\(([action] + [about].compactMap(\.self)).joined(separator: ", ")))"
  }
}

extension Store {
  /// What of a list this store holds the bytes of: the number of examples, and checkpoints by name. O(bytes of the embeddings).
  func heldExclusions(_ list: ExclusionList) throws -> (examples: Int, checkpoints: [String]) {
    let (checkpoints, examples) = (list.digests(.checkpoint), list.digests(.example))
    let (held, datasets) = try read { snapshot in
      let held = try snapshot.checkpoints().filter { item in
        try checkpoints.contains(item.digest) && snapshot.erasure(ofCheckpoint: item.id) == nil
      }
      return (held.map(\.name), try snapshot.datasets())
    }
    if examples.isEmpty { return (0, held) }
    var count = 0
    for dataset in datasets {
      for split in dataset.splits {
        // An erased row is zeros, which an example may have been too.
        let labels = try read { try $0.labels(split.part, of: dataset) }
        let stream = try EmbeddingStream(split, of: dataset, in: self)
        for start in stride(from: 0, to: split.count, by: 4_096) {
          let rows = (start..<min(start + 4_096, split.count)).filter { labels[$0] >= 0 }
          count += try ExampleDigest.of(rows, in: stream).count { examples.contains($0) }
        }
      }
    }
    return (count, held)
  }
}

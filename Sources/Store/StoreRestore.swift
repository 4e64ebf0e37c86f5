import Foundation
import GRDB
import Ledger

/// A copy of a store on its way back: its bytes are copied beside the place where it shall lie, and everything is looked at there,
/// so that the file that it comes from is never changed and may lie on a disk that cannot be written to.
///
/// ## Topics
/// - ``init(_:for:progress:)``
/// - ``verify(progress:)``
/// - ``install()``
/// - ``replace(_:)``
package final class StoreRestore {
  /// The copy, migrated to this version's schema.
  package let store: Store
  private let file: PartialFile

  /// - Throws: `StoreError.notFound`, `.notAStore`, `.newerVersion`, `.busy` while another process restores there, `.unusable`.
  package init(_ source: String, for place: String, progress: (Double) -> Void = { _ in }) throws {
    var status = stat()
    let mode: mode_t = stat(source, &status) == 0 ? status.st_mode & 0o777 : 0o600
    let file = try PartialFile(for: place, mode: mode | 0o600)
    try file.copy(source, progress: progress)
    // Errors name the file that the user named.
    store = try StoreError.translating(source) {
      Store(path: source, pool: try Store.writingPool(StoreFile.absolute(file.path), create: false, shown: source))
    }
    self.file = file
  }

  deinit { try? store.close() }

  /// Verifies the copy in full.
  /// - Throws: `StoreError.copyDamaged`, `.inputOutput`.
  package func verify(progress: (String, Double) -> Void = { _, _ in }) throws -> Verification {
    let verification = store.verify(progress: progress)
    try verification.refuseErrors(in: store.path)
    return verification
  }

  /// Gives the copy its name, where no file is.
  /// - Throws: `StoreError.alreadyExists`, `.unusable`; nothing is at the place then that was not there before.
  package func install() throws {
    // Only the file gets its name, and closing would not tell if the log could not be folded into it.
    try store.foldLog()
    try store.close()
    try file.install()
  }

  /// Puts the copy's content in the place of a damaged store that ends with the very same tree head.
  ///
  /// SQLite's online backup writes it, as one transaction of the store there: a crash leaves the old content or the new one, and the
  /// lock that is held from the comparison on keeps any other process from adding an entry in between.
  /// - Parameter head: the tree head that the store there was seen to end with.
  /// - Throws: `StoreError.busy` when another process has the store there open, `.changedMeanwhile` when it ends with another head now.
  package func replace(_ head: (size: Int64, root: Digest)) throws {
    try StoreError.translating(file.place) {
      // Before the write-ahead log is first looked at, "exclusive" means that nobody else may have the file open:
      // https://www.sqlite.org/wal.html#noshm
      let target = try DatabaseQueue.plain(
        at: file.place, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON")
      try target.writeWithoutTransaction { there in
        let (size, root, _) = try Snapshot(db: there).lastSignedTreeHead()
        guard size == head.size, root == head.root else { throw StoreError.changedMeanwhile(path: file.place) }
        there.clearSchemaCache()
        try store.read { try $0.db.backup(to: there) { _ in } }
      }
      try target.close()
    }
  }
}

extension Snapshot {
  /// The log's tree head of a size, if it is there and the keys signed it that were in force then.
  package func signedTreeHead(size: Int64, keys: KeyChain) throws -> TreeHead? {
    guard let note = try? storedNote(size: size), let head = try? keys.verify(note).head, head.size == size else { return nil }
    return head
  }

  /// How many entries the log has, whatever its tree heads say.
  package func logEntryCount() throws -> Int64 { try integer("SELECT count(*) FROM log_entry") }

  /// Texts that were blanked, each named for people; what is blanked leaves no trace in the log.
  package func blankedTexts() throws -> Set<String> {
    var found = Set(
      try rows("SELECT entry, name FROM sealed_field WHERE value IS NULL").map {
        "\(try $0.value("name") as String) of log entry \(try $0.value("entry") as Int64)"
      })
    for table in RecordTable.all {
      guard let text = table.columns.first(where: { table.erasable.contains($0) && $0 != "salt" }) else { continue }
      for row in try rows("SELECT id FROM \(table.name) WHERE \(text) IS NULL") {
        found.insert("\(text) in row \(try row.value("id") as Int64) of \(table.name)")
      }
    }
    return found
  }
}

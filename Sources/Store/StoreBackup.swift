import Foundation
import GRDB
import Ledger

/// A copy of a store in the making: written beside its place, verified in full, and then given its name.
///
/// ## Topics
/// - ``init(of:at:)``
/// - ``write(progress:)``
/// - ``install()``
package final class StoreBackup {
  private let store: Store
  private let file: PartialFile

  /// Takes the place; no file may be there. The copy will have the mode of the store's file.
  /// - Throws: `StoreError.alreadyExists`, `.busy` while another process writes a copy there, `.unusable`.
  package init(of store: Store, at place: String) throws(StoreError) {
    var status = stat()
    guard lstat(place, &status) != 0 else { throw .alreadyExists(path: place) }
    guard stat(store.path, &status) == 0 else {
      throw .unusable(path: store.path, message: "stat: \(String(cString: strerror(errno)))")
    }
    (self.store, file) = (store, try PartialFile(for: place, mode: status.st_mode & 0o777))
  }

  /// Copies one consistent state of the store, whatever is written to it meanwhile, and verifies the copy in full.
  ///
  /// SQLite's online backup reads within one snapshot (https://www.sqlite.org/backup.html). The copy is left without write-ahead log, so
  /// that it is one file, which opens in a folder that cannot be written to.
  /// - Parameter progress: called with what is being done and the share that is done, 0…1.
  /// - Returns: the last signed tree head that the copy holds, and what its verification looked at.
  /// - Throws: `StoreError.copyDamaged` when the copy does not verify, mostly since the store itself is damaged; `.inputOutput`.
  package func write(
    progress: (String, Double) -> Void = { _, _ in }
  ) throws -> (size: Int64, root: Digest, verification: Verification) {
    let head = try copyPages { progress("copying", 0.5 * $0) }
    let copy = try Store.open(at: file.path, for: .reading)
    defer { try? copy.close() }
    var verification = copy.verify { progress("checking \($0)", 0.5 + 0.5 * $1) }
    if verification.ok, verification.logSize != head.size || verification.root != head.root {
      verification.add(.headUnexpected, "log", "the copy does not end with the tree head that the store had")
    }
    try verification.refuseErrors(in: file.place)
    return (head.size, head.root, verification)
  }

  /// Makes the copy durable and gives it its name.
  /// - Throws: `StoreError.alreadyExists`, `.unusable`; no file is at the place then that was not there before.
  package func install() throws(StoreError) { try file.install() }

  private func copyPages(progress: (Double) -> Void) throws -> (size: Int64, root: Digest) {
    try StoreError.translating(file.place) {
      // A half-written copy is thrown away, so SQLite needs to keep no journal of it; `install` syncs it as a whole.
      let target = try DatabaseQueue.plain(at: file.path, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
      let head = try store.read { snapshot in
        let (size, root, _) = try snapshot.lastSignedTreeHead()
        try target.writeWithoutTransaction { try snapshot.db.backup(to: $0, progress: progress) }
        return (size, root)
      }
      try target.close()
      // The copied header says write-ahead log; it takes a new opening to change that.
      let finished = try DatabaseQueue.plain(at: file.path, "PRAGMA journal_mode = DELETE")
      try finished.close()
      return head
    }
  }
}

extension Verification {
  /// - Throws: `StoreError.copyDamaged` if there are errors; `.inputOutput` if one is the disk's, which says nothing of the copy.
  func refuseErrors(in path: String) throws(StoreError) {
    let errors = findings.filter { $0.severity == .error }
    if let failure = errors.first(where: { $0.code == .databaseUnreadable }) {
      throw .inputOutput(path: path, message: failure.message)
    }
    guard let first = errors.first else { return }
    throw .copyDamaged(path: path, count: errors.count, first: "\(first.code): \(first.subject): \(first.message)")
  }
}

extension Database {
  /// SQLite's online backup in steps of 10 MB, telling the share that is done.
  func backup(to target: Database, progress: (Double) -> Void) throws {
    try withoutActuallyEscaping(progress) { progress in
      try backup(to: target, pagesPerStep: 2_560) { step in
        progress(Double(step.completedPageCount) / Double(max(step.totalPageCount, 1)))
      }
    }
  }
}

extension DatabaseQueue {
  /// A single connection without any settings of ours but these.
  static func plain(at path: String, _ settings: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.prepareDatabase { try $0.execute(sql: settings) }
    return try DatabaseQueue(path: StoreFile.absolute(path), configuration: configuration)
  }
}

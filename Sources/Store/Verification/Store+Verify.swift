import GRDB
import Ledger

extension Store {
  /// Rebuilds everything that the store claims from its raw rows: the log and its tree, every row, every array.
  ///
  /// It returns what it found and never stops at the first; ``Verification/ok`` says whether anything is wrong. A reader with more to ask
  /// (a tree head that was kept elsewhere, witnesses, a share of the arrays) has `lethe verify`. Reads only; O(bytes of the store).
  public func verify() -> Verification { verify(reading: .all) }

  /// Rebuilds everything that the store claims from its raw rows, and returns every finding rather than stopping at the first.
  ///
  /// In this order: the schema's text and SQLite's own structure; the log, whose tree is recomputed from RFC 9162's definition and
  /// shares no code with the writer's; the rows that each entry wrote, and the tables that
  /// repeat them model by model; every chunk and tensor; checkpoints, splits and heads. What
  /// cannot be read is a finding, and the rest is checked all the same. Only if the tables are not the schema's, or the file's pages
  /// form a circle, does it end there: then nothing read from the file means anything, or reading would not end. What was passed over
  /// stands in `Verification.notChecked`. Reads only.
  /// - Parameters:
  ///   - subset: which chunks and tensors are read; everything else is checked in any case.
  ///   - kept: a tree head that was kept elsewhere, which the log must continue.
  ///   - witnesses: whose cosignatures are asked for.
  ///   - progress: called with what is being checked and the share that is done, 0…1.
  package func verify(
    reading subset: DataSubset = .all, since kept: KeptHead? = nil, witnesses: WitnessPolicy? = nil,
    progress: (String, Double) -> Void = { _, _ in }
  ) -> Verification {
    var result = Verification()
    if let malformation { result.add(.databaseDamaged, "file", malformation) }
    do {
      try StoreError.translating(path) {
        // One snapshot for all of it: a writer may go on meanwhile. `read` is not for this: after an error of the disk it lets nothing
        // more be read.
        try pool.unsafeReentrantRead { db in
          try db.beginTransaction(.deferred)
          defer { try? db.rollback() }
          verify(Snapshot(db: db), subset, kept, witnesses, &result, progress)
        }
      }
    } catch let error as StoreError {
      result.add(FindingCode(rawValue: error.code) ?? .checkFailed, "file", error.message)
    } catch {
      result.add(.checkFailed, "file", "\(error)")
    }
    return result
  }

  private func verify(
    _ snapshot: Snapshot, _ subset: DataSubset, _ kept: KeptHead?, _ witnesses: WitnessPolicy?,
    _ result: inout Verification, _ progress: (String, Double) -> Void
  ) {
    progress("structure", 0)
    var readable = false
    snapshot.attempt("file", &result) { readable = try DatabaseCheck(snapshot: snapshot).run(&$0) }
    guard readable else {
      for part in ["log", "rows", "chunks and tensors", "lineage"] {
        result.passOver(part, "the file's tables cannot be read for what they are")
      }
      return
    }
    progress("log", 0.05)
    let salts = SaltCheck()
    let log = LogCheck(snapshot: snapshot, salts: salts, kept: kept, witnesses: witnesses).run(&result)
    progress("rows", 0.1)
    RowCheck(snapshot: snapshot, log: log, salts: salts).run(&result)
    LineCheck(snapshot: snapshot).run(&result)
    TensorCheck(snapshot: snapshot, subset: subset).run(&result) { progress("tensors", 0.15 + 0.8 * $0) }
    progress("lineage", 0.97)
    LineageCheck(snapshot: snapshot).run(&result)
    progress("done", 1)
  }
}

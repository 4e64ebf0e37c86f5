import Ledger
import Store

extension Snapshot {
  /// What the receipt of an erasure says; `entry` is the one that removed the bytes or the one that certified it, which give the same.
  func erasurePredicate(_ entry: Int64) throws -> ErasurePredicate {
    let record = try required(try erasure(entry: entry), "erasure", of: entry)
    guard let seen = record.certificate else { throw EngineError.receiptPending(entry: entry, erasure: record.id) }
    let (facts, certified) = (try soundEntry(record.logIndex), try soundEntry(seen.logIndex))
    let checkpoints = try erasedCheckpoints(erasure: record.id)
    try requireSound(.checkpoint, checkpoints.map(\.id))
    let classes = try erasedClasses(erasure: record.id)
    try requireSound(.class, classes)
    let (blanked, arrays) = (try blankedRows(erasure: record.id), try erasedTensorIDs(erasure: record.id))
    try requireSound(.split, blanked.map(\.rows.split.id))
    try requireSound(.tensor, Set(arrays + blanked.flatMap(\.tensors)))
    return ErasurePredicate(
      log: try place(of: seen.logIndex), erasureLog: try place(of: record.logIndex), started: facts.time, time: certified.time,
      kind: record.kind.rawValue, model: try required(facts.model, "model", of: record.logIndex),
      classes: try classes.map { id in
        let item = try committedClass(id)
        return ErasurePredicate.ErasedClass(dataset: try dataset(item.dataset).name, item: NamedClass(item))
      },
      checkpoints: checkpoints.map { NamedCheckpoint($0) },
      rows: blanked.map { rows, _ in
        ErasurePredicate.ErasedRows(
          dataset: rows.dataset, part: rows.split.part.rawValue, count: Int64(rows.count), members: rows.members,
          split: rows.split.digest, embeddings: rows.embeddings, labels: rows.labels)
      },
      arrays: try arrays.map { try tensor($0).digest }, removedBytes: record.removedBytes, technique: seen.technique,
      level: seen.level, scannedBytes: seen.scannedBytes, needles: Int64(seen.needles), hits: Int64(seen.hits), tool: seen.tool,
      sealed: facts.sealed)
  }
}

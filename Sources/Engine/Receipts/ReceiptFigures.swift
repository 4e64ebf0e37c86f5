import Ledger
import Store

/// The figures of a receipt: those that its entry recorded, with the names of what they were measured on.
struct ReceiptFigures {
  /// The most figures that a receipt holds: with more, those of single classes stay in the store, lest the statement become larger
  /// than a reader takes.
  static let maximum = 1_000

  private(set) var figures: [MeasuredFigure] = []
  /// Figures of single classes that are not among them.
  private(set) var leftOut: Int64 = 0

  /// - Parameters:
  ///   - checkpoints: the entry's checkpoints by id, as its leaf names them.
  ///   - splits: splits that the entry wrote itself and that are checked.
  init(
    entry: Int64, checkpoints: [Int64: NamedCheckpoint], splits: [SplitRecord] = [], in snapshot: Snapshot
  ) throws {
    let records = try snapshot.measurements(entry: entry)
    var known = Dictionary(splits.map { ($0.id, $0) }) { first, _ in first }
    let others = Set(records.map(\.split)).subtracting(known.keys)
    try snapshot.requireSound(.split, others)
    for id in others { known[id] = try snapshot.split(id) }
    try snapshot.requireSound(.class, Set(records.compactMap(\.classID)))
    let isLarge = records.count > Self.maximum
    for record in records {
      if isLarge, record.classID != nil {
        leftOut += 1
        continue
      }
      guard let checkpoint = checkpoints[record.checkpoint], let split = known[record.split] else {
        throw StoreError.recordCorrupt(
          table: "measurement", id: entry, reason: "log entry \(entry) measured a checkpoint that it does not name")
      }
      figures.append(
        MeasuredFigure(
          checkpoint: checkpoint.name, metric: record.metric, role: split.role.rawValue,
          ordinal: try record.classID.map { Int64(try snapshot.committedClass($0).ordinal) }, part: split.part.rawValue,
          splitDigest: split.digest, n: Int64(record.n), value: record.value, low: record.low, high: record.high))
    }
  }
}

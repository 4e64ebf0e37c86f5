import GRDB
import Ledger
import Tensors

extension Snapshot {
  private static let datasetSQL = """
    SELECT d.*, ifnull(e.time, '') AS time FROM dataset d LEFT JOIN log_entry e ON e.log_index = d.entry
    """

  private static let splitColumns = """
    SELECT s.*, (SELECT embeddings FROM erased_rows x WHERE x.split = s.id ORDER BY x.id DESC LIMIT 1) AS embeddings_left,
      (SELECT labels FROM erased_rows x WHERE x.split = s.id ORDER BY x.id DESC LIMIT 1) AS labels_left,
      (SELECT ifnull(sum(count), 0) FROM erased_rows x WHERE x.split = s.id) AS erased_count
    """
  private static let splitSQL = splitColumns + " FROM split s"
  static let eventSplitSQL = splitSQL + " WHERE s.event = ? ORDER BY s.id"
  /// Named, because the index over all splits serves as well and leads past the six of each event.
  static let importedSplitSQL =
    splitColumns + " FROM split s INDEXED BY split_imported WHERE s.dataset = ? AND s.event IS NULL ORDER BY s.id"

  /// Every data set, in the order of import.
  public func datasets() throws -> [DatasetRecord] {
    try rows(Self.datasetSQL + " ORDER BY d.id").map(dataset)
  }

  /// The data set of a name.
  /// - Throws: `StoreError.unknown`.
  public func dataset(named name: String) throws -> DatasetRecord {
    let sql = Self.datasetSQL + " WHERE d.name = ?"
    guard let row = try row(sql, [name]) else {
      let known = try String.fetchAll(db, sql: "SELECT name FROM dataset ORDER BY id DESC")
      throw StoreError.unknown(kind: "dataset", name: name, known: known)
    }
    return try dataset(row)
  }

  /// The data set of an id.
  public func dataset(_ id: Int64) throws -> DatasetRecord {
    let sql = Self.datasetSQL + " WHERE d.id = ?"
    guard let row = try row(sql, [id]) else {
      throw StoreError.recordCorrupt(table: "dataset", id: id, reason: "it is missing")
    }
    return try dataset(row)
  }

  /// A split by its id.
  package func split(_ id: Int64) throws -> SplitRecord {
    guard let row = try row(Self.splitSQL + " WHERE s.id = ?", [id]) else {
      throw StoreError.recordCorrupt(table: "split", id: id, reason: "it is missing")
    }
    return try split(row)
  }

  /// The six derived splits of an unlearning event: forget and retain of each part.
  package func splits(event: Int64) throws -> [SplitRecord] {
    try rows(Self.eventSplitSQL, [event]).map(split)
  }

  /// The digest of an imported part as it is now: that of the part unless examples were erased from it.
  package func digestOfWhatIsLeft(_ split: SplitRecord) throws -> Digest {
    guard split.erasedCount > 0, let embeddings = split.embeddings, let labels = split.labels else { return split.digest }
    return SplitDigest.imported(embeddings: try tensor(embeddings).digest, labels: try tensor(labels).digest)
  }

  static let exampleSQL = "SELECT split, ordinal FROM example WHERE external_id = ? ORDER BY id"

  /// Where an example with the user's id lies: data set, part and row; several if several data sets have it.
  package func examples(externalID: String) throws -> [(dataset: DatasetRecord, split: SplitRecord, ordinal: Int)] {
    try rows(Self.exampleSQL, [externalID]).map { row in
      let split = try split(row.value("split") as Int64)
      return (try dataset(split.dataset), split, try row.value("ordinal") as Int)
    }
  }

  private func dataset(_ row: Row) throws -> DatasetRecord {
    let id: Int64 = try row.value("id")
    var classes: [ClassRecord] = []
    try forEach("SELECT id, ordinal, name FROM class WHERE dataset = ? ORDER BY ordinal", [id]) {
      try classes.append(ClassRecord(id: $0.value(at: 0), ordinal: $0.value(at: 1), name: $0.value(at: 2)))
    }
    let splits = try rows(Self.importedSplitSQL, [id]).map(split)
    return try DatasetRecord(
      id: id, name: row.value("name"), encoder: row.value("encoder"), license: row.value("license"),
      dimension: row.value("dimension"),
      scale: row.value("scale"), classes: classes, splits: splits, time: row.value("time"))
  }

  private func split(_ row: Row) throws -> SplitRecord {
    guard let part = Part(rawValue: try row.value("part")), let role = Role(rawValue: try row.value("role")) else {
      throw StoreError.recordCorrupt(table: "split", id: try row.value("id"), reason: "unknown part or role")
    }
    let (embeddings, labels): (Int64?, Int64?) = (try row.value("embeddings"), try row.value("labels"))
    var imported: (embeddings: Int64, labels: Int64)?
    if let embeddings, let labels { imported = (embeddings, labels) }
    return try SplitRecord(
      id: row.value("id"), dataset: row.value("dataset"), event: row.value("event"), part: part, role: role,
      count: row.value("count"), digest: row.digest("digest"), embeddings: row.value("embeddings_left") ?? embeddings,
      labels: row.value("labels_left") ?? labels, imported: imported, erasedCount: row.value("erased_count"))
  }
}

import Foundation
import Ledger
import Store
import Tensors

/// The files of one part of a data set.
public struct PartFiles: Sendable {
  /// An npy file, `archive.npz:member` or `file.safetensors:tensor` of n rows of float16, float32, float64 or uint8.
  public var embeddings: String
  /// The same of n integers, the ordinals of the classes.
  public var labels: String
  /// One external id a line, if the user has ids.
  public var ids: String?

  /// Files that are looked at when the import begins.
  public init(embeddings: String, labels: String, ids: String? = nil) {
    (self.embeddings, self.labels, self.ids) = (embeddings, labels, ids)
  }
}

/// What to import, and what it is.
public struct ImportRequest: Sendable {
  /// Unique in the store; in clear in rows and log for good.
  public var name: String
  /// At least the training part, each part once, all with embeddings of one dimension.
  public var parts: [(part: Part, files: PartFiles)]
  /// A text file with one name a line in the order of the labels, or an npy or npz array of strings; without it classes are named by their
  /// labels.
  public var classes: String?
  /// What made the embeddings; a note.
  public var encoder: String?
  /// A note.
  public var license: String?
  /// Real value = stored value × scale; for uint8 embeddings.
  public var scale: Float?

  /// What is not given is not known of the data set.
  public init(
    name: String, parts: [(part: Part, files: PartFiles)], classes: String? = nil, encoder: String? = nil,
    license: String? = nil, scale: Float? = nil
  ) {
    (self.name, self.parts, self.classes) = (name, parts, classes)
    (self.encoder, self.license, self.scale) = (encoder, license, scale)
  }
}

extension Engine {
  /// Imports a data set: every file is read in blocks straight into chunks, so memory stays bounded whatever the files' size, and
  /// any fault in any of them leaves the store as it was.
  /// - Throws: `NpyError`, `TextLinesError`, `EngineError`, `StoreError`; each names the file and the place.
  public func importDataset(_ request: ImportRequest) throws -> DatasetRecord {
    let signer = try signingKey()
    let sources = try request.parts.map { part, files in
      try PartSource(part: part, files: files, scale: request.scale)
    }
    try checkAgreement(sources)
    let classes = try classNames(request.classes, sources)
    let rows = sources.reduce(0) { $0 + $1.embeddings.rows }
    let id = try store.write(NewEntry(.import, actor: actor), key: signer) { transaction in
      let dataset = try transaction.insertDataset(
        name: request.name, encoder: request.encoder, license: request.license, dimension: sources[0].embeddings.columns,
        scale: Double(request.scale ?? 1), classes: classes)
      var done = 0
      for source in sources {
        let embeddings = try copyEmbeddings(source, scale: request.scale ?? 1, to: transaction) {
          done += $0
          progress("importing", Double(done) / Double(rows))
        }
        let labels = try copyLabels(source, classes: classes.count, to: transaction)
        let split = try transaction.insertSplit(
          dataset: dataset, part: source.part, count: source.embeddings.rows, embeddings: embeddings, labels: labels)
        try copyIDs(source, split: split, to: transaction)
      }
      transaction.facts["dataset"] = .string(request.name)
      return dataset
    }
    return try store.read { try $0.dataset(id) }
  }

  /// One part's files, opened and their headers checked.
  private struct PartSource {
    let part: Part
    let files: PartFiles
    let embeddings: EmbeddingReader

    init(part: Part, files: PartFiles, scale: Float?) throws {
      (self.part, self.files) = (part, files)
      embeddings = try EmbeddingReader(path: files.embeddings, scale: scale)
      let labels = try LabelReader(path: files.labels, classes: LabelReader.maximumClasses)
      guard embeddings.rows > 0 else { throw EngineError.noExamples(file: files.embeddings) }
      guard embeddings.rows == labels.rows else {
        throw EngineError.rowCountsDiffer(
          file: files.embeddings, rows: embeddings.rows, other: files.labels, otherRows: labels.rows)
      }
    }
  }

  private func checkAgreement(_ sources: [PartSource]) throws {
    guard !sources.isEmpty else { throw EngineError.badParts(reason: "there is no part to import") }
    for part in Part.allCases where sources.count(where: { $0.part == part }) > 1 {
      throw EngineError.badParts(reason: "the \(part) part is there more than once")
    }
    for (first, second) in zip(sources, sources.dropFirst())
    where first.embeddings.columns != second.embeddings.columns || first.embeddings.dtype != second.embeddings.dtype {
      throw EngineError.embeddingsDiffer(
        file: second.files.embeddings, found: "\(second.embeddings.columns) × \(second.embeddings.dtype)",
        expected: "\(first.embeddings.columns) × \(first.embeddings.dtype)")
    }
  }

  /// Names from the file, or else the labels themselves up to the largest.
  private func classNames(_ path: String?, _ sources: [PartSource]) throws -> [String] {
    if let path { return try ClassNames.read(path: path) }
    var largest: UInt16 = 0
    for source in sources {
      let reader = try LabelReader(path: source.files.labels, classes: LabelReader.maximumClasses)
      while let block = try reader.nextBlock() { largest = max(largest, block.max() ?? 0) }
    }
    return (0...largest).map(String.init)
  }

  private func copyEmbeddings(
    _ source: PartSource, scale: Float, to transaction: Transaction, advance: (Int) -> Void
  ) throws -> TensorRecord {
    let writer = transaction.tensorWriter(source.embeddings.description)
    var gate = try ExclusionGate(source.embeddings, path: source.files.embeddings, scale: scale, in: transaction)
    while let block = try source.embeddings.nextBlock() {
      try gate?.check(block)
      try block.withUnsafeBytes { try writer.append($0) }
      advance(block.count / source.embeddings.rowByteCount)
    }
    return try writer.finish()
  }

  private func copyLabels(_ source: PartSource, classes: Int, to transaction: Transaction) throws -> TensorRecord {
    let reader = try LabelReader(path: source.files.labels, classes: classes)
    let writer = transaction.tensorWriter(try TensorDescription(dtype: .uint16, shape: [reader.rows]))
    while let block = try reader.nextBlock() { try block.withUnsafeBytes { try writer.append($0) } }
    return try writer.finish()
  }

  private func copyIDs(_ source: PartSource, split: Int64, to transaction: Transaction) throws {
    guard let path = source.files.ids else { return }
    let lines = try TextLines(path: path, maximumLines: source.embeddings.rows + 1)
    var (count, written, batch) = (0, 0, [String]())
    func flush() throws {
      try transaction.insertExamples(split: split, first: written, externalIDs: batch)
      written += batch.count
      batch.removeAll(keepingCapacity: true)
    }
    while let id = try lines.next() {
      if count < source.embeddings.rows { batch.append(id) }
      if batch.count == 8_192 { try flush() }
      count += 1
    }
    try flush()
    guard count == source.embeddings.rows else {
      throw EngineError.rowCountsDiffer(
        file: source.files.embeddings, rows: source.embeddings.rows, other: path, otherRows: count)
    }
  }
}

import Ledger
import Store
import Tensors

/// One imported part of a data set.
package struct PartAnswer: Encodable, Sendable {
  package var part: String
  package var count: Int
  /// How many of these are erased: their rows are left, blank.
  package var erased: Int
  package var digest: String
  package var dtype: String
  /// Examples of each class, in the order of the classes.
  package var perClass: [Int]
}

/// A data set: `dataset show`, and what `dataset import` prints.
package struct DatasetAnswer: Answer {
  package static let schema = "lethe/dataset/v1"

  package var name: String
  package var dimension: Int
  package var classes: [String]
  package var encoder: Nullable<String>
  package var license: Nullable<String>
  package var scale: Double
  package var importedAt: String
  package var parts: [PartAnswer]

  package init(_ dataset: DatasetRecord, in snapshot: Snapshot) throws {
    (name, dimension, scale, importedAt) = (dataset.name, dataset.dimension, dataset.scale, dataset.time)
    classes = dataset.classes.map(\.shownName)
    (encoder, license) = (Nullable(dataset.encoder), Nullable(dataset.license))
    parts = try dataset.splits.map { split in
      guard let embeddings = split.embeddings, let labels = split.labels else {
        throw StoreError.recordCorrupt(table: "split", id: split.id, reason: "an imported split has no tensors")
      }
      var perClass = [Int](repeating: 0, count: dataset.classes.count)
      for label in try snapshot.load(snapshot.tensor(labels), as: UInt16.self) where perClass.indices.contains(Int(label)) {
        perClass[Int(label)] += 1
      }
      return PartAnswer(
        part: split.part.rawValue, count: split.count, erased: split.erasedCount, digest: split.digest.description,
        dtype: try snapshot.tensor(embeddings).description.dtype.rawValue, perClass: perClass)
    }
  }
}

/// All data sets.
package struct DatasetListAnswer: Answer {
  package static let schema = "lethe/dataset-list/v1"

  package struct Item: Encodable, Sendable {
    package var name: String
    package var dimension: Int
    package var classes: Int
    package var examples: Int
    /// How many of these are erased.
    package var erased: Int
    package var encoder: Nullable<String>
    package var importedAt: String
  }

  package var datasets: [Item]

  package init(in snapshot: Snapshot) throws {
    datasets = try snapshot.datasets().map { dataset in
      Item(
        name: dataset.name, dimension: dataset.dimension, classes: dataset.classes.count,
        examples: dataset.splits.reduce(0) { $0 + $1.count }, erased: dataset.splits.reduce(0) { $0 + $1.erasedCount },
        encoder: Nullable(dataset.encoder), importedAt: dataset.time)
    }
  }
}

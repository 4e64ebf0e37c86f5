import Ledger
import Store

/// Which models know a class, which have forgotten it, and where it could still be had from: `explain --class`.
package struct ExplainClassAnswer: Answer {
  package static let schema = "lethe/explain-class/v1"

  package struct ModelItem: Encodable, Sendable {
    package var model: String
    package var head: String
    /// Whether the head was trained on the class and has not forgotten it.
    package var knows: Bool
    package var forgottenIn: Nullable<String>
    package var forgottenAt: Nullable<String>
    package var forgottenBy: Nullable<String>
    package var reason: Nullable<String>
    package var event: Nullable<Int64>
    /// Checkpoints in the store that still hold what was learnt from the class.
    package var recoverableFrom: [String]
    package var erased: Bool
  }

  /// A file that went to somebody and holds what was learnt from the class.
  package struct Export: Encodable, Sendable {
    package var recipient: Int64
    package var receivedBy: Nullable<String>
    package var checkpoint: String
    package var exportedAt: String
    package var toldAt: Nullable<String>
  }

  package var `class`: String
  package var dataset: String
  package var models: [ModelItem]
  package var exports: [Export]

  package init(className: String, dataset: DatasetRecord, in snapshot: Snapshot) throws {
    (`class`, self.dataset) = (className, dataset.name)
    models = try snapshot.standings(ofClass: className, dataset: dataset.id).map { standing in
      let (event, knowing) = (standing.event, standing.knowing)
      return ModelItem(
        model: standing.model, head: standing.head, knows: standing.knows, forgottenIn: Nullable(event?.childName),
        forgottenAt: Nullable(event?.time), forgottenBy: Nullable(event?.actor), reason: Nullable(event?.reason),
        event: Nullable(event?.id), recoverableFrom: standing.knows ? [] : knowing, erased: !standing.knows && knowing.isEmpty)
    }
    exports = try snapshot.recipients(ofClass: className, dataset: dataset.id).map { item in
      Export(
        recipient: item.id, receivedBy: Nullable(item.name), checkpoint: item.checkpointName, exportedAt: item.time,
        toldAt: Nullable(item.told))
    }
  }
}

/// Where an example with the user's id lies and which checkpoints learnt from it: `explain --example`.
package struct ExplainExampleAnswer: Answer {
  package static let schema = "lethe/explain-example/v1"

  package struct Place: Encodable, Sendable {
    package var dataset: String
    package var part: String
    package var row: Int
    package var `class`: String
    /// Checkpoints that were trained on it and have not forgotten its class.
    package var knownBy: [String]
    /// Checkpoints in which its class is forgotten, or from whose training it was left out.
    package var forgottenIn: [String]
    /// Checkpoints that were trained on it and whose arrays are erased.
    package var erased: [String]
  }

  package var example: String
  package var places: [Place]

  /// - Throws: `StoreError.unknown` when no data set has the id.
  package init(example: String, in snapshot: Snapshot) throws {
    self.example = example
    places = try snapshot.examples(externalID: example).map { dataset, split, ordinal in
      guard let labels = split.labels else {
        throw StoreError.recordCorrupt(table: "split", id: split.id, reason: "an imported split has no labels")
      }
      let label = Int(try snapshot.element(ordinal, of: snapshot.tensor(labels), as: UInt16.self))
      let name = dataset.classes.first { $0.ordinal == label }?.shownName ?? "class \(label)"
      var (known, forgotten, erased): ([String], [String], [String]) = ([], [], [])
      // No model learns from the other parts.
      if split.part == .train {
        (known, forgotten, erased) = try snapshot.checkpoints(
          trainedOn: dataset.id, byClass: name, split: split.id, ordinal: ordinal)
      }
      return Place(
        dataset: dataset.name, part: split.part.rawValue, row: ordinal, class: name, knownBy: known, forgottenIn: forgotten,
        erased: erased)
    }
    if places.isEmpty { throw StoreError.unknown(kind: "example", name: example, known: []) }
  }
}

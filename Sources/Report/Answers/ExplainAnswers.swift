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

  package var `class`: String
  package var dataset: String
  package var models: [ModelItem]

  package init(className: String, dataset: DatasetRecord, in snapshot: Snapshot) throws {
    (`class`, self.dataset) = (className, dataset.name)
    models = try snapshot.modelNames().compactMap { try Self.item($0, className, dataset, snapshot) }
  }

  /// One model, or nil if it never saw the data set.
  private static func item(
    _ name: String, _ className: String, _ dataset: DatasetRecord, _ snapshot: Snapshot
  ) throws -> ModelItem? {
    // Forgetting goes by the name of the class, whichever data set a checkpoint was trained on.
    let checkpoints = try snapshot.checkpoints(model: name).filter { checkpoint in
      try snapshot.dataset(checkpoint.dataset).classes.contains { $0.name == className }
    }
    guard let model = checkpoints.first(where: { $0.dataset == dataset.id })?.model else { return nil }
    let head = try snapshot.head(model: model)
    let events = try snapshot.events(model: model).filter { $0.classes.contains { $0.name == className } }
    let knowing = try snapshot.checkpoints(knowing: className, model: model)
    let knows = knowing.contains { $0.id == head.id }
    let event = knows ? nil : events.last(where: \.inForce) ?? events.last
    return ModelItem(
      model: name, head: head.name, knows: knows, forgottenIn: Nullable(event?.childName), forgottenAt: Nullable(event?.time),
      forgottenBy: Nullable(event?.actor), reason: Nullable(event?.reason), event: Nullable(event?.id),
      recoverableFrom: knows ? [] : knowing.map(\.name), erased: !knows && knowing.isEmpty)
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
      let label = Int(try snapshot.load(snapshot.tensor(labels), as: UInt16.self)[ordinal])
      let name = dataset.classes.first { $0.ordinal == label }?.shownName ?? "class \(label)"
      var (known, forgotten): ([String], [String]) = ([], [])
      if split.part == .train {
        for checkpoint in try snapshot.checkpoints() where checkpoint.dataset == dataset.id {
          let gone = try snapshot.appliedEvents(checkpoint: checkpoint.id).contains { applied in
            try snapshot.event(applied.event).classes.contains { $0.name == name }
          }
          if gone { forgotten.append(checkpoint.name) } else { known.append(checkpoint.name) }
        }
      }
      return Place(
        dataset: dataset.name, part: split.part.rawValue, row: ordinal, class: name, knownBy: known, forgottenIn: forgotten)
    }
    if places.isEmpty { throw StoreError.unknown(kind: "example", name: example, known: []) }
  }
}

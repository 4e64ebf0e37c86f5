import Ledger
import Store

/// Which classes are forgotten in which checkpoints, read once for each model however many events a report has.
struct ModelKnowledge {
  private let snapshot: Snapshot
  private var models: [Int64: [Known]] = [:]
  private var classes: [Int64: [String]] = [:]

  /// A checkpoint and what is forgotten in it, by class or as so many examples, with how.
  struct Known {
    var checkpoint: CheckpointRecord
    var how: [String: Application]
    var isHead: Bool
    var isErased: Bool
  }

  init(_ snapshot: Snapshot) { self.snapshot = snapshot }

  /// The checkpoints of a model, oldest first.
  mutating func checkpoints(of model: Int64, named name: String) throws -> [Known] {
    if let found = models[model] { return found }
    let head = try snapshot.head(model: model)
    let found = try snapshot.checkpoints(model: name).map { checkpoint in
      var how: [String: Application] = [:]
      for item in try snapshot.appliedEvents(checkpoint: checkpoint.id) {
        for gone in try classes(of: item.event) { how[gone] = item.how }
      }
      return Known(
        checkpoint: checkpoint, how: how, isHead: checkpoint.id == head.id,
        isErased: try snapshot.erasure(ofCheckpoint: checkpoint.id) != nil)
    }
    models[model] = found
    return found
  }

  private mutating func classes(of event: Int64) throws -> [String] {
    if let found = classes[event] { return found }
    let found = try snapshot.event(event).whatIsForgotten
    classes[event] = found
    return found
  }
}

extension ComplianceReport {
  static func item(_ event: EventRecord, _ knowledge: inout ModelKnowledge, _ snapshot: Snapshot) throws -> EventItem {
    let dataset = try snapshot.dataset(event.dataset)
    let names = Dictionary(uniqueKeysWithValues: dataset.classes.map { ($0.id, $0.shownName) })
    let (leaf, child) = (try snapshot.leaf(event.logIndex), try snapshot.checkpoint(event.child))
    let forgetting = try ForgetAnswer(event, in: snapshot)
    // The one part on which the effect was measured: figures of others may lie beside it, and compare with nothing.
    let part = forgetting.measurements.first?.split
    let measured = dataset.splits.first { $0.part.rawValue == part }?.id
    func figures(_ checkpoint: Int64) throws -> [MeasurementAnswer] {
      try snapshot.measurements(checkpoint: checkpoint).filter { $0.classID != nil && $0.split == measured }
        .map { MeasurementAnswer($0, role: .all, classes: names) }
    }
    return EventItem(
      forgetting: forgetting,
      scope: Scope(
        dataset: dataset.name, encoder: Nullable(dataset.encoder), classes: event.classes.map(\.name),
        labels: event.classes.map(\.ordinal),
        splits: try snapshot.splits(event: event.id).map {
          SplitItem(part: $0.part.rawValue, role: $0.role.rawValue, count: $0.count, digest: $0.digest.description)
        }),
      parentDigest: try snapshot.checkpoint(event.parent).digest.description, engineVersion: child.engineVersion,
      deterministic: true,
      perClassBefore: try figures(event.parent), perClass: try figures(event.child),
      checkpoints: try statuses(of: event, &knowledge),
      artefacts: try artefacts(of: event, dataset, forgetting, snapshot),
      evidence: Evidence(
        logIndex: event.logIndex, leafHash: MerkleTree.leafHash(leaf).description, leaf: String(decoding: leaf, as: UTF8.self),
        proof: String(decoding: try snapshot.proof(of: event.logIndex).bytes, as: UTF8.self)))
  }

  private static func statuses(of event: EventRecord, _ knowledge: inout ModelKnowledge) throws -> [CheckpointStatus] {
    let forgotten = Set(event.whatIsForgotten)
    return try knowledge.checkpoints(of: event.model, named: event.modelName).map { item in
      let knows = item.isErased ? [] : forgotten.filter { item.how[$0] == nil }.sorted()
      let how = Set(forgotten.compactMap { item.how[$0]?.rawValue }).sorted().joined(separator: ", ")
      return CheckpointStatus(
        name: item.checkpoint.name, parent: Nullable(item.checkpoint.parentName), digest: item.checkpoint.digest.description,
        kind: item.checkpoint.kind.rawValue, head: item.isHead,
        status: item.isErased ? "erased" : knows.isEmpty ? how : "still knows", knows: knows)
    }
  }

  /// What else was made from the examples: the rows themselves, their codes, exports, and what a training keeps or does not.
  private static func artefacts(
    of event: EventRecord, _ dataset: DatasetRecord, _ forgetting: ForgetAnswer, _ snapshot: Snapshot
  ) throws -> [Artefact] {
    // Another model may still know the class: an erasure then leaves the rows where they are.
    let erasures = try snapshot.erasures().compactMap { erasure -> String? in
      let parts = erasure.rows.filter { $0.dataset == dataset.name }.map(\.part)
      guard !parts.isEmpty, event.classes.contains(where: { erasure.classes.contains("\(dataset.name)/\($0.name)") }) else {
        return nil
      }
      return "erased by erasure \(erasure.id)\(erasure.certificate == nil ? ", pending" : ""): \(parts.joined(separator: ", "))"
    }
    let rows = erasures.isEmpty ? "kept" : erasures.joined(separator: "; ")
    var found = [
      Artefact(kind: "rows of the data set", name: dataset.name, status: rows),
      Artefact(kind: "codes of these rows", name: dataset.name, status: rows),
      Artefact(kind: "optimiser state, averaged weights, caches", name: event.modelName, status: "none: the store keeps none"),
    ]
    for item in try snapshot.recipients(model: event.model) where item.logIndex < event.logIndex {
      let due = forgetting.recipientsToTell.contains { $0.recipient == item.id }
      found.append(
        Artefact(
          kind: "export", name: "\(item.checkpointName), recipient \(item.id)",
          status: due ? "outside; recipient to be told" : item.told.map { "outside; recipient told \($0)" } ?? "outside"))
    }
    return found
  }
}

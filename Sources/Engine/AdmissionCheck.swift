import Ledger
import Store

/// Whether a checkpoint from outside may come in, by its digest: what was forgotten here must not come back in a file.
///
/// A file's own word for what is forgotten in it proves nothing. What does is that this store has a checkpoint of the same digest, and so
/// of the same arrays, whose records say it. So
/// 1. what was erased, or is on a list of exclusions, is refused;
/// 2. what may not leave may not come in either, under whatever name: a digest that this store has only as that of checkpoints which
///    still know a class that their model has forgotten;
/// 3. each class that the target model has forgotten, by an act in force, or whose examples were erased from the data set, must be
///    unknown to a checkpoint of that digest; so a file that this store has never seen is refused wherever anything is forgotten.
///
/// Examples that were forgotten one by one count like classes: an act that took some out must hold in a checkpoint of that digest.
///
/// What it cannot see: a file whose arrays differ in a single bit has another digest, and is new to rules 1 and 2.
struct AdmissionCheck {
  let digest: Digest
  let request: CheckpointImportRequest
  let dataset: DatasetRecord

  /// - Returns: the acts of forgetting of the target model that hold in what comes in.
  /// - Throws: `StoreError.excluded`, `EngineError.knowsForgotten`, `EngineError.notShownForgotten`.
  func run(_ snapshot: Snapshot) throws -> [(event: Int64, how: Application)] {
    if try snapshot.isExcluded(.checkpoint, digest) { throw StoreError.excluded(kind: "checkpoint", digest: digest) }
    let twins = try snapshot.checkpoints(digest: digest)
    try checkThatItMayLeave(twins, snapshot)

    let model = try snapshot.modelID(request.model)
    let events = try model.map { try snapshot.events(model: $0).filter(\.inForce) } ?? []
    let names = Set(events.flatMap { $0.classes.map(\.name) }).union(try snapshot.erasedClasses(of: dataset))
    let unclearClasses = try names.filter { name in
      let knowing = Set(try snapshot.checkpoints(knowing: name).map(\.id))
      return twins.allSatisfy { knowing.contains($0.id) }
    }
    let acts = try events.filter { event in
      try event.exampleCount > 0
        && !twins.contains { try snapshot.appliedEvents(checkpoint: $0.id).contains { $0.event == event.id } }
    }
    let unclear = unclearClasses.sorted() + acts.map { "\($0.exampleCount) examples of event \($0.id)" }
    guard unclear.isEmpty else {
      throw EngineError.notShownForgotten(file: request.path, model: request.model, classes: unclear)
    }
    var applied: [Int64: Application] = Dictionary(uniqueKeysWithValues: events.map { ($0.id, .masked) })
    for twin in twins where twin.model == model {
      for act in try snapshot.appliedEvents(checkpoint: twin.id) { applied[act.event] = act.how }
    }
    return applied.sorted { $0.key < $1.key }.map { (event: $0.key, how: $0.value) }
  }

  private func checkThatItMayLeave(_ twins: [CheckpointRecord], _ snapshot: Snapshot) throws {
    for (_, ofOneModel) in Dictionary(grouping: twins, by: \.model).sorted(by: { $0.key < $1.key }) {
      let known = try ofOneModel.map { (checkpoint: $0, classes: try snapshot.forgottenSince($0)) }
      if let first = known.first, known.allSatisfy({ !$0.classes.isEmpty }) {
        throw EngineError.knowsForgotten(
          what: "\(request.path), which is \(first.checkpoint.name),", model: first.checkpoint.modelName, classes: first.classes)
      }
    }
  }
}

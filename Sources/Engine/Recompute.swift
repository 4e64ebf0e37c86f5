import Bottleneck
import Ledger
import Store

/// What came of computing a checkpoint and its figures again.
package struct Recomputation: Sendable {
  package var checkpoint: CheckpointRecord
  /// Arrays that came out bit for bit, and figures that came out the same.
  package internal(set) var arrays = 0
  package internal(set) var figures = 0
  /// What came out otherwise, and what could not be computed again: that is no fault, but nobody vouches for it any more.
  package internal(set) var verification = Verification()

  /// Runs a part; what it throws is told as what it is.
  fileprivate mutating func attempt(_ subject: String, _ body: (inout Recomputation) throws -> Void) {
    do {
      try body(&self)
    } catch let error as StoreError where error.isForgotten {
      verification.passOver(subject, error.message)
    } catch let error as StoreError {
      verification.add(FindingCode(rawValue: error.code) ?? .checkFailed, subject, error.message)
    } catch let error as EngineError {
      verification.passOver(subject, error.message)
    } catch {
      verification.add(.checkFailed, subject, "\(error)")
    }
  }
}

extension Engine {
  /// Repeats what made a checkpoint, from what it was made from, and compares all arrays bit for bit; and measures it again.
  ///
  /// Unlearning is repeated from the parent with the recorded method, goal and seed, a rollback from the checkpoint that was gone back
  /// to, a training from the data set. That proves that the recorded algorithm ran on the recorded data, since all of it is
  /// deterministic. After an erasure the bytes may be gone that this needs: then it is passed over, and said so.
  /// - Throws: `StoreError.unknown`, and whatever hinders reading the records.
  package func recompute(_ name: String) throws -> Recomputation {
    try store.read { snapshot in
      let checkpoint = try snapshot.checkpoint(named: name)
      var result = Recomputation(checkpoint: checkpoint)
      if checkpoint.engineVersion != Self.version {
        result.verification.passOver(
          "arrays of \(checkpoint.name)", "engine \(checkpoint.engineVersion) made them, and this is \(Self.version)")
      } else {
        result.attempt("arrays of \(checkpoint.name)") { try recomputeArrays(&$0, in: snapshot) }
      }
      result.attempt("figures of \(checkpoint.name)") { try recomputeFigures(&$0, in: snapshot) }
      progress("done", 1)
      return result
    }
  }

  private func recomputeArrays(_ result: inout Recomputation, in snapshot: Snapshot) throws {
    let checkpoint = result.checkpoint
    switch checkpoint.kind {
    case .imported:
      result.verification.passOver("arrays of \(checkpoint.name)", "they came in a file, and how they were made is not known")
    case .trained, .retrained: try recomputeTraining(&result, in: snapshot)
    case .unlearned, .rolledBack:
      guard let parent = try checkpoint.parent.map(snapshot.checkpoint) else {
        throw StoreError.recordCorrupt(table: "checkpoint", id: checkpoint.id, reason: "it has no parent")
      }
      let entry = try snapshot.logIndex(ofCheckpoint: checkpoint.id)
      try refuseErased(try snapshot.dataset(parent.dataset).splits, after: entry, in: snapshot)
      let before = try LoadedModel(head: parent, in: snapshot, of: store)
      var model = before
      if checkpoint.kind == .unlearned {
        try repeatUnlearning(&result, on: &model, in: snapshot)
      } else {
        let held = Set(try snapshot.appliedEvents(checkpoint: parent.id).map(\.event))
        let events = try snapshot.appliedEvents(checkpoint: checkpoint.id).map(\.event).filter { !held.contains($0) }
        try remask(events.map(snapshot.event), on: &model, in: snapshot)
      }
      try compare(model.bottleneck, model.counts, &result, in: snapshot)
    }
  }

  /// Masks what the event says, and compares its numbers.
  private func repeatUnlearning(_ result: inout Recomputation, on model: inout LoadedModel, in snapshot: Snapshot) throws {
    let checkpoint = result.checkpoint
    guard let event = try snapshot.events(model: checkpoint.model).first(where: { $0.child == checkpoint.id }) else {
      throw StoreError.recordCorrupt(table: "checkpoint", id: checkpoint.id, reason: "no act of forgetting made it")
    }
    let (usable, amount) = (model.bottleneck.usableCount, try event.amount())
    var (masks, passes, active) = ([ClassMask](), 0, 0)
    if event.exampleCount > 0 {
      guard let split = model.dataset.split(.train) else {
        throw EngineError.splitMissing(dataset: model.dataset.name, part: Part.train.rawValue)
      }
      (active, passes) = try forget(
        rows: snapshot.forgottenRows(event: event.id, of: split.id).sorted(),
        standing: snapshot.standingGoals(model.checkpoint, of: model.dataset), on: &model, in: snapshot)
    } else if model.counts != nil {
      masks = try subtract(event.classes.map(\.ordinal), from: &model)
    } else {
      masks = try mask(
        event.classes.map { ($0.ordinal, amount, amount.goal) }, method: event.forgetMethod(), choice: event.choice(),
        seed: UInt64(bitPattern: event.seed), standing: snapshot.standingGoals(model.checkpoint, of: model.dataset), on: &model,
        in: snapshot)
    }
    let numbers: [(what: String, recorded: Int, found: Int)] =
      [
        ("masked pairs", event.maskedPairs, usable - model.bottleneck.usableCount),
        ("active pairs", event.activePairs, masks.reduce(active) { $0 + $1.activePairs }),
        ("forward passes", event.forwardPasses, masks.reduce(passes) { $0 + $1.forwardPasses }),
      ] + zip(event.classes, masks).map { ("amount for \($0.name)", $0.amount, $1.amount) }
    for number in numbers where number.recorded != number.found {
      result.verification.add(
        .eventDiffers, "event \(event.id)", "it says \(number.recorded) \(number.what), and repeating it gives \(number.found)")
    }
  }

  private func recomputeTraining(_ result: inout Recomputation, in snapshot: Snapshot) throws {
    let checkpoint = result.checkpoint
    guard let plan = try TrainingPlan(repeating: checkpoint, in: snapshot) else {
      result.verification.passOver(
        "arrays of \(checkpoint.name)",
        "the examples that it was trained on are not all here any more, or its settings are not this engine's"
      )
      return
    }
    let trained = try compute(plan)
    try compare(trained.model, trained.counts, &result, in: snapshot)
    for split in plan.dataset.splits {
      guard let codes = trained.codes[split.part], let record = try snapshot.codeTable(checkpoint: checkpoint.base, split: split.id)
      else { continue }
      // Codes of the other parts may have been blanked since; the training's own would have stopped it above.
      if try snapshot.erasure(ofExamplesIn: split.id, after: snapshot.logIndex(ofCheckpoint: checkpoint.id)) != nil { continue }
      result.compare("codes of \(split.part.rawValue)", codes.codes.withUnsafeBytes { Digest.of($0) }, record.digest)
    }
  }

  private func compare(_ model: Bottleneck, _ counts: ClassCounts?, _ result: inout Recomputation, in snapshot: Snapshot) throws {
    let tensors = try snapshot.tensors(checkpoint: result.checkpoint.id)
    let found = [
      LoadedModel.Name.projection: model.projection.withUnsafeBytes { Digest.of($0) },
      LoadedModel.Name.keys: model.keys.withUnsafeBytes { Digest.of($0) },
      counts == nil ? LoadedModel.Name.values : LoadedModel.Name.counts: (counts?.counts.withUnsafeBytes { Digest.of($0) })
        ?? model.values.withUnsafeBytes { Digest.of($0) },
      LoadedModel.Name.usable: model.usable.withUnsafeBytes { Digest.of($0) },
    ]
    for (name, digest) in found.sorted(by: { $0.key < $1.key }) { result.compare(name, digest, tensors[name]?.digest) }
  }

  /// - Throws: `StoreError.erased` where examples are gone that were there at an entry.
  func refuseErased(_ splits: [SplitRecord], after entry: Int64, in snapshot: Snapshot) throws {
    for split in splits {
      if let (erasure, time) = try snapshot.erasure(ofExamplesIn: split.id, after: entry) {
        throw StoreError.erased(what: "examples of \(split.part.rawValue)", erasure: erasure, time: time)
      }
    }
  }

  /// Measures the checkpoint on every part that it was measured on, and compares figure by figure.
  private func recomputeFigures(_ result: inout Recomputation, in snapshot: Snapshot) throws {
    let checkpoint = result.checkpoint
    let recorded = try snapshot.measurements(checkpoint: checkpoint.id)
    let entries = try snapshot.measurementEntries(checkpoint: checkpoint.id)
    let splits = try Dictionary(uniqueKeysWithValues: Set(recorded.map(\.split)).map { ($0, try snapshot.split($0)) })
    // Examples that were forgotten one by one are measured alone.
    let rows = try splits.compactMapValues { split -> [Int]? in
      guard split.role == .forget, let event = split.event, let base = try snapshot.dataset(split.dataset).split(split.part) else {
        return nil
      }
      let rows = try snapshot.forgottenRows(event: event, of: base.id)
      return rows.isEmpty ? nil : rows.sorted()
    }
    let parts = Part.allCases.filter { part in splits.values.contains { $0.part == part && rows[$0.id] == nil } }
    if parts.isEmpty { return }
    let model = try LoadedModel(checkpoint, codesOf: parts, in: snapshot, of: store)
    let accuracies = try Dictionary(
      uniqueKeysWithValues: parts.map { ($0, try measure(model, part: $0, snapshot: snapshot)) })
    var gone = 0
    for (figure, entry) in zip(recorded, entries) {
      guard let split = splits[figure.split], figure.metric == "accuracy", split.dataset == model.dataset.id,
        let base = model.dataset.split(split.part), rows[split.id] != nil || accuracies[split.part] != nil
      else {
        result.verification.passOver("figures of \(checkpoint.name)", "one of them is no accuracy on its data set")
        continue
      }
      let again =
        try rows[split.id].map { rows in
          try accuracy(of: model, rows: rows, snapshot: snapshot).record(checkpoint: figure.checkpoint, split: figure.split)
        } ?? accuracies[split.part]?.figure(figure, on: split, of: model.dataset, in: snapshot)
      if again == nil || !figure.says(again) {
        // Fewer examples than were measured then: the figure was right, and cannot be found again.
        if try snapshot.erasure(ofExamplesIn: base.id, after: entry) != nil {
          gone += 1
        } else {
          let what = figure.classID.flatMap { id in model.dataset.classes.first { $0.id == id }?.shownName } ?? split.role.rawValue
          result.verification.add(
            .figureDiffers, "\(checkpoint.name), accuracy on \(split.part.rawValue), \(what)",
            "\(figure.value) of \(figure.n) is recorded, and \(again?.value ?? .nan) of \(again?.n ?? 0) is found")
        }
      } else {
        result.figures += 1
      }
    }
    if gone > 0 {
      result.verification.passOver("\(gone) figures of \(checkpoint.name)", "examples that they were measured on were erased")
    }
  }
}

extension Recomputation {
  fileprivate mutating func compare(_ name: String, _ found: Digest, _ recorded: Digest?) {
    if found == recorded {
      arrays += 1
    } else {
      let text = recorded.map { "\($0)" } ?? "nothing"
      verification.add(.arraysDiffer, "\(checkpoint.name), \(name)", "\(text) is recorded, and repeating it gives \(found)")
    }
  }
}

extension MeasurementRecord {
  /// Whether two records of the same thing state the same, bit for bit.
  fileprivate func says(_ other: MeasurementRecord?) -> Bool {
    guard let other else { return false }
    return value == other.value && n == other.n && low == other.low && high == other.high
  }
}

extension ClassAccuracies {
  /// The same figure as a recorded one: of a class, or over the examples of a split.
  fileprivate func figure(
    _ recorded: MeasurementRecord, on split: SplitRecord, of dataset: DatasetRecord, in snapshot: Snapshot
  ) throws -> MeasurementRecord? {
    var accuracy = all
    if let id = recorded.classID {
      guard let ordinal = dataset.classes.first(where: { $0.id == id })?.ordinal else { return nil }
      accuracy = byClass[ordinal]
    } else if let id = split.event {
      let event = try snapshot.event(id)
      accuracy =
        split.role == .forget
        ? over(Set(event.ordinals(in: dataset)))
        : without(try snapshot.forgottenOrdinals(checkpoint: event.child, of: dataset))
    }
    return accuracy.record(checkpoint: recorded.checkpoint, split: recorded.split, classID: recorded.classID)
  }
}

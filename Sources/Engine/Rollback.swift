import Bottleneck
import Ledger
import Store

/// What to go back to.
public struct RollbackRequest: Sendable {
  /// The name of the model.
  public var model: String
  /// The checkpoint to go back to: 1 is the first.
  public var number: Int
  /// Goes sealed into the log.
  public var reason: String
  /// Bring back what was forgotten since, against the standing order.
  public var reinstate = false
  /// Who approved it, where somebody did: sealed like the reason.
  public var approvedBy: String?

  /// Forgetting is applied again, unless `reinstate` is set.
  public init(model: String, number: Int, reason: String) {
    (self.model, self.number, self.reason) = (model, number, reason)
  }
}

/// What a rollback did, or would do.
public struct RollbackResult: Sendable {
  /// The head before.
  public var from: CheckpointRecord
  /// The checkpoint that was gone back to.
  public var to: CheckpointRecord
  /// Where the head is now; in a preview, the target itself.
  public var child: CheckpointRecord
  /// Acts of forgetting that were applied to it again.
  public var reapplied: [EventRecord]
  /// Acts of forgetting that are no longer in force.
  public var reinstated: [EventRecord]
  /// The log entry; nil in a preview.
  public var logIndex: Int64?
}

extension Engine {
  /// Moves a model's head to an earlier checkpoint, in which everything stays forgotten that is forgotten now.
  ///
  /// Acts of forgetting that are in force and that the target does not have are applied to it, oldest first, and the result is a
  /// new checkpoint; where there are none the head moves to the target itself. With `reinstate` they are revoked instead, which the
  /// log records as an action of its own.
  /// - Throws: `StoreError.unknown`, `EngineError.alreadyThere`, `EngineError.nothingToDo` when there is nothing to reinstate.
  public func rollback(_ request: RollbackRequest) throws -> RollbackResult {
    let action: NewEntry.Action = request.reinstate ? .reinstate : .rollback
    let entry = NewEntry(action, actor: actor, reason: request.reason, approvedBy: request.approvedBy)
    var (result, child) = try store.write(entry, key: key()) { transaction in
      var result = try plan(request, in: transaction)
      result.logIndex = transaction.entryIndex
      var head = result.to
      if request.reinstate {
        for event in result.reinstated { try transaction.insertReinstatement(event: event.id) }
      } else if !result.reapplied.isEmpty {
        head = try reapply(result.reapplied, to: result.to, in: transaction)
      }
      try transaction.moveHead(model: head.model, from: result.from.id, to: head.id)
      transaction.facts.describe(model: request.model, parent: result.from, child: head)
      return (result, head.id)
    }
    result.child = try store.read { try $0.checkpoint(child) }
    return result
  }

  /// What `rollback` would do; nothing is written.
  public func previewRollback(_ request: RollbackRequest) throws -> RollbackResult {
    try store.read { try plan(request, in: $0) }
  }

  private func plan(_ request: RollbackRequest, in snapshot: Snapshot) throws -> RollbackResult {
    let target = try snapshot.checkpoint(named: "\(request.model)@\(request.number)")
    let head = try snapshot.head(model: target.model)
    guard head.id != target.id else { throw EngineError.alreadyThere(checkpoint: target.name) }
    if let (erasure, time) = try snapshot.erasure(ofCheckpoint: target.id) {
      throw StoreError.erased(what: target.name, erasure: erasure, time: time)
    }
    let applied = Set(try snapshot.appliedEvents(checkpoint: target.id).map(\.event))
    let missing = try snapshot.events(model: target.model).filter { $0.inForce && !applied.contains($0.id) }
    if request.reinstate, missing.isEmpty {
      throw EngineError.nothingToDo(message: "nothing was forgotten since \(target.name); roll back without --reinstate")
    }
    return RollbackResult(
      from: head, to: target, child: target, reapplied: request.reinstate ? [] : missing,
      reinstated: request.reinstate ? missing : [], logIndex: nil)
  }

  /// Applies acts of forgetting to an older checkpoint, and records the result.
  private func reapply(
    _ events: [EventRecord], to target: CheckpointRecord, in transaction: Transaction
  ) throws -> CheckpointRecord {
    let before = try LoadedModel(head: target, in: transaction, of: store)
    var model = before
    let appliedBefore = try transaction.appliedEvents(checkpoint: target.id)
    try remask(events, on: &model, in: transaction)
    let child = try saveDerived(model, parent: before, kind: .rolledBack, in: transaction)
    for applied in appliedBefore {
      try transaction.insertAppliedEvent(checkpoint: child.id, event: applied.event, how: applied.how)
    }
    for event in events { try transaction.insertAppliedEvent(checkpoint: child.id, event: event.id, how: .masked) }
    let part = Self.measuredPart(of: model.dataset)
    if let split = model.dataset.split(part) {
      let figures = try measure(model, part: part, snapshot: transaction)
      try record(figures, checkpoint: child.id, split: split, of: model.dataset, in: transaction)
    }
    return child
  }

  /// Applies acts of forgetting to an older checkpoint, without recording anything.
  ///
  /// Under the same keys the recorded numbers give the recorded masks again; under other keys they mean nothing, so the recorded
  /// goal is pursued anew. So it is also where other acts hold than when the numbers were chosen: a class may have needed few pairs
  /// only since another one was masked, which has been reinstated.
  func remask(_ events: [EventRecord], on model: inout LoadedModel, in snapshot: Snapshot) throws {
    if model.counts != nil {
      // Examples first: of a class that is gone there is nothing left to subtract.
      for event in events where event.exampleCount > 0 { try remask(examplesOf: event, standing: [], on: &model, in: snapshot) }
      _ = try subtract(Set(events.flatMap { $0.ordinals(in: model.dataset) }).sorted(), from: &model)
      return
    }
    let target = model.checkpoint
    var standing = Set(try snapshot.appliedEvents(checkpoint: target.id).map(\.event))
    var goals = try snapshot.standingGoals(target, of: model.dataset)
    for event in events {
      if event.exampleCount > 0 {
        try remask(examplesOf: event, standing: goals, on: &model, in: snapshot)
        standing.insert(event.id)
        continue
      }
      let (method, goal) = (try event.forgetMethod().byMasking, try event.amount())
      let sameKeys = try snapshot.checkpoint(event.parent).base == target.base
      let sameState = try Set(snapshot.appliedEvents(checkpoint: event.parent).map(\.event)) == standing
      let choice = try event.choice()
      let (ordinals, seed) = (event.ordinals(in: model.dataset), UInt64(bitPattern: event.seed))
      if sameKeys {
        let recorded = event.classes.map { (ordinal: $0.ordinal, amount: ForgetAmount.count($0.amount), goal: goal.goal) }
        _ = try mask(recorded, method: method, choice: choice, seed: seed, standing: goals, on: &model, in: snapshot)
      }
      // Enrichment is by the other classes' examples too, and some of them may have been erased since.
      if !sameKeys || !sameState || choice.order != .frequency {
        _ = try mask(
          ordinals.map { ($0, goal, goal.goal) }, method: method, choice: choice.withoutBudget, seed: seed, standing: goals,
          on: &model, in: snapshot)
      }
      standing.insert(event.id)
      goals += try event.standingGoals(in: model.dataset)
    }
  }
}

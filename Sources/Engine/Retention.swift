import Foundation
import Ledger
import Store

/// What a model's rule makes of its checkpoints.
package struct RetentionPlan: Sendable {
  package struct Item: Sendable {
    package var checkpoint: CheckpointRecord
    /// Why it stays; empty if its bytes go.
    package var kept: [String]
    /// The holds that keep it where the rule would not.
    package var holds: [Int64]
  }

  package var rule: RetentionRuleRecord
  /// Checkpoints whose bytes are there, oldest first.
  package var items: [Item]
  /// Stored bytes of the arrays that only those have that go.
  package var storedBytes: Int64 = 0

  package var going: [CheckpointRecord] { items.filter(\.kept.isEmpty).map(\.checkpoint) }
}

/// What applying a rule did.
package struct RetentionResult: Sendable {
  package var plan: RetentionPlan
  /// Nil where nothing was to be removed.
  package var erasure: ErasureRecord?
  package var outcome: ErasureOutcome?
}

extension Engine {
  /// Sets how long a model's checkpoints are kept; nil and nil: for ever. Nothing is removed by that.
  /// - Throws: `StoreError.unknown`, `EngineError.outOfRange`, `.emptyText`.
  package func setRetention(model name: String, keepLast: Int?, keepDays: Int?, reason: String) throws -> RetentionRuleRecord {
    try Self.refuseEmpty(reason, option: "--reason")
    if let keepLast, keepLast < 1 {
      throw EngineError.outOfRange(option: "--keep-last", value: "\(keepLast)", allowed: "1 or more")
    }
    if let keepDays, keepDays < 0 {
      throw EngineError.outOfRange(option: "--keep-days", value: "\(keepDays)", allowed: "0 or more")
    }
    let model = try store.write(NewEntry(.retention, actor: actor, reason: reason), key: key()) { transaction in
      guard let model = try transaction.modelID(name) else {
        throw StoreError.unknown(kind: "model", name: name, known: try transaction.modelNames())
      }
      transaction.facts["model"] = .string(name)
      try transaction.insertRetentionRule(model: model, keepLast: keepLast, keepDays: keepDays)
      return model
    }
    guard let rule = try store.read({ try $0.retentionRules() }).first(where: { $0.model == model }) else {
      throw StoreError.recordCorrupt(table: "retention_rule", id: model, reason: "it is missing")
    }
    return rule
  }

  /// What the rules make of the checkpoints at a time, of one model or of all that have a rule; nothing is written.
  /// - Throws: `StoreError.unknown`; `EngineError.nothingToDo` for a model without a rule.
  package func planRetention(model: String?, at now: Date = Date()) throws -> [RetentionPlan] {
    try store.read { try $0.planRetention(model: model, at: now) }
  }

  /// Removes the bytes of checkpoints that no rule, no hold and no head keeps; records and digests stay.
  ///
  /// One act of erasing for each model (`Transaction.erase`), certified like any other. Checkpoints that were derived from one that
  /// goes are stored in full before. What goes for its age alone may come back: it is not excluded.
  /// - Throws: as `planRetention`.
  package func applyRetention(model: String?, reason: String?, at now: Date = Date()) throws -> [RetentionResult] {
    let signer = try signingKey()
    return try planRetention(model: model, at: now).map { plan in
      var result = RetentionResult(plan: plan)
      if plan.going.isEmpty {
        // A reader may have been in the way the last time.
        result.erasure = try store.read {
          try $0.erasures(model: plan.rule.model).last { $0.certificate == nil && $0.kind == .retention }
        }
      } else {
        progress("removing", 0.2)
        let (id, carriedOut) = try store.write(NewEntry(.erase, actor: actor, reason: reason), key: signer) { transaction in
          guard let plan = try transaction.planRetention(model: plan.rule.modelName, at: now).first, !plan.going.isEmpty else {
            throw EngineError.changedMeanwhile(model: plan.rule.modelName)
          }
          var scope = EraseScope(kind: .retention, model: plan.rule.model)
          scope.checkpoints = plan.going.map(\.id)
          transaction.facts["model"] = .string(plan.rule.modelName)
          return (try transaction.erase(scope).erasure, plan)
        }
        result.plan = carriedOut
        result.erasure = try store.read { try $0.erasure(id) }
      }
      guard let erasure = result.erasure else { return result }
      progress("scanning", 0.8)
      result.outcome = try store.certify(
        erasure.id, vacuum: false, tool: "lethe \(Self.version)", entry: NewEntry(.certify, actor: actor), key: signer)
      result.erasure = try store.read { try $0.erasure(erasure.id) }
      return result
    }
  }
}

extension Snapshot {
  func planRetention(model: String?, at now: Date) throws -> [RetentionPlan] {
    if let model, try modelID(model) == nil { _ = try checkpoints(model: model) }
    let rules = try retentionRules().filter { (model ?? $0.modelName) == $0.modelName }
    if let model, rules.isEmpty {
      throw EngineError.nothingToDo(message: "\(model) has no retention rule; `lethe retention set` makes one")
    }
    return try rules.map { rule in
      let head = try self.head(model: rule.model)
      let present = try checkpoints(model: rule.modelName).filter { try erasure(ofCheckpoint: $0.id) == nil }
      let last = Set(present.suffix(rule.keepLast ?? 0).map(\.id))
      // Times compare as texts. A clock that went back makes checkpoints look younger, which keeps them.
      let edge = rule.keepDays.map { NewEntry.timeText(now.addingTimeInterval(-86_400 * Double($0))) }
      var plan = RetentionPlan(rule: rule, items: [])
      for checkpoint in present {
        var item = RetentionPlan.Item(checkpoint: checkpoint, kept: [], holds: [])
        if checkpoint.id == head.id { item.kept.append("the model's head") }
        if rule.isForever { item.kept.append("kept for ever") }
        if last.contains(checkpoint.id) { item.kept.append("one of the last \(rule.keepLast ?? 0)") }
        if let edge, checkpoint.time >= edge { item.kept.append("not older than \(rule.keepDays ?? 0) days") }
        if item.kept.isEmpty {
          for hold in try holds(on: checkpoint) {
            item.kept.append("hold \(hold.id) on \(hold.subject), to be reviewed by \(hold.review)")
            item.holds.append(hold.id)
          }
        }
        plan.items.append(item)
      }
      plan.storedBytes = try inventory(checkpoints: plan.going, rows: []).reduce(0) {
        $0 + ($1.fate == "removed" ? $1.storedBytes : 0)
      }
      return plan
    }
  }

  /// The holds in force that keep a checkpoint: on it, its model, its data set, or a class that it knows.
  private func holds(on checkpoint: CheckpointRecord) throws -> [HoldRecord] {
    let dataset = try dataset(checkpoint.dataset)
    let forgotten = try forgottenOrdinals(checkpoint: checkpoint.id, of: dataset)
    let known = Set(dataset.classes.filter { !forgotten.contains($0.ordinal) }.map(\.id))
    return try holdsInForce().filter { hold in
      hold.model == checkpoint.model || hold.checkpoint == checkpoint.id || hold.dataset == checkpoint.dataset
        || hold.classID.map(known.contains) ?? false
    }
  }
}

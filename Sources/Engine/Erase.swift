import Ledger
import Store

/// What an erasure did.
package struct EraseResult: Sendable {
  package var plan: ErasurePlan
  /// Nil when there was nothing left to erase.
  package var erasure: ErasureRecord?
  package var outcome: ErasureOutcome?
  /// Needles that were dropped, since the same bytes also stand in what stays.
  package var sharedNeedles = 0
  /// Copies elsewhere that are not clear yet.
  package var copies: [String] = []

  /// Nothing that should have gone is left, as far as this store is concerned.
  package var isComplete: Bool {
    guard plan.kept.isEmpty else { return false }
    switch outcome {
    case .certified, nil: return true
    case .pending, .found: return false
    }
  }
}

extension Engine {
  /// Shows what `erase` would do; nothing is written.
  package func previewErase(_ request: EraseRequest) throws -> ErasurePlan {
    try store.read { snapshot in
      if let request = request.request { _ = try snapshot.openRequest(request) }
      return try snapshot.planErasure(request)
    }
  }

  /// Removes for good what was forgotten: checkpoints that still know it, its rows in the data sets, its codes.
  ///
  /// Data flow: plan (`Snapshot.planErasure`) → one transaction that removes the bytes, keeps the records and excludes what went from
  /// coming back (`Transaction.erase`) → the write-ahead log is truncated and the files are scanned → certificate, an entry of its
  /// own (`Store.certify`). If a reader is in the way of the second half, the erasure is pending, and the same command goes on with
  /// it; when there is nothing left to do, it says so.
  /// - Throws: `EngineError.held` when a hold covers any of it; `RequestError`; what `planErasure` throws. Nothing is written then.
  package func erase(_ request: EraseRequest) throws -> EraseResult {
    let signer = try signingKey()
    try store.read { try $0.checkWork(for: request.request, actor: actor, approvedBy: request.approvedBy) }
    var result = EraseResult(plan: try previewErase(request))
    try refuseHeld(result.plan, request)
    if result.plan.isEmpty {
      guard let last = try unfinished(result.plan) else { return result }
      result.erasure = last
    } else {
      progress("removing", 0.1)
      let entry = NewEntry(.erase, actor: actor, reason: request.reason, approvedBy: request.approvedBy)
      let (id, plan, shared) = try store.write(entry, key: signer) { transaction in
        let plan = try transaction.planErasure(request)
        try refuseHeld(plan, request)
        try transaction.checkWork(for: request.request, actor: actor, approvedBy: request.approvedBy)
        let (id, shared) = try transaction.erase(scope(plan))
        if let request = request.request { try transaction.insertRequestWork(request, erasure: id) }
        transaction.facts["model"] = .string(plan.modelName)
        return (id, plan, shared)
      }
      (result.plan, result.sharedNeedles) = (plan, shared)
      result.erasure = try store.read { try $0.erasure(id) }
    }
    if let erasure = result.erasure { try certify(erasure, vacuum: request.vacuum, signer: signer, &result) }
    result.copies = try store.read { try $0.copiesNotClear() }
    return result
  }

  private func certify(_ erasure: ErasureRecord, vacuum: Bool, signer: SigningKey, _ result: inout EraseResult) throws {
    progress("scanning", 0.8)
    func attempt(vacuum: Bool) throws -> ErasureOutcome {
      try store.certify(
        erasure.id, vacuum: vacuum, tool: "lethe \(Self.version)", entry: NewEntry(.certify, actor: actor), key: signer)
    }
    var outcome = try attempt(vacuum: vacuum)
    // What is left in free space goes when the file is rebuilt.
    if case .found = outcome, !vacuum { outcome = try attempt(vacuum: true) }
    result.outcome = outcome
    result.erasure = try store.read { try $0.erasure(erasure.id) }
  }

  private func refuseHeld(_ plan: ErasurePlan, _ request: EraseRequest) throws {
    guard !request.keepHeld, !plan.held.isEmpty else { return }
    throw EngineError.held(plan.held.map { "\($0.what): \($0.why)" })
  }

  /// The model's last erasure, if its certificate is still missing.
  private func unfinished(_ plan: ErasurePlan) throws -> ErasureRecord? {
    try store.read { snapshot in try snapshot.erasures(model: plan.model).last { $0.certificate == nil } }
  }

  private func scope(_ plan: ErasurePlan) throws -> EraseScope {
    var scope = EraseScope(kind: plan.kind, model: plan.model)
    scope.checkpoints = plan.checkpoints.map(\.id)
    scope.classes = plan.classes.map(\.item.id)
    scope.rows = plan.rows.map { ($0.split, $0.members) }
    scope.examples = try plan.rows.flatMap { rows in
      try ExampleDigest.of(rows.members, in: EmbeddingStream(rows.split, of: rows.dataset, in: store))
    }
    return scope
  }
}

import Store

/// How long a model's checkpoints are kept.
package struct RetentionItem: Codable, Sendable {
  package var model: String
  package var keepLast: Nullable<Int>
  package var keepDays: Nullable<Int>
  package var setAt: String
  package var setBy: Nullable<String>
  package var reason: Nullable<String>
  package var logIndex: Int64

  init(_ rule: RetentionRuleRecord) {
    (model, keepLast, keepDays) = (rule.modelName, Nullable(rule.keepLast), Nullable(rule.keepDays))
    (setAt, setBy, reason, logIndex) = (rule.time, Nullable(rule.actor), Nullable(rule.reason), rule.logIndex)
  }
}

/// One rule: `retention set`.
package struct RetentionAnswer: Answer {
  package static let schema = "lethe/retention/v1"

  package var rule: RetentionItem

  package init(_ rule: RetentionRuleRecord) { self.rule = RetentionItem(rule) }
}

/// The rules in force, by model: `retention list`.
package struct RetentionListAnswer: Answer {
  package static let schema = "lethe/retention-list/v1"

  package var rules: [RetentionItem]

  package init(in snapshot: Snapshot) throws { rules = try snapshot.retentionRules().map(RetentionItem.init) }
}

/// What applying the rules did, or would do: `retention apply`.
package struct RetentionApplyAnswer: Answer {
  package static let schema = "lethe/retention-apply/v1"

  package struct Checkpoint: Encodable, Sendable {
    package var name: String
    package var time: String
    package var goes: Bool
    /// Why it stays.
    package var kept: [String]
    /// The holds that keep it where the rule would not.
    package var holds: [Int64]

    package init(_ checkpoint: CheckpointRecord, kept: [String], holds: [Int64]) {
      (name, time, goes, self.kept, self.holds) = (checkpoint.name, checkpoint.time, kept.isEmpty, kept, holds)
    }
  }

  package struct Model: Encodable, Sendable {
    package var rule: RetentionItem
    package var checkpoints: [Checkpoint]
    /// Stored bytes of the arrays that only those checkpoints have that go.
    package var storedBytes: Int64
    /// `planned`, `nothing`, `certified`, `pending` or `found`.
    package var state: String
    package var erasure: Nullable<Int64>
    package var removedBytes: Int64

    package init(_ rule: RetentionRuleRecord, checkpoints: [Checkpoint], storedBytes: Int64) {
      (self.rule, self.checkpoints, self.storedBytes) = (RetentionItem(rule), checkpoints, storedBytes)
      (state, erasure, removedBytes) = (checkpoints.contains(where: \.goes) ? "planned" : "nothing", Nullable(nil), 0)
    }

    /// The same, carried out.
    package func carriedOut(_ record: ErasureRecord?, _ outcome: ErasureOutcome?) -> Model {
      guard let record, let outcome else { return self }
      var model = self
      (model.erasure, model.removedBytes) = (Nullable(record.id), record.removedBytes)
      switch outcome {
      case .certified: model.state = "certified"
      case .pending: model.state = "pending"
      case .found: model.state = "found"
      }
      return model
    }
  }

  package var dryRun: Bool
  /// Every act of erasing that was begun is certified.
  package var complete: Bool
  package var models: [Model]
  /// Copies elsewhere that are not known to be clear.
  package var copies: [String]

  package init(_ models: [Model], dryRun: Bool, in snapshot: Snapshot) throws {
    (self.models, self.dryRun, copies) = (models, dryRun, try snapshot.copiesNotClear())
    complete = !models.contains { ["pending", "found"].contains($0.state) }
  }
}

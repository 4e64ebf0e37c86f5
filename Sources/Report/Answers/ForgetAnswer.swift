import Foundation
import Ledger
import Store

/// What an act of forgetting did: read from its records, so it can be asked again at any time.
package struct ForgetAnswer: Answer, Decodable {
  package static let schema = "lethe/forget/v1"

  /// One figure before and after.
  package struct Effect: Codable, Sendable {
    package var metric: String
    package var role: String
    package var split: String
    package var before: Nullable<Double>
    package var after: Nullable<Double>
    package var n: Int
    /// 95 % Wilson interval of `after`.
    package var low: Nullable<Double>
    package var high: Nullable<Double>
    package var splitDigest: String
  }

  /// How much was masked for one class: N_a pairs or N_e examples.
  package struct ClassAmount: Codable, Sendable {
    package var `class`: String
    package var amount: Int
    package var activePairs: Int
  }

  /// A recipient of an export that still knows what was forgotten, and was not told since.
  package struct Notice: Codable, Sendable {
    package var recipient: Int64
    package var receivedBy: Nullable<String>
    package var checkpoint: String
    package var `class`: String

    init(_ notice: NoticeDue) {
      (recipient, receivedBy, checkpoint, `class`) = (notice.recipient, Nullable(notice.name), notice.checkpoint, notice.className)
    }
  }

  package var event: Int64
  package var model: String
  package var dataset: String
  package var parent: String
  package var child: String
  package var childDigest: String
  package var method: String
  package var parameters: String
  package var seed: Int64
  package var classes: [String]
  package var amounts: [ClassAmount]
  /// How many single training examples it took out, instead of classes.
  package var examples: Int
  package var maskedPairs: Int
  package var activePairs: Int
  package var forwardPasses: Int
  package var storedBytes: Int
  package var measurements: [Effect]
  package var logIndex: Int64
  package var time: String
  package var actor: Nullable<String>
  package var reason: Nullable<String>
  package var approvedBy: Nullable<String>
  package var inForce: Bool
  /// The requests that it was done for.
  package var requests: [Int64]
  package var recipientsToTell: [Notice]

  package init(_ event: EventRecord, in snapshot: Snapshot) throws {
    (self.event, model, dataset) = (event.id, event.modelName, event.datasetName)
    (parent, child) = (event.parentName, event.childName)
    childDigest = try snapshot.checkpoint(event.child).digest.description
    (method, parameters, seed) = (event.method, event.parameters, event.seed)
    classes = event.classes.map(\.name)
    examples = event.exampleCount
    amounts = event.classes.map { ClassAmount(class: $0.name, amount: $0.amount, activePairs: $0.activePairs) }
    (maskedPairs, activePairs) = (event.maskedPairs, event.activePairs)
    (forwardPasses, storedBytes) = (event.forwardPasses, event.storedBytes)
    (logIndex, time, inForce) = (event.logIndex, event.time, event.inForce)
    (actor, reason, approvedBy) = (Nullable(event.actor), Nullable(event.reason), Nullable(event.approvedBy))
    requests = try snapshot.requests(event: event.id)
    recipientsToTell = try snapshot.noticesDue(event: event.id).map(Notice.init)
    let (before, after) = (
      try snapshot.measurements(checkpoint: event.parent), try snapshot.measurements(checkpoint: event.child)
    )
    measurements = try snapshot.splits(event: event.id).compactMap { split in
      guard let figure = after.first(where: { $0.split == split.id && $0.classID == nil }) else { return nil }
      return Effect(
        metric: figure.metric, role: split.role.rawValue, split: split.part.rawValue,
        before: Nullable(before.first { $0.split == split.id && $0.classID == nil }?.value), after: Nullable(figure.value),
        n: figure.n, low: Nullable(figure.low), high: Nullable(figure.high), splitDigest: split.digest.description)
    }
  }
}

extension ForgetAnswer {
  /// What was forgotten, for a line of text.
  package var what: String { examples == 0 ? classes.joined(separator: ", ") : "\(examples) training examples" }
}

/// What an act of forgetting would mask: `forget --dry-run`.
package struct ForgetPreviewAnswer: Answer {
  package static let schema = "lethe/forget-preview/v1"

  package var parent: String
  package var maskedPairs: Int
  package var activePairs: Int
  package var usablePairs: Int
  package var amounts: [ForgetAnswer.ClassAmount]
  /// How many single training examples would go, instead of classes.
  package var examples: Int
  package var curves: [Curve]

  /// What amounts from none to all would do to one class.
  package struct Curve: Codable, Sendable {
    package var `class`: String
    package var points: [CurvePoint]

    package init(class: String, points: [CurvePoint]) {
      (self.class, self.points) = (`class`, points)
    }
  }

  /// Shares that are still recognised when so much is masked; null where there are no such examples.
  package struct CurvePoint: Codable, Sendable {
    package var amount: Int
    package var pairs: Int
    package var train: Nullable<Double>
    package var validation: Nullable<Double>
    package var retain: Nullable<Double>

    package init(amount: Int, pairs: Int, train: Double?, validation: Double?, retain: Double?) {
      (self.amount, self.pairs) = (amount, pairs)
      (self.train, self.validation, self.retain) = (Nullable(train), Nullable(validation), Nullable(retain))
    }
  }

  package init(
    parent: String, maskedPairs: Int, activePairs: Int, usablePairs: Int,
    amounts: [(name: String, amount: Int, activePairs: Int)], examples: Int, curves: [Curve]
  ) {
    (self.parent, self.maskedPairs, self.activePairs, self.usablePairs) = (parent, maskedPairs, activePairs, usablePairs)
    self.amounts = amounts.map { .init(class: $0.name, amount: $0.amount, activePairs: $0.activePairs) }
    (self.examples, self.curves) = (examples, curves)
  }
}

/// What a rollback did or, with `--dry-run`, would do (then `child` and `log_index` are null).
package struct RollbackAnswer: Answer {
  package static let schema = "lethe/rollback/v1"

  package var model: String
  package var from: String
  package var to: String
  package var child: Nullable<String>
  package var childDigest: Nullable<String>
  package var reappliedEvents: [Int64]
  package var reinstatedEvents: [Int64]
  package var reinstatedClasses: [String]
  /// Classes that are forgotten at the head after this.
  package var forgottenClasses: [String]
  package var logIndex: Nullable<Int64>

  package init(
    from: CheckpointRecord, to: CheckpointRecord, child: CheckpointRecord?, reapplied: [EventRecord], reinstated: [EventRecord],
    logIndex: Int64?, in snapshot: Snapshot
  ) throws {
    (model, self.from, self.to) = (to.modelName, from.name, to.name)
    (self.child, childDigest) = (Nullable(child?.name), Nullable(child?.digest.description))
    (reappliedEvents, reinstatedEvents) = (reapplied.map(\.id), reinstated.map(\.id))
    reinstatedClasses = reinstated.flatMap { $0.classes.map(\.name) }
    let standing = try CheckpointItem(child ?? to, in: snapshot).forgotten.map(\.class)
    forgottenClasses = Set(standing + reapplied.flatMap { $0.classes.map(\.name) }).sorted()
    self.logIndex = Nullable(logIndex)
  }
}

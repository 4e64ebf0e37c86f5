import Foundation
import Ledger
import Store

/// What a report covers.
package struct ReportScope: Sendable {
  package var model: String?
  package var event: Int64?
  /// RFC 3339 times, or beginnings of such; they compare as text.
  package var from: String?
  package var to: String?

  package init(model: String? = nil, event: Int64? = nil, from: String? = nil, to: String? = nil) {
    (self.model, self.event, self.from, self.to) = (model, event, from, to)
  }
}

/// A compliance report on unlearning: every figure is read from the store, and every other form of the report is made from this one.
package struct ComplianceReport: Answer, Decodable {
  package static let schema = "lethe/report/v1"

  /// What the report is and what made it.
  package struct Header: Codable, Sendable {
    package var reportId: String
    package var generatedAt: String
    package var tool: String
    package var scope: String
  }

  /// The data that were to be forgotten.
  package struct Scope: Codable, Sendable {
    package var dataset: String
    package var encoder: Nullable<String>
    package var classes: [String]
    package var labels: [Int]
    package var splits: [SplitItem]
  }

  /// A derived split; its digest covers the list of its members.
  package struct SplitItem: Codable, Sendable {
    package var part: String
    package var role: String
    package var count: Int
    package var digest: String
  }

  /// One act of forgetting.
  package struct EventItem: Codable, Sendable {
    package var forgetting: ForgetAnswer
    package var scope: Scope
    package var parentDigest: String
    package var deterministic: Bool
    /// Accuracy of every class at the child, on the part that was measured.
    package var perClass: [MeasurementAnswer]
    /// Every checkpoint of the model: does it still hold what was learnt from the classes?
    package var checkpoints: [CheckpointStatus]
    package var evidence: Evidence
  }

  /// What became of one checkpoint.
  package struct CheckpointStatus: Codable, Sendable {
    package var name: String
    package var digest: String
    package var kind: String
    package var head: Bool
    /// `masked`, `left out of training` or `still knows`.
    package var status: String
  }

  /// Where an act of forgetting stands in the log.
  package struct Evidence: Codable, Sendable {
    package var logIndex: Int64
    package var leafHash: String
    package var leaf: String
  }

  /// A log entry of which texts were destroyed.
  package struct RedactionItem: Codable, Sendable {
    package var entry: Int64
    package var fields: [String]
    package var time: String
    package var logIndex: Int64
  }

  /// The log as a whole, as it was when the report was made.
  package struct Log: Codable, Sendable {
    package var origin: String
    package var verifierKey: String
    package var size: Int64
    package var root: String
    package var signedTreeHead: String
    package var verification: VerifyAnswer
  }

  package var report: Header
  package var events: [EventItem]
  /// Rollbacks and reinstatements in the period: what was done about forgotten classes beside forgetting them.
  package var overrides: [HistoryAnswer.Entry]
  /// Entries of which texts were destroyed, ascending; of all the log, whatever the scope.
  package var redactions: [RedactionItem]
  package var log: Log
  package var howToVerify: [String]
  package var limits: [String]

  /// - Throws: `StoreError.unknown` for a model or event that isn't there.
  package init(_ scope: ReportScope, toolVersion: String, verification: Verification, in snapshot: Snapshot) throws {
    let model = try scope.model.map { try snapshot.checkpoint(named: $0).model }
    let chosen = try scope.event.map { [try snapshot.event($0)] } ?? snapshot.events(model: model)
    let events = chosen.filter { event in
      (model.map { $0 == event.model } ?? true) && event.time.isWithin(from: scope.from, to: scope.to)
    }
    report = Header(
      reportId: UUID().uuidString.lowercased(), generatedAt: NewEntry.timeText(Date()), tool: "lethe \(toolVersion)",
      scope: Self.text(of: scope))
    let leaves = Dictionary(uniqueKeysWithValues: try snapshot.logEntries().map { ($0.index, $0.leaf) })
    self.events = try events.map { try Self.item($0, leaf: leaves[$0.logIndex], snapshot) }
    let name = try model.map { try snapshot.head(model: $0).modelName }
    let filter = HistoryFilter(model: name, since: scope.from, until: scope.to)
    overrides = try HistoryAnswer(filter, in: snapshot).entries.filter { ["rollback", "reinstate"].contains($0.action) }
    redactions = try snapshot.redactions().values.sorted { $0.entry < $1.entry }.map {
      RedactionItem(entry: $0.entry, fields: $0.fields, time: $0.time, logIndex: $0.logIndex)
    }
    let (identity, head) = (try snapshot.identity(), try snapshot.lastSignedTreeHead())
    log = Log(
      origin: identity.origin, verifierKey: identity.verifierKey, size: head.size, root: head.root.description,
      signedTreeHead: head.note, verification: VerifyAnswer(verification))
    howToVerify = Self.steps
    limits = Self.limits(methods: Set(events.map(\.method)))
  }

  private static func text(of scope: ReportScope) -> String {
    let parts = [
      scope.model.map { "model \($0)" }, scope.event.map { "event \($0)" }, scope.from.map { "from \($0)" },
      scope.to.map { "to \($0)" },
    ].compactMap { $0 }
    return parts.isEmpty ? "everything" : parts.joined(separator: ", ")
  }

  private static func item(_ event: EventRecord, leaf: JSONValue?, _ snapshot: Snapshot) throws -> EventItem {
    let dataset = try snapshot.dataset(event.dataset)
    let names = Dictionary(uniqueKeysWithValues: dataset.classes.map { ($0.id, $0.shownName) })
    let imported = Set(dataset.splits.map(\.id))
    let figures = try snapshot.measurements(checkpoint: event.child).filter { $0.classID != nil && imported.contains($0.split) }
    let text = try CanonicalJSON.encode(leaf ?? .null)
    return EventItem(
      forgetting: try ForgetAnswer(event, in: snapshot),
      scope: Scope(
        dataset: dataset.name, encoder: Nullable(dataset.encoder), classes: event.classes.map(\.name),
        labels: event.classes.map(\.ordinal),
        splits: try snapshot.splits(event: event.id).map {
          SplitItem(part: $0.part.rawValue, role: $0.role.rawValue, count: $0.count, digest: $0.digest.description)
        }),
      parentDigest: try snapshot.checkpoint(event.parent).digest.description, deterministic: true,
      perClass: figures.map { MeasurementAnswer($0, role: .all, classes: names) },
      checkpoints: try statuses(of: event, snapshot),
      evidence: Evidence(
        logIndex: event.logIndex, leafHash: MerkleTree.leafHash(text).description, leaf: String(decoding: text, as: UTF8.self)))
  }

  private static func statuses(of event: EventRecord, _ snapshot: Snapshot) throws -> [CheckpointStatus] {
    let forgotten = Set(event.classes.map(\.name))
    let head = try snapshot.head(model: event.model)
    return try snapshot.checkpoints(model: event.modelName).map { checkpoint in
      let applied = try snapshot.appliedEvents(checkpoint: checkpoint.id)
      var how: [String: Application] = [:]
      for item in applied { for gone in try snapshot.event(item.event).classes { how[gone.name] = item.how } }
      let knows = forgotten.contains { how[$0] == nil }
      return CheckpointStatus(
        name: checkpoint.name, digest: checkpoint.digest.description, kind: checkpoint.kind.rawValue,
        head: checkpoint.id == head.id,
        status: knows ? "still knows" : Set(forgotten.compactMap { how[$0]?.rawValue }).sorted().joined(separator: ", "))
    }
  }
}

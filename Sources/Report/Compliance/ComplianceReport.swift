import Foundation
import Ledger
import Store

/// What a report covers.
package struct ReportScope: Codable, Sendable {
  package var model: String?
  package var event: Int64?
  /// RFC 3339 times, or beginnings of such; they compare as text.
  package var from: String?
  package var to: String?

  package init(model: String? = nil, event: Int64? = nil, from: String? = nil, to: String? = nil) {
    (self.model, self.event, self.from, self.to) = (model, event, from, to)
  }

  /// As the log records it: what was given.
  package var json: JSONValue {
    var members: [String: JSONValue] = [:]
    members["model"] = model.map(JSONValue.string)
    members["event"] = event.map(JSONValue.integer)
    members["from"] = from.map(JSONValue.string)
    members["to"] = to.map(JSONValue.string)
    return .object(members)
  }

  var text: String {
    let parts = [
      model.map { "model \($0)" }, event.map { "event \($0)" }, from.map { "from \($0)" }, to.map { "to \($0)" },
    ].compactMap { $0 }
    return parts.isEmpty ? "everything" : parts.joined(separator: ", ")
  }
}

/// Who makes a report and with what: what the store cannot know.
package struct ReportMaker: Sendable {
  package var toolVersion: String
  /// SHA-256 of the program.
  package var toolDigest: String?
  package var preparedBy: String?
  package var organisation: String?
  package var contact: String?

  package init(toolVersion: String) { self.toolVersion = toolVersion }
}

/// A compliance report on unlearning: every figure is read from the store, and every other form of the report is made from this one.
package struct ComplianceReport: Answer, Decodable {
  package static let schema = "lethe/report/v1"

  /// What the report is, who made it and with what.
  package struct Header: Codable, Sendable {
    package var reportId: String
    package var generatedAt: String
    package var tool: String
    package var toolDigest: Nullable<String>
    package var scope: String
    package var organisation: Nullable<String>
    package var contact: Nullable<String>
    package var preparedBy: Nullable<String>
    /// The procedure that is followed, and whether it wants two people.
    package var procedure: Nullable<String>
    package var twoPeople: Bool
    /// The date until which the report has to be kept: 24 months (CCPA regulations, section 7101(a)).
    package var keepUntil: String
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
    package var engineVersion: String
    package var deterministic: Bool
    /// Accuracy of every class at the parent and at the child, on the part that was measured.
    package var perClassBefore: [MeasurementAnswer]
    package var perClass: [MeasurementAnswer]
    /// Every checkpoint of the model: does it still hold what was learnt from the classes?
    package var checkpoints: [CheckpointStatus]
    /// What else was made from the classes' examples, and what became of it.
    package var artefacts: [Artefact]
    package var evidence: Evidence
    /// Null unless it was asked for.
    package var curve = Nullable<EventCurve>(nil)
  }

  /// How the classes' accuracy falls as more pairs are masked: traced for this report, so it is evidence of nothing that was seen then.
  package struct EventCurve: Codable, Sendable {
    package var note: String
    /// Why there is none.
    package var leftOut: Nullable<String>
    package var classes: [ForgetPreviewAnswer.Curve]
    /// `pairs` or `examples`: what an amount counts.
    package var unit: String

    package init(of event: EventRecord, leftOut: String?, classes: [ForgetPreviewAnswer.Curve]) {
      note =
        "Traced anew when this report was made, from \(event.parentName) and the examples that the store has now. It is not recorded; "
        + "lethe report --curve can trace it again until something of these is erased. Test examples are not looked at."
      (self.leftOut, self.classes) = (Nullable(leftOut), classes)
      unit = event.method == "examples" ? "examples" : "pairs"
    }
  }

  /// What became of one checkpoint.
  package struct CheckpointStatus: Codable, Sendable {
    package var name: String
    package var parent: Nullable<String>
    package var digest: String
    package var kind: String
    package var head: Bool
    /// `masked`, `left out of training`, `still knows` or `erased`.
    package var status: String
    /// Which of the classes it still knows.
    package var knows: [String]
  }

  /// Something that was made from what had to be forgotten.
  package struct Artefact: Codable, Sendable {
    package var kind: String
    package var name: String
    package var status: String
  }

  /// Where an act of forgetting stands in the log.
  package struct Evidence: Codable, Sendable {
    package var logIndex: Int64
    package var leafHash: String
    package var leaf: String
    /// C2SP tlog-proof: the entry, its way to the root, the signed tree head.
    package var proof: String
  }

  /// An erasure, with its certificate once a scan has shown it.
  package struct ErasureItem: Codable, Sendable {
    package var erasure: Int64
    package var model: String
    package var classes: [String]
    /// `certified` or `pending`.
    package var state: String
    package var time: String
    package var performedBy: Nullable<String>
    package var logIndex: Int64
    package var certificate: Nullable<ErasureCertificate>
  }

  /// What keeps forgotten things from coming back.
  package struct Guard: Codable, Sendable {
    package var excludedExamples: Int
    package var excludedCheckpoints: Int
    package var rule: String
  }

  /// Requests received in the period, or tied to what the report covers.
  package struct Statistics: Codable, Sendable {
    package var received: Int
    package var open: Int
    package var overdue: Int
    package var full: Int
    package var partial: Int
    package var refused: Int
    package var inTime: Int
    /// Of those that were answered; null without any.
    package var medianDays: Nullable<Double>
  }

  /// A log entry of which texts were destroyed.
  package struct RedactionItem: Codable, Sendable {
    package var entry: Int64
    package var fields: [String]
    package var time: String
    package var logIndex: Int64
  }

  /// The report that was recorded last.
  package struct Previous: Codable, Sendable {
    package var logIndex: Int64
    package var digest: String
    package var time: String
  }

  /// The log as a whole, as it was when the report was made.
  package struct Log: Codable, Sendable {
    package var origin: String
    package var verifierKey: String
    package var size: Int64
    package var root: String
    package var signedTreeHead: String
    package var verification: VerifyAnswer
    /// Its entry is one of those that the verification covered, under the same chain of tree heads.
    package var previousReport: Nullable<Previous>
  }

  package var report: Header
  package var requests: [RequestItem]
  package var statistics: Statistics
  package var events: [EventItem]
  package var erasures: [ErasureItem]
  /// Holds in force and rules of retention: what may not be erased, what goes by itself.
  package var holds: [HoldItem]
  package var retention: [RetentionItem]
  /// Copies that may still hold what was erased here.
  package var copies: [CopyItem]
  package var recipients: [RecipientItem]
  package var unforgetGuard: Guard
  /// Rollbacks and reinstatements in the period: what was done about forgotten classes beside forgetting them.
  package var overrides: [HistoryAnswer.Entry]
  /// Entries of which texts were destroyed, ascending; of all the log, whatever the scope.
  package var redactions: [RedactionItem]
  package var log: Log
  package var howToVerify: [String]
  package var limits: [String]
  /// What a reader may look for and what nobody has stated, measured or recorded.
  package var notStated: [String]

  /// - Parameter curve: traces the curve of an act of forgetting; nil: the report has none.
  /// - Throws: `StoreError.unknown` for a model or event that isn't there.
  package init(
    _ scope: ReportScope, by maker: ReportMaker, verification: Verification, now: Date = Date(), in snapshot: Snapshot,
    curve: ((EventRecord) throws -> EventCurve)? = nil
  ) throws {
    let model = try scope.model.map { try snapshot.checkpoint(named: $0).model }
    let chosen = try scope.event.map { [try snapshot.event($0)] } ?? snapshot.events(model: model)
    let events = chosen.filter { event in
      (model.map { $0 == event.model } ?? true) && event.time.isWithin(from: scope.from, to: scope.to)
    }
    let policy = try snapshot.requestPolicy()
    report = Header(
      reportId: UUID().uuidString.lowercased(), generatedAt: NewEntry.timeText(now), tool: "lethe \(maker.toolVersion)",
      toolDigest: Nullable(maker.toolDigest), scope: scope.text, organisation: Nullable(maker.organisation),
      contact: Nullable(maker.contact), preparedBy: Nullable(maker.preparedBy), procedure: Nullable(policy.procedure),
      twoPeople: policy.twoPeople, keepUntil: try CalendarDate(now).adding(months: 24).description)
    var knowledge = ModelKnowledge(snapshot)
    self.events = try events.map { event in
      var item = try Self.item(event, &knowledge, snapshot)
      item.curve = Nullable(try curve?(event))
      return item
    }
    let covered = CoveredModels(scope: scope, model: model, events: events)
    requests = try Self.requests(scope, events, today: CalendarDate(now), snapshot)
    statistics = Statistics(requests)
    erasures = try Self.erasures(scope, covered, snapshot)
    let heldModels = try snapshot.holdsInForce().filter { try covered.contains($0, snapshot) }
    holds = heldModels.map(HoldItem.init)
    retention = try snapshot.retentionRules().map(RetentionItem.init).filter { covered.contains(name: $0.model) }
    copies = try snapshot.copies().map(CopyItem.init)
    let notices = try snapshot.noticesDue()
    recipients = try snapshot.recipients().filter { covered.contains($0.model) }.map { RecipientItem($0, notices: notices) }
    let exclusions = try snapshot.exclusionList()
    unforgetGuard = Guard(
      excludedExamples: exclusions.digests(.example).count, excludedCheckpoints: exclusions.digests(.checkpoint).count,
      rule: Self.guardRule)
    let name = try model.map { try snapshot.head(model: $0).modelName }
    let filter = HistoryFilter(model: name, since: scope.from, until: scope.to)
    overrides = try HistoryAnswer(filter, in: snapshot).entries.filter { ["rollback", "reinstate"].contains($0.action) }
    redactions = try snapshot.redactions().values.sorted { $0.entry < $1.entry }.map {
      RedactionItem(entry: $0.entry, fields: $0.fields, time: $0.time, logIndex: $0.logIndex)
    }
    let (identity, head) = (try snapshot.identity(), try snapshot.lastSignedTreeHead())
    log = Log(
      origin: identity.origin, verifierKey: identity.verifierKey, size: head.size, root: head.root.description,
      signedTreeHead: head.note, verification: VerifyAnswer(verification),
      previousReport: Nullable(
        try snapshot.lastReport().map { Previous(logIndex: $0.logIndex, digest: $0.digest.description, time: $0.time) }))
    howToVerify = Self.steps
    limits = Self.limits(methods: Set(events.map(\.method)), erased: !erasures.isEmpty)
    notStated = []
    notStated = Self.missing(in: self)
  }
}

import Foundation
import Ledger
import Store

/// The models that a report is about: the one that was named, those of its events, or all.
struct CoveredModels {
  /// Nil: all.
  private let models: Set<Int64>?
  private let names: Set<String>

  init(scope: ReportScope, model: Int64?, events: [EventRecord]) {
    let narrow = model != nil || scope.event != nil
    models = narrow ? Set(events.map(\.model)).union([model].compactMap(\.self)) : nil
    names = Set(events.map(\.modelName)).union([scope.model?.split(separator: "@").first.map(String.init)].compactMap(\.self))
  }

  func contains(_ model: Int64) -> Bool { models?.contains(model) ?? true }

  func contains(name: String) -> Bool { models == nil || names.contains(name) }

  /// Whether a hold may concern one of them: on a class or a data set it may concern any.
  func contains(_ hold: HoldRecord, _ snapshot: Snapshot) throws -> Bool {
    if let model = hold.model { return contains(model) }
    if let checkpoint = hold.checkpoint { return contains(try snapshot.checkpoint(checkpoint).model) }
    return true
  }
}

extension ComplianceReport.Statistics {
  init(_ requests: [RequestItem]) {
    func count(_ isCounted: (RequestItem) -> Bool) -> Int { requests.count(where: isCounted) }
    received = requests.count
    (open, overdue) = (count { $0.status == "open" }, count { $0.status == "overdue" })
    full = count { $0.outcome.value == "full" }
    partial = count { $0.outcome.value == "partial" }
    refused = count { $0.outcome.value == "refused" }
    inTime = count { $0.status == "answered" && $0.met.value == true }
    let days = requests.compactMap { item in item.answeredAt.value.flatMap { Self.days(from: item.received, to: $0) } }.sorted()
    let middle = days.count / 2
    medianDays = Nullable(days.isEmpty ? nil : days.count % 2 == 1 ? days[middle] : (days[middle - 1] + days[middle]) / 2)
  }

  private static func days(from: String, to: String) -> Double? {
    func date(_ text: String) -> Date? { try? Date(String(text.prefix(10)) + "T00:00:00Z", strategy: .iso8601) }
    guard let start = date(from), let end = date(to) else { return nil }
    return (end.timeIntervalSince(start) / 86_400).rounded()
  }
}

extension ComplianceReport {
  /// Requests that the events were done for; where the report covers a period or everything, also those that came in then.
  static func requests(
    _ scope: ReportScope, _ events: [EventRecord], today: CalendarDate, _ snapshot: Snapshot
  ) throws -> [RequestItem] {
    let ids = Set(events.map(\.id))
    return try snapshot.requests(all: true).sorted { $0.id < $1.id }.filter { request in
      if request.works.contains(where: { work in work.event.map(ids.contains) ?? false }) { return true }
      if let model = scope.model {
        return request.works.contains { $0.model == model.split(separator: "@").first.map(String.init) }
      }
      return scope.event == nil && request.received.isWithin(from: scope.from, to: scope.to)
    }.map { RequestItem($0, today: today) }
  }

  static func erasures(_ scope: ReportScope, _ covered: CoveredModels, _ snapshot: Snapshot) throws -> [ErasureItem] {
    try snapshot.erasures().filter { covered.contains($0.model) && $0.time.isWithin(from: scope.from, to: scope.to) }.map {
      record in
      ErasureItem(
        erasure: record.id, model: record.modelName, classes: record.classes,
        state: record.certificate == nil ? "pending" : "certified", time: record.time, performedBy: Nullable(record.actor),
        logIndex: record.logIndex, certificate: Nullable(try ErasureCertificate(record, in: snapshot)))
    }
  }

  static let guardRule =
    "Rollback applies forgetting again; training leaves forgotten classes out; import and export refuse checkpoints that know a forgotten "
    + "class, and import refuses examples and checkpoints that were erased, by digest. Only a reasoned reinstatement brings a class back, "
    + "which is an entry of the log, and after an erasure nothing does."

  /// What a reader may look for in vain, and why.
  static func missing(in report: ComplianceReport) -> [String] {
    var missing: [String] = []
    func add(_ isMissing: Bool, _ text: String) { if isMissing { missing.append(text) } }
    add(report.report.organisation.value == nil, "Organisation: not stated (--organisation).")
    add(report.report.contact.value == nil, "Contact: not stated (--contact).")
    add(report.report.procedure.value == nil, "Procedure followed: none is named (lethe request policy --procedure).")
    add(report.requests.isEmpty, "Requests: none is tied to this, or came in.")
    add(
      report.events.contains { $0.forgetting.approvedBy.value == nil },
      "Approval: not every act of forgetting names who approved it.")
    if !report.events.isEmpty {
      add(
        report.events.allSatisfy { $0.curve.value == nil },
        "Curve: not traced. lethe report --curve shows what other amounts would have done.")
      missing += [
        "Attacks: not run. No membership inference and no relearning was tried on these checkpoints, and there is no control value.",
        "Reference: missing. No model retrained without the classes was compared.",
        "Re-execution: not part of this report. `lethe verify --recompute MODEL@N` repeats an act and compares digests.",
        "Hardware and the digest of the code that measured: not recorded. The version of the engine is.",
      ]
    }
    add(report.erasures.isEmpty, "Erasure: none in this scope. Bytes that know what was forgotten may still be in the store.")
    add(report.log.verification.witnessed.value == nil, "Witnesses: none were asked about (lethe verify --witness).")
    add(true, "Signed statements (in-toto) are not enclosed: `lethe log receipt N` issues one for an entry at any time.")
    add(true, "Commands that were refused or failed are not in the log, since nothing was changed by them.")
    return missing
  }
}

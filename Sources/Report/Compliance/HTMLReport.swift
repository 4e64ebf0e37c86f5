/// The digest of a report's JSON document, and the entry of the log that holds it, where that is known.
package struct ReportRecording: Sendable {
  package var digest: String
  package var logIndex: Int64?

  package init(digest: String, logIndex: Int64?) {
    (self.digest, self.logIndex) = (digest, logIndex)
  }
}

/// A compliance report as one self-contained page; every figure in it comes from the report's JSON form.
package struct HTMLReport {
  let report: ComplianceReport
  let redactions: Redactions
  let recording: ReportRecording

  package init(_ report: ComplianceReport, recording: ReportRecording) {
    (self.report, self.recording, redactions) = (report, recording, Redactions(report))
  }

  /// The page.
  package var text: String {
    let header = report.report
    return Page(
      title: "Report on unlearning",
      lead: tag("p", ["class": "note"]) { "Scope: \(header.scope). Generated \(header.generatedAt) by \(header.tool)." },
      footer: footer
    ) {
      summary
      timeline
      requests
      for (number, event) in report.events.enumerated() { self.event(event, number: number) }
      lineages
      erasures
      standing
      overrides
      evidence
      limits
    }.html
  }

  private var footer: Markup {
    group {
      tag("p") { "Report \(report.report.reportId), to be kept until \(report.report.keepUntil)." }
      tag("p") {
        "Drawn from the JSON document "
        tag("code") { recording.digest }
        recording.logIndex.map { ", whose digest is in log entry \($0)." }
          ?? ", whose digest is not known to be in the log (lethe report --record)."
      }
    }
  }

  // MARK: - What comes first

  private var summary: Markup {
    let classes = report.events.reduce(0) { $0 + $1.forgetting.classes.count }
    let verified = report.log.verification
    return group {
      tag("h2", ["id": "summary"]) { "Summary" }
      tag("div", ["class": "summary"]) {
        if report.events.isEmpty {
          tag("p") { "Nothing was forgotten in this scope." }
        } else {
          tag("p") {
            "\(Self.counted(report.events.count, "act")) of forgetting removed \(Self.counted(classes, "class", "classes"))."
          }
        }
        tag("ul") {
          for event in report.events.prefix(Self.listed) { tag("li") { sentence(event) } }
          if report.events.count > Self.listed { tag("li") { "and \(report.events.count - Self.listed) more below" } }
          for erasure in report.erasures.prefix(Self.listed) {
            tag("li") {
              "Erasure \(erasure.erasure) of \(erasure.model): "
              tag("span", ["class": erasure.state == "certified" ? "good" : "warn"]) { erasure.state }
              if let certificate = erasure.certificate.value {
                ", \(FigureText.count(certificate.removedBytes)) bytes removed, \(certificate.verification.hits) pieces found"
              }
            }
          }
          if report.statistics.received > 0 {
            let figures = report.statistics
            tag("li") {
              "\(Self.counted(figures.received, "request")): \(figures.full) met in full, \(figures.partial) in part, \(figures.refused) refused, "
              "\(figures.inTime) in time; \(figures.open) open, "
              tag("span", ["class": figures.overdue > 0 ? "bad" : nil]) { "\(figures.overdue) overdue" }
            }
          }
          tag("li") {
            "The log and everything that it covers: "
            tag("span", ["class": verified.ok ? "good" : "bad"]) { verified.ok ? "verified" : "NOT as it was signed" }
            ", \(FigureText.count(verified.logSize)) entries, \(FigureText.count(verified.checkedBytes)) bytes"
          }
        }
      }
      facts(headerFacts)
    }
  }

  private static let listed = 12

  private func sentence(_ event: ComplianceReport.EventItem) -> Markup {
    let done = event.forgetting
    let knowing = event.checkpoints.filter { !$0.knows.isEmpty }.map(\.name)
    let effect = done.measurements.first { $0.role == "forget" }
    return group {
      tag("strong") { done.what }
      " forgotten in \(done.child) on \(done.time.prefix(10))"
      if let effect { ": \(FigureText.percent(effect.before.value)) before, \(FigureText.percent(effect.after.value)) after" }
      ". "
      if !done.inForce {
        tag("span", ["class": "bad"]) { "No longer in force: reinstated." }
      } else if knowing.isEmpty {
        tag("span", ["class": "good"]) { "No checkpoint in the store still knows it." }
      } else {
        tag("span", ["class": "warn"]) { "Still recoverable from \(Self.few(knowing))." }
      }
    }
  }

  private var headerFacts: [(String, Markup)] {
    let header = report.report
    func stated(_ text: String?) -> Markup { text.map { Markup($0) } ?? tag("span", ["class": "note"]) { "not stated" } }
    return [
      ("Organisation", stated(header.organisation.value)), ("Contact", stated(header.contact.value)),
      ("Prepared by", stated(header.preparedBy.value)), ("Procedure", stated(header.procedure.value)),
      ("Approval", Markup(header.twoPeople ? "by a second person" : "one person is enough")),
      ("Store", Markup("\(report.log.origin), \(FigureText.count(report.log.size)) log entries")),
      ("Tool", Markup(header.tool + (header.toolDigest.value.map { ", program \($0)" } ?? ""))),
    ]
  }

  /// What happened, oldest first.
  private var timeline: Markup {
    var items: [(time: String, entry: Int64, text: Markup)] = []
    for request in report.requests {
      items.append(
        (
          request.received, request.logIndex,
          Markup("Request \(request.request) received by \(request.channel): \(request.groundText)")
        ))
      if let time = request.answeredAt.value, let outcome = request.outcome.value {
        items.append((time, .max, Markup("Request \(request.request) answered: \(outcome)")))
      }
    }
    for event in report.events {
      let done = event.forgetting
      items.append(
        (done.time, done.logIndex, Markup("\(done.what) forgotten: \(done.parent) → \(done.child)")))
    }
    for entry in report.overrides {
      items.append(
        (entry.time, entry.logIndex, Markup("\(entry.action): \(entry.parent.value ?? "") → \(entry.child.value ?? "")")))
    }
    for erasure in report.erasures {
      items.append(
        (erasure.time, erasure.logIndex, Markup("Erasure \(erasure.erasure): \(erasure.classes.joined(separator: ", "))")))
      if let done = erasure.certificate.value {
        items.append((done.finished, done.certificateLogIndex, Markup("Erasure \(erasure.erasure) certified")))
      }
    }
    for item in report.recipients {
      items.append((item.exportedAt, item.logIndex, Markup("\(item.checkpoint) exported to recipient \(item.recipient)")))
      if let told = item.toldAt.value { items.append((told, .max, Markup("Recipient \(item.recipient) told"))) }
    }
    guard !items.isEmpty else { return .empty }
    let sorted = items.sorted { ($0.time, $0.entry) < ($1.time, $1.entry) }
    return group {
      tag("h2", ["id": "timeline"]) { "Timeline" }
      tag("ol", ["class": "time"]) {
        for item in sorted.suffix(200) {
          tag("li") {
            tag("time", ["datetime": item.time]) { item.time }
            item.text
          }
        }
      }
    }
  }

  private var requests: Markup {
    guard !report.requests.isEmpty else { return .empty }
    let figures = report.statistics
    return group {
      tag("h2", ["id": "requests"]) { "Requests" }
      PageTable.markup(
        "Requests",
        [
          .heading("request"), .text("about"), .text("ground"), .short("received"), .short("due"), .text("state"),
          .text("basis of refusal"),
          .text("identity"), .text("approved by"), .text("answered by"),
        ],
        report.requests.map { item in
          [
            Markup("\(item.request)"), Markup(text(item.subject.value, "subject", item.logIndex)),
            Markup("\(item.ground): \(item.groundText)"), Markup("\(item.received), \(item.channel)"),
            Markup(item.due + (item.extendedFrom.value.map { ", extended from \($0)" } ?? "")), state(item),
            Markup(item.basis.value ?? "–"), Markup(item.identityChecked ? "checked" : "not checked"),
            Markup(item.approvedBy.value ?? "–"), Markup(item.answeredBy.value ?? "–"),
          ]
        })
      tag("p") {
        "Answered in time: \(figures.inTime) of \(figures.full + figures.partial + figures.refused)."
        if let days = figures.medianDays.value { " Median: \(FigureText.plain(days)) days." }
      }
    }
  }

  private func state(_ item: RequestItem) -> Markup {
    switch item.status {
    case "overdue": tag("span", ["class": "bad"]) { "overdue" }
    case "answered":
      Markup(
        "\(item.outcome.value ?? "") on \(item.answeredAt.value?.prefix(10) ?? ""), \(item.met.value == true ? "in time" : "late")")
    default: Markup("open")
    }
  }

  // MARK: - Words

  /// A text that may have been destroyed.
  func text(_ value: String?, _ field: String, _ entry: Int64) -> String {
    if let value { return value }
    return redactions.time(field, entry).map { "redacted on \($0)" } ?? "redacted"
  }

  static func counted(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    "\(FigureText.count(number)) \(number == 1 ? one : many ?? one + "s")"
  }

  static func few(_ names: [String]) -> String {
    names.prefix(6).joined(separator: ", ") + (names.count > 6 ? " and \(names.count - 6) more" : "")
  }
}

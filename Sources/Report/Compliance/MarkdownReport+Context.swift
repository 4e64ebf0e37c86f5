extension MarkdownReport {
  static func requests(_ report: ComplianceReport, _ redactions: Redactions) -> [String] {
    guard !report.requests.isEmpty else { return [] }
    let rows = report.requests.map { item in
      let answer = item.outcome.value.map { "\($0)\(item.basis.value.map { ", \(cell($0))" } ?? "")" } ?? item.status
      return
        "| \(item.request) | \(redactions.text(item.subject.value, "subject", item.logIndex) ?? "redacted") | \(cell(item.ground)) | "
        + "\(item.received) | \(item.due) | \(answer) | \(item.met.value.map { $0 ? "yes" : "no" } ?? "–") |"
    }
    return [
      "## Requests", "", "| request | about | ground | received | due | answer | in time |",
      "| --- | --- | --- | --- | --- | --- | --- |",
    ] + rows + [""]
  }

  static func artefacts(_ item: ComplianceReport.EventItem) -> [String] {
    ["", "### What else was made from the examples", "", "| what | of | status |", "| --- | --- | --- |"]
      + item.artefacts.map { "| \(cell($0.kind)) | \(cell($0.name)) | \(cell($0.status)) |" }
  }

  static func erasures(_ report: ComplianceReport, _ redactions: Redactions) -> [String] {
    guard !report.erasures.isEmpty else { return [] }
    let rows = report.erasures.map { item in
      let seen = item.certificate.value
      return "| \(item.erasure) | \(cell(item.classes.joined(separator: ", "))) | \(item.state) | \(item.time) | "
        + "\(redactions.text(item.performedBy.value, "actor", item.logIndex) ?? "redacted") | \(seen.map { String($0.removedBytes) } ?? "–") | "
        + "\(seen?.level ?? "–") | \(seen.map { String($0.verification.hits) } ?? "–") |"
    }
    return [
      "## Erasures", "", "| erasure | classes | state | time | by | bytes removed | level | pieces found |",
      "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ] + rows + [""]
  }

  /// Holds, copies and recipients, as far as there are any.
  static func standing(_ report: ComplianceReport, _ redactions: Redactions) -> [String] {
    let holds = report.holds.map { "| hold \($0.hold) | \(cell($0.subject)) | review \($0.review) |" }
    let copies = report.copies.map {
      "| copy \($0.copy) | \(cell($0.location.value ?? "blanked")) | clear by \($0.clearBy.value ?? "a day not known") |"
    }
    let recipients = report.recipients.map { item in
      let tell = item.toTell.isEmpty ? "nothing to tell" : "to tell: \(cell(item.toTell.joined(separator: ", ")))"
      return
        "| recipient \(item.recipient) | \(redactions.text(item.receivedBy.value, "recipient", item.logIndex) ?? "redacted") | "
        + "\(cell(item.checkpoint)), \(tell) |"
    }
    let rows = holds + copies + recipients
    return ["## What stands", ""] + (rows.isEmpty ? [] : ["| what | on | state |", "| --- | --- | --- |"] + rows + [""])
      + [
        report.unforgetGuard.rule, "",
        "On the list of what must not come back: \(report.unforgetGuard.excludedExamples) examples, "
          + "\(report.unforgetGuard.excludedCheckpoints) checkpoints.", "",
      ]
  }
}

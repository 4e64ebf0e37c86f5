import Foundation

/// A compliance report as Markdown for people; every figure in it comes from the report's JSON form.
package struct MarkdownReport {
  package let text: String

  package init(_ report: ComplianceReport) {
    var lines = [
      "# Report on unlearning", "",
      "| | |", "| --- | --- |",
      "| Report | \(report.report.reportId) |", "| Generated | \(report.report.generatedAt) by \(report.report.tool) |",
      "| Scope | \(Self.cell(report.report.scope)) |",
      "| Organisation | \(Self.cell(report.report.organisation.value ?? "not stated")) |",
      "| Prepared by | \(Self.cell(report.report.preparedBy.value ?? "not stated")) |",
      "| Store's log | \(Self.cell(report.log.origin)), \(report.log.size) entries |",
      "| Verification | \(Self.verdict(report.log.verification)) |", "",
    ]
    if report.events.isEmpty { lines += ["Nothing was forgotten in this scope.", ""] }
    let redactions = Redactions(report)
    lines += Self.requests(report, redactions)
    for event in report.events { lines += Self.event(event, redactions) }
    lines += Self.erasures(report, redactions) + Self.standing(report, redactions)
    lines += Self.overrides(report.overrides, redactions)
    lines += [
      "## Evidence", "", "Verifier key:", "",
    ]
    lines += Self.fenced([report.log.verifierKey]) + ["", "Signed tree head:", ""]
    lines += Self.fenced(report.log.signedTreeHead.trimmingCharacters(in: .newlines).components(separatedBy: "\n"))
    lines += ["", "### How to check this", ""] + Self.fenced(report.howToVerify)
    lines += ["", "## Limits", ""] + report.limits.map { "- \($0)" }
    lines += ["", "## Not stated, not measured", ""] + report.notStated.map { "- \($0)" }
    text = lines.joined(separator: "\n")
  }

  private static func event(_ item: ComplianceReport.EventItem, _ redactions: Redactions) -> [String] {
    let (facts, entry) = (item.forgetting, item.evidence.logIndex)
    let state = facts.inForce ? "in force" : "**no longer in force: reinstated**"
    var lines = [
      "## Event \(facts.event): \(cell(facts.what)) forgotten by \(cell(facts.model))", "",
      "| | |", "| --- | --- |",
      "| When | \(facts.time) |", "| By | \(redactions.text(facts.actor.value, "actor", entry) ?? "redacted") |",
      "| Why | \(redactions.text(facts.reason.value, "reason", entry) ?? "redacted") |",
    ]
    if let approver = redactions.text(facts.approvedBy.value, "approved_by", entry) {
      lines.append("| Approved by | \(approver) |")
    }
    lines += [
      "| State | \(state) |",
      "| Data set | \(cell(item.scope.dataset)), encoder \(cell(item.scope.encoder.value ?? "not stated")) |",
      "| Parent | \(cell(facts.parent)) `\(item.parentDigest)` |", "| Child | \(cell(facts.child)) `\(facts.childDigest)` |",
      "| Method | via \(facts.method), \(cell(facts.parameters)), seed \(facts.seed) |",
      "| Masked | \(facts.maskedPairs) pairs; \(facts.activePairs) were active; \(facts.storedBytes) bytes stored |",
      "| Log entry | \(item.evidence.logIndex), leaf hash `\(item.evidence.leafHash)` |", "",
      "### Effect", "", "| examples | split | before | after | 95 % interval | n |", "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += facts.measurements.map { row in
      "| \(row.role) | \(row.split) | \(percent(row.before.value)) | \(percent(row.after.value)) | "
        + "\(percent(row.low.value)) to \(percent(row.high.value)) | \(row.n) |"
    }
    lines += ["", "| class | accuracy after | 95 % interval | n |", "| --- | --- | --- | --- |"]
    lines += item.perClass.map { row in
      "| \(cell(row.class.value ?? "")) | \(percent(row.value)) | \(percent(row.low)) to \(percent(row.high)) | \(row.n) |"
    }
    lines += curve(item)
    lines += ["", "### Examples in scope", "", "| part | role | count | digest |", "| --- | --- | --- | --- |"]
    lines += item.scope.splits.map { "| \($0.part) | \($0.role) | \($0.count) | `\($0.digest)` |" }
    lines += ["", "### Checkpoints", "", "| checkpoint | kind | status | digest |", "| --- | --- | --- | --- |"]
    lines += item.checkpoints.map { "| \(cell($0.name))\($0.head ? " (head)" : "") | \($0.kind) | \($0.status) | `\($0.digest)` |" }
    return lines + artefacts(item) + [""]
  }

  private static func curve(_ item: ComplianceReport.EventItem) -> [String] {
    guard let curve = item.curve.value else { return [] }
    var lines = ["", "### What other amounts would have done", "", curve.note]
    if let reason = curve.leftOut.value { lines += ["", "There is no curve: \(cell(reason))."] }
    for one in curve.classes {
      let chosen = item.forgetting.amounts.first { $0.class == one.class }?.amount
      lines += [
        "", "| \(cell(one.class)): \(curve.unit) | pairs | its training | its validation | those that stay |",
        "| --- | --- | --- | --- | --- |",
      ]
      lines += one.points.map { point in
        "| \(point.amount)\(point.amount == chosen ? " (chosen)" : "") | \(point.pairs) | "
          + [point.train, point.validation, point.retain].map { percent($0.value) }.joined(separator: " | ") + " |"
      }
    }
    return lines
  }

  private static func overrides(_ entries: [HistoryAnswer.Entry], _ redactions: Redactions) -> [String] {
    guard !entries.isEmpty else { return [] }
    let rows = entries.map { entry in
      "| \(entry.logIndex) | \(entry.time) | \(entry.action) | \(cell(entry.parent.value ?? "")) → \(cell(entry.child.value ?? "")) | "
        + "\(cell(entry.classes.joined(separator: ", "))) | "
        + "\(redactions.text(entry.actor.value, "actor", entry.logIndex) ?? "redacted") | "
        + "\(redactions.text(entry.reason.value, "reason", entry.logIndex) ?? "redacted") |"
    }
    return [
      "## Rollbacks and reinstatements", "", "| log | time | action | head | classes | by | why |",
      "| --- | --- | --- | --- | --- | --- | --- |",
    ]
      + rows + [""]
  }

  private static func verdict(_ verification: VerifyAnswer) -> String {
    (verification.ok
      ? "ok: \(verification.logSize) entries and \(verification.checkedBytes) bytes agree with the signed log"
      : "**NOT ok**: " + verification.findings.map { cell("\($0.code) in \($0.subject)") }.joined(separator: "; "))
      + verification.notChecked.map { "; not checked: " + cell("\($0.subject), \($0.reason)") }.joined()
  }

  private static func percent(_ share: Double?) -> String {
    share.map { String(format: "%.1f %%", $0 * 100) } ?? "–"
  }

  /// Free text in a table cell or heading: nothing in it may end the cell or become markup, on one line and in its own direction.
  ///
  /// It goes by scalars: a mark and the accent that follows it are one `Character`, and still a mark to Markdown (CommonMark §2.1).
  static func cell(_ text: String) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "|", "\\", "`", "*", "_", "[", "]", "<", ">", "#", "&", "~": escaped += ["\\", scalar]
      case _ where scalar.turnsDirection: escaped.append("\u{FFFD}")
      default:
        let isBreak = [.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
        escaped.append(isBreak ? " " : scalar)
      }
    }
    return String(escaped)
  }

  /// Lines as they are, between fences that are longer than any run of backticks in them.
  private static func fenced(_ lines: [String]) -> [String] {
    let longest = lines.flatMap { $0.split { $0 != "`" } }.map(\.count).max() ?? 0
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return [fence] + lines + [fence]
  }
}

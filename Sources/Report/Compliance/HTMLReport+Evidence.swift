extension HTMLReport {
  var erasures: Markup {
    guard !report.erasures.isEmpty else { return .empty }
    return group {
      tag("h2", ["id": "erasures"]) { "Erasures" }
      for item in report.erasures {
        tag("h3") { "Erasure \(item.erasure) of \(item.model): \(item.classes.joined(separator: ", "))" }
        if let done = item.certificate.value {
          facts([
            ("State", tag("span", ["class": "good"]) { "certified" }),
            ("Begun, finished", Markup("\(done.started), \(done.finished)")),
            ("Performed by", Markup(text(item.performedBy.value, "actor", item.logIndex))),
            (
              "Removed",
              Markup(
                "\(FigureText.count(done.removedBytes)) bytes: \(Self.counted(done.checkpoints.count, "checkpoint")), \(Self.counted(done.tensors.count, "array"))"
              )
            ),
            ("Technique", Markup(done.technique)), ("Level", Markup("\(done.level) (NIST SP 800-88). \(done.whyNotPurge)")),
            (
              "Verification",
              Markup(
                "\(done.verification.method) \(FigureText.count(done.verification.needles)) pieces, \(FigureText.count(done.verification.scannedBytes)) bytes scanned, \(done.verification.hits) found."
              )
            ),
            ("Tool", Markup(done.tool)), ("Log entries", Markup("\(done.eraseLogIndex), \(done.certificateLogIndex)")),
          ])
        } else {
          facts([
            ("State", tag("span", ["class": "warn"]) { "pending: a reader was in the way of the scan" }),
            ("Begun", Markup(item.time)),
          ])
        }
      }
    }
  }

  /// Holds, retention, copies, recipients, and what keeps forgotten things out.
  var standing: Markup {
    group {
      tag("h2", ["id": "standing"]) { "What stands" }
      PageTable.markup(
        "Holds in force: nothing of it can be erased",
        [.heading("hold"), .text("on"), .text("owner"), .text("review"), .text("why")],
        report.holds.map {
          [
            Markup("\($0.hold)"), Markup($0.subject), Markup($0.owner.value ?? "redacted"),
            Markup($0.review + ($0.overdue ? ", overdue" : "")), Markup($0.reason.value ?? "redacted"),
          ]
        })
      PageTable.markup(
        "Retention", [.heading("model"), .text("rule"), .text("set")],
        report.retention.map { rule in
          let parts = [rule.keepLast.value.map { "the last \($0)" }, rule.keepDays.value.map { "those of \($0) days" }].compactMap(
            \.self)
          return [
            Markup(rule.model), Markup(parts.isEmpty ? "all are kept" : "kept: " + parts.joined(separator: " and ")),
            Markup(rule.setAt),
          ]
        })
      PageTable.markup(
        "Copies that may still hold what was erased here", [.heading("copy"), .text("kind"), .text("place"), .text("clear by")],
        report.copies.map {
          [
            Markup("\($0.copy)"), Markup($0.kind), Markup($0.location.value ?? "blanked"),
            Markup(($0.clearBy.value ?? "not known") + ($0.overdue ? ", overdue" : "")),
          ]
        })
      PageTable.markup(
        "Recipients of exports", [.heading("recipient"), .text("who"), .text("received"), .text("told"), .text("to tell")],
        report.recipients.map {
          [
            Markup("\($0.recipient)"), Markup(text($0.receivedBy.value, "recipient", $0.logIndex)),
            Markup("\($0.checkpoint), \($0.exportedAt)"),
            Markup($0.toldAt.value ?? "never"), Markup($0.toTell.isEmpty ? "nothing" : $0.toTell.joined(separator: ", ")),
          ]
        })
      tag("p") { report.unforgetGuard.rule }
      tag("p") {
        "On the list of what must not come back: \(FigureText.count(report.unforgetGuard.excludedExamples)) examples, "
        "\(FigureText.count(report.unforgetGuard.excludedCheckpoints)) checkpoints."
      }
    }
  }

  var overrides: Markup {
    guard !report.overrides.isEmpty else { return .empty }
    return group {
      tag("h2", ["id": "overrides"]) { "Rollbacks and reinstatements" }
      PageTable.markup(
        "Rollbacks and reinstatements",
        [.heading("log entry"), .text("time"), .text("action"), .text("head"), .text("classes"), .text("by"), .text("why")],
        report.overrides.map { entry in
          [
            Markup("\(entry.logIndex)"), Markup(entry.time), Markup(entry.action),
            Markup("\(entry.parent.value ?? "") → \(entry.child.value ?? "")"), Markup(entry.classes.joined(separator: ", ")),
            Markup(text(entry.actor.value, "actor", entry.logIndex)), Markup(text(entry.reason.value, "reason", entry.logIndex)),
          ]
        })
    }
  }

  var evidence: Markup {
    let checked = report.log.verification
    return group {
      tag("h2", ["id": "evidence"]) { "Evidence" }
      if checked.ok {
        tag("p", ["class": "good"]) {
          "\(FigureText.count(checked.logSize)) entries and \(FigureText.count(checked.checkedBytes)) bytes agree with the signed log."
        }
      } else {
        tag("p", ["class": "bad"]) { "The store is not as it was signed." }
      }
      PageTable.markup(
        "Findings", [.heading("code"), .text("severity"), .text("where"), .text("what")],
        checked.findings.map { [Markup($0.code), Markup($0.severity), Markup($0.subject), Markup($0.message)] })
      PageTable.markup(
        "Not checked", [.heading("what"), .text("why")], checked.notChecked.map { [Markup($0.subject), Markup($0.reason)] })
      facts([
        ("Log", Markup("\(report.log.origin), \(FigureText.count(report.log.size)) entries")),
        ("Root", tag("code") { report.log.root }), ("Verifier key", tag("code") { report.log.verifierKey }),
        (
          "Report before",
          report.log.previousReport.value.map { previous in
            group {
              "log entry \(previous.logIndex), \(previous.time), "; tag("code") { previous.digest }
            }
          } ?? Markup("none was recorded")
        ),
      ])
      tag("h3") { "Signed tree head" }
      tag("pre") { report.log.signedTreeHead }
      tag("h3") { "How to check this" }
      tag("pre") {
        (report.howToVerify + recordedStep).joined(separator: "\n")
      }
      for event in report.events.prefix(20) {
        tag("details") {
          tag("summary") { "Receipt of event \(event.forgetting.event): log entry \(event.evidence.logIndex) (C2SP tlog-proof)" }
          tag("pre") { event.evidence.proof }
          tag("pre") { event.evidence.leaf }
        }
      }
    }
  }

  /// How to see that this very report is in the log.
  private var recordedStep: [String] {
    let digest = recording.digest.split(separator: ":").last ?? ""
    guard let entry = recording.logIndex else { return [] }
    return [
      "sha256sum REPORT.json                must print \(digest), the digest of the document that this page was drawn from",
      "lethe log prove \(entry) --store FILE       shows that the digest is in the log: report_digest in the entry",
    ]
  }

  var limits: Markup {
    group {
      tag("h2", ["id": "limits"]) { "Limits" }
      tag("ul") { for limit in report.limits { tag("li") { limit } } }
      tag("h2", ["id": "not-stated"]) { "Not stated, not measured" }
      tag("ul") { for item in report.notStated { tag("li") { item } } }
    }
  }
}

/// When texts of log entries were destroyed, for the report that would show them.
struct Redactions {
  private let items: [Int64: ComplianceReport.RedactionItem]

  init(_ report: ComplianceReport) {
    items = Dictionary(report.redactions.map { ($0.entry, $0) }) { first, _ in first }
  }

  /// When `log redact` destroyed a text; nil if it did not.
  func time(_ field: String, _ entry: Int64) -> String? {
    items[entry].flatMap { $0.fields.contains(field) ? $0.time : nil }
  }

  /// A text as a table cell, or when it was destroyed; nil if it was neither given nor destroyed by `log redact`.
  func text(_ value: String?, _ field: String, _ entry: Int64) -> String? {
    if let value { return MarkdownReport.cell(value) }
    return time(field, entry).map { "*redacted on \($0)*" }
  }
}

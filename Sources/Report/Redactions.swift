/// When texts of log entries were destroyed, for the report that would show them.
struct Redactions {
  private let items: [Int64: ComplianceReport.RedactionItem]

  init(_ report: ComplianceReport) {
    items = Dictionary(report.redactions.map { ($0.entry, $0) }) { first, _ in first }
  }

  /// A text as a table cell, or when it was destroyed; nil if it was neither given nor destroyed by `log redact`.
  func text(_ value: String?, _ field: String, _ entry: Int64) -> String? {
    if let value { return MarkdownReport.cell(value) }
    guard let item = items[entry], item.fields.contains(field) else { return nil }
    return "*redacted on \(item.time)*"
  }
}

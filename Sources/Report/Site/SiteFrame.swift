import Store

/// What all pages of a site have: their frame, their links, and the words for classes.
struct SiteFrame: Sendable {
  let showsPersonal: Bool
  let origin: String
  /// Entries in the log.
  let size: Int64
  /// The data sets, for names and labels of classes.
  let datasets: [Int64: DatasetRecord]

  /// - Parameter depth: folders between the page and the site's root.
  func page(_ title: String, depth: Int, lead: Markup = .empty, @MarkupBuilder _ content: () -> Markup) -> Page {
    let up = String(repeating: "../", count: depth)
    return Page(
      title: title, lead: lead,
      navigation: [
        ("Overview", up + "index.html"), ("Events", up + "events/index.html"), ("Requests", up + "requests/index.html"),
        ("Log", up + "log/index.html"),
      ],
      footer: tag("p") {
        "From the log \(origin). \(showsPersonal ? "With" : "Without") names of persons, classes and reasons. "
        tag("a", ["href": up + "log/index.html"]) { "How to check it" }
      }, content)
  }

  static func link(_ text: String, _ address: String) -> Markup {
    tag("a", ["href": address]) { text }
  }

  /// Where an entry of the log stands.
  func entry(_ index: Int64, depth: Int) -> Markup {
    Self.link("\(index)", String(repeating: "../", count: depth) + "log/\(index / Int64(Site.pageLength) + 1).html#e\(index)")
  }

  /// A class by its name, or by its label where names are not shown.
  func className(_ item: ForgottenClassRecord) -> String { showsPersonal ? item.name : "label \(item.ordinal)" }

  /// What an act of forgetting was about: its classes, or how many examples.
  func what(_ event: EventRecord) -> [String] { event.exampleCount == 0 ? event.classes.map(className) : event.whatIsForgotten }

  func classNames(_ event: EventRecord) -> String { what(event).joined(separator: ", ") }
}

import Foundation
import Ledger

/// A self-contained HTML page: no script, nothing loaded, its only style sheet named by digest in its security policy.
///
/// It can be opened from disk, printed, and read with a keyboard or a screen reader: language, one heading of the first level, landmarks, a link
/// past the head of the page.
package struct Page {
  private let text: String

  /// - Parameters:
  ///   - title: the page's name; also its first heading.
  ///   - lead: below the heading: what the page says, in a line or two.
  ///   - navigation: links to other pages of the same site; left out if there are none.
  ///   - footer: what the page was made from.
  ///   - content: the sections, each beginning with an `h2`.
  package init(
    title: String, lead: Markup = .empty, navigation: [(name: String, address: String)] = [], footer: Markup = .empty,
    @MarkupBuilder _ content: () -> Markup
  ) {
    text = Markup.document(
      tag("html", ["lang": "en"]) {
        tag("head") {
          tag("meta", ["charset": "utf-8"])
          tag("meta", ["http-equiv": "Content-Security-Policy", "content": Self.policy])
          tag("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
          tag("meta", ["name": "color-scheme", "content": "light dark"])
          tag("meta", ["name": "referrer", "content": "no-referrer"])
          tag("title") { title }
          Markup.style(PageStyle.sheet)
        }
        tag("body") {
          tag("a", ["class": "skip", "href": "#main"]) { "Skip to the content" }
          tag("header") {
            if !navigation.isEmpty {
              tag("nav", ["aria-label": "Site"]) {
                tag("ul") { for link in navigation { tag("li") { tag("a", ["href": link.address]) { link.name } } } }
              }
            }
            tag("h1") { title }
            lead
          }
          tag("main", ["id": "main", "tabindex": "-1"], content)
          tag("footer") { footer }
        }
      })
  }

  /// The document.
  package var html: String { text }

  /// Nothing is loaded, run, framed or sent; one style sheet counts, by its digest (CSP Level 3, §2.3.1).
  static let policy: String = {
    let digest = Digest.of(Array(PageStyle.sheet.description.utf8))
    let base64 = Data(digest.bytes).base64EncodedString()
    return "default-src 'none'; style-src 'sha256-\(base64)'; base-uri 'none'; form-action 'none'"
  }()
}

/// A table that scrolls by itself where it is too wide, so that the page never does.
package struct PageTable {
  /// What a column's cells are, which says how they are set.
  package enum Column: Sendable {
    /// The cell that names its row.
    case heading(String)
    case text(String)
    /// A date, a name, a word: never broken.
    case short(String)
    /// Figures, flush right.
    case number(String)

    var title: String {
      switch self {
      case .heading(let title), .text(let title), .short(let title), .number(let title): title
      }
    }
  }

  /// The table; nothing at all without rows. Each row has as many cells as there are columns.
  /// - Parameter caption: names the table, and the part that scrolls; a group and no landmark, since a page has the same table for many things.
  package static func markup(_ caption: String, _ columns: [Column], _ rows: [[Markup]]) -> Markup {
    guard !rows.isEmpty else { return .empty }
    return tag("div", ["class": "scroll", "role": "group", "aria-label": caption, "tabindex": "0"]) {
      tag("table") {
        tag("caption") { caption }
        tag("thead") {
          tag("tr") {
            for column in columns { tag("th", ["scope": "col", "class": kind(column)]) { column.title } }
          }
        }
        tag("tbody") {
          for row in rows {
            tag("tr") {
              for (column, cell) in zip(columns, row) {
                if case .heading = column {
                  tag("th", ["scope": "row"]) { cell }
                } else {
                  tag("td", ["class": kind(column)]) { cell }
                }
              }
            }
          }
        }
      }
    }
  }

  private static func kind(_ column: Column) -> String? {
    switch column {
    case .number: "n"
    case .short: "s"
    case .heading, .text: nil
    }
  }
}

/// Facts about one thing, name and value by turns.
package func facts(_ pairs: [(String, Markup)]) -> Markup {
  tag("dl") {
    for (name, value) in pairs {
      tag("div") {
        tag("dt") { name }
        tag("dd") { value }
      }
    }
  }
}

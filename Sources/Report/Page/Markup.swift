/// A piece of HTML or SVG in which no text can become markup: the only ways to make one are an element, whose names are literals of
/// the source, and a text, which is escaped here and nowhere else.
///
/// What is written is also well-formed XML (every element closed, every attribute quoted), so a stock parser can check it.
package struct Markup: Sendable, Equatable {
  /// The HTML.
  package private(set) var source: String

  package static let empty = Markup(source: "")

  private init(source: String) {
    self.source = source
  }

  /// A text as it is to be read, whatever is in it.
  package init(_ text: String) {
    source = Self.escaped(text)
  }

  /// An element. Attributes with the value nil are left out. O(length of its content).
  package init(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:], content: Markup) {
    var text = "<\(name)"
    for case (let key, let value?) in attributes {
      text += " \(key)=\"\(Self.escaped(Self.isAddress(key) ? Self.local(value) : value))\""
    }
    text += Self.isVoid(name) ? "/>" : ">\(content.source)</\(name)>"
    source = text
  }

  /// A style sheet of this module, as it stands.
  static func style(_ sheet: StaticString) -> Markup {
    Markup(source: "<style>\(sheet)</style>")
  }

  /// A whole document: its `html` element behind the document type.
  static func document(_ root: Markup) -> String {
    "<!DOCTYPE html>\n\(root.source)\n"
  }

  package static func += (left: inout Markup, right: Markup) {
    left.source += right.source
  }

  /// Elements without content (HTML, 13.1.2), and those of SVG that are drawn without any here.
  private static func isVoid(_ name: StaticString) -> Bool {
    switch name.description {
    case "meta", "link", "br", "hr", "line", "path", "rect", "circle", "polyline": true
    default: false
    }
  }

  private static func isAddress(_ attribute: StaticString) -> Bool {
    attribute.description == "href" || attribute.description == "src"
  }

  /// An address within the same site, and `#` for anything that names a scheme or a host: `javascript:`, `//example.com`.
  private static func local(_ address: String) -> String {
    let path = address.utf8.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "?") }
    let hasScheme = path.contains(UInt8(ascii: ":"))
    return hasScheme || address.hasPrefix("//") || address.contains("\\") ? "#" : address
  }

  /// The one place where a text becomes HTML. Controls (which XML forbids) and marks that turn the direction of what follows become
  /// U+FFFD; a line break and a tab stay.
  private static func escaped(_ text: String) -> String {
    if text.utf8.allSatisfy({ plain[Int($0)] }) { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;".unicodeScalars
      case "<": result += "&lt;".unicodeScalars
      case ">": result += "&gt;".unicodeScalars
      case "\"": result += "&quot;".unicodeScalars
      case "'": result += "&#39;".unicodeScalars
      case "\n", "\t": result.append(scalar)
      case "\r": result.append("\n")
      case "\u{FFFE}", "\u{FFFF}": result.append("\u{FFFD}")
      default:
        result.append(scalar.isControl || scalar.turnsDirection ? "\u{FFFD}" : scalar)
      }
    }
    return String(result)
  }

  /// Printable ASCII that means nothing to HTML.
  private static let plain: [Bool] = (0..<256).map { byte in
    (0x20..<0x7F).contains(byte) && !"&<>\"'".utf8.contains(UInt8(byte))
  }
}

extension Unicode.Scalar {
  /// General category Cc: C0, DEL and C1.
  var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }

  /// Embeddings, overrides and isolates that turn the direction of what follows (UAX #9 §2).
  var turnsDirection: Bool {
    ("\u{202A}"..."\u{202E}").contains(self) || ("\u{2066}"..."\u{2069}").contains(self)
  }
}

/// Lets a template list what is in an element line by line, with `if` and `for`; a `String` in it is a text.
@resultBuilder
package enum MarkupBuilder {
  package static func buildExpression(_ text: String) -> Markup { Markup(text) }
  package static func buildExpression(_ markup: Markup) -> Markup { markup }
  package static func buildExpression(_ markup: Markup?) -> Markup { markup ?? .empty }
  package static func buildOptional(_ markup: Markup?) -> Markup { markup ?? .empty }
  package static func buildEither(first markup: Markup) -> Markup { markup }
  package static func buildEither(second markup: Markup) -> Markup { markup }
  package static func buildArray(_ parts: [Markup]) -> Markup { parts.reduce(into: .empty) { $0 += $1 } }
  package static func buildBlock(_ parts: Markup...) -> Markup { buildArray(parts) }
}

/// An element with what the closure lists.
package func tag(
  _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:], @MarkupBuilder _ content: () -> Markup
) -> Markup {
  Markup(name, attributes, content: content())
}

/// An element without content.
package func tag(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:]) -> Markup {
  Markup(name, attributes, content: .empty)
}

/// Pieces one after the other, outside of any element.
package func group(@MarkupBuilder _ content: () -> Markup) -> Markup {
  content()
}

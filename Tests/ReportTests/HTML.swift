import Foundation
import FoundationXML
import Testing

/// What a stock XML parser sees in a page: its elements in order, and its texts.
final class HTML: NSObject, XMLParserDelegate {
  private(set) var elements: [String] = []
  private(set) var attributes: [[String: String]] = []
  private(set) var text = ""

  /// Nil if the document is not well-formed.
  init?(_ source: String) {
    super.init()
    let parser = XMLParser(data: Data(source.utf8))
    parser.delegate = self
    guard parser.parse() else {
      Issue.record("line \(parser.lineNumber): \(String(describing: parser.parserError))")
      return nil
    }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    elements.append(name)
    self.attributes.append(attributes)
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    // Figures of neighbouring cells are no one figure.
    if ["td", "th", "text"].contains(name) { text += " " }
  }

  /// Values of an attribute, in order.
  func values(_ attribute: String) -> [String] { attributes.compactMap { $0[attribute] } }
}

import Foundation
import Testing

/// An article of a DocC catalogue, whose commands tests type.
struct Article {
  /// A command and what the article shows of its output: `…` in a line stands for anything, and alone for any lines.
  struct Step {
    var command: String
    var shown: [String]
  }

  private let text: String

  /// - parameter path: within the package.
  init(_ path: String) throws {
    let root = URL(fileURLWithPath: Schemas.folder).appendingPathComponent("../..")
    text = try String(contentsOf: root.appendingPathComponent(path).standardized, encoding: .utf8)
  }

  /// The blocks of a kind, such as `sh`.
  func blocks(_ kind: String) -> [String] {
    text.components(separatedBy: "```\(kind)\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
  }

  /// The commands of all `console` blocks, which stand after `$ ` and go on after a backslash.
  func steps() throws -> [Step] {
    var steps: [Step] = []
    for line in blocks("console").joined().split(separator: "\n").map(String.init) {
      if line.hasPrefix("$ ") {
        steps.append(Step(command: String(line.dropFirst(2)), shown: []))
      } else if let last = steps.last, last.command.hasSuffix("\\"), last.shown.isEmpty {
        steps[steps.count - 1].command += "\n" + line
      } else {
        try #require(!steps.isEmpty, "output before any command: \(line)")
        steps[steps.count - 1].shown.append(line)
      }
    }
    return steps
  }
}

extension Article.Step {
  /// The first line that is shown and was not printed, in this order; nil if all were.
  func missing(in output: String) -> String? {
    var printed = output.split(separator: "\n", omittingEmptySubsequences: false)[...]
    for line in shown where line != "…" {
      guard let index = printed.firstIndex(where: { Self.matches($0, line.components(separatedBy: "…")) }) else { return line }
      printed = printed[(index + 1)...]
    }
    return nil
  }

  /// Whether the pieces stand in the line in this order, the first at its beginning, the last at its end but for spaces.
  private static func matches(_ line: Substring, _ pieces: [String]) -> Bool {
    guard let first = pieces.first, line.hasPrefix(first) else { return false }
    var rest = String(line.dropFirst(first.count))
    while rest.hasSuffix(" ") { rest.removeLast() }
    guard let last = pieces.dropFirst().last else { return rest.isEmpty }
    for piece in pieces.dropFirst().dropLast() {
      guard let found = rest.range(of: piece) else { return false }
      rest = String(rest[found.upperBound...])
    }
    return rest.hasSuffix(last)
  }
}

/// An error, for programs: what `--json` prints on stdout when a command fails.
package struct ErrorAnswer: Answer {
  package static let schema = "lethe/error/v1"

  package struct Details: Encodable, Sendable {
    package var code: String
    package var message: String
    package var remedy: String
  }

  package var error: Details

  package init(code: String, message: String, remedy: String) {
    error = Details(code: code, message: message, remedy: remedy)
  }
}

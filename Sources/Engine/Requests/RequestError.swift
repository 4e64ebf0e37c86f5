/// Why something about a request was refused: what was wrong, and what to do.
package enum RequestError: Error, Equatable {
  /// It was answered already.
  case answered(request: Int64, time: String)
  /// It was extended already, and may be once.
  case extended(request: Int64, due: String)
  /// An extension that ends before the present term, or later than the ground allows.
  case badExtension(due: String, from: String, latest: String)
  /// A refusal without a rule that it rests on, or a full answer with one.
  case basis(outcome: String)
  /// The policy wants two people, and nobody approved.
  case approverMissing(request: Int64)
  /// The policy wants two people, and who acts approved it.
  case ownApproval(request: Int64)
  /// A day of receipt that has not come yet.
  case receivedLater(String)

  /// A short, stable name for programs.
  package var code: String {
    switch self {
    case .answered: "request.answered"
    case .extended: "request.extended"
    case .badExtension: "request.bad_extension"
    case .basis: "request.basis"
    case .approverMissing: "request.approver_missing"
    case .ownApproval: "request.own_approval"
    case .receivedLater: "request.received_later"
    }
  }

  /// What was wrong, in a sentence.
  package var message: String {
    switch self {
    case .answered(let request, let time): "request \(request) was answered on \(time.prefix(10))"
    case .extended(let request, let due): "request \(request) was extended already, to \(due)"
    case .badExtension(let due, let from, let latest):
      "\(due) is no extension: it must be after \(from) and at the latest \(latest)"
    case .basis(let outcome):
      outcome == "full" ? "an answer in full has no basis of refusal" : "a \(outcome) answer needs the basis of the refusal"
    case .approverMissing(let request): "two people are needed for request \(request), and nobody has approved this"
    case .ownApproval(let request): "two people are needed for request \(request), and whoever acts cannot be the one who approves"
    case .receivedLater(let date): "\(date) has not come yet"
    }
  }

  /// What the reader can do about it.
  package var remedy: String {
    switch self {
    case .answered: "open a new one; what was answered stays as it is"
    case .extended: "a term is extended once; answer it"
    case .badExtension: "name another date with --due, or none for the latest"
    case .basis: "name it with --basis for a partial or refused answer, as: --basis \"17(3)(b): retention by tax law\""
    case .approverMissing: "name who approved it with --approved-by; `lethe request policy` shows the rule"
    case .ownApproval: "let somebody else approve it, or do it; `lethe request policy` shows the rule"
    case .receivedLater: "name the day on which it came in"
    }
  }
}

import ArgumentParser
import Engine
import Foundation
import Report
import Store

/// `lethe request`.
struct RequestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "request", abstract: "Requests to forget: what came in, by when it must be answered, what was done.",
    discussion: """
      A request is opened when it comes in; forget --request and erase --request say what was done for it; an answer ends it. It is due
      after one calendar month (GDPR, article 12(3)), on ground ccpa after 45 days, and can be extended once. Whom it is about goes into the
      log as a commitment, which `lethe log redact` can empty: refer to a case number rather than to a name all the same.

      EXAMPLES
        lethe request open "case 2026-117" --ground 17-1-b --channel email --identity-checked
        lethe forget pets --class "J. D." --reason "consent withdrawn" --request 1 --approved-by "DPO"
        lethe request answer 1 --outcome full --approved-by "DPO"
        lethe request list
      """,
    subcommands: [Open.self, List.self, Show.self, Extend.self, AnswerOne.self, Policy.self])

  /// `lethe request open`.
  struct Open: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "open", abstract: "Record a request that came in.",
      discussion: """
        Grounds: 17-1-a … 17-1-f (the letters of GDPR article 17(1)), ccpa, ftc-order, contract, internal.

        EXAMPLES
          lethe request open "case 2026-117" --ground 17-1-b --channel email --identity-checked
          lethe request open "customer 4711" --ground ccpa --channel form --received 2026-11-02
          lethe request open "docket 17/26" --ground ftc-order --channel court --due 2026-12-31 --reason "order of 3 November"
        """)
    @OptionGroup var common: CommonOptions
    @OptionGroup var actor: ActorOptions
    @Argument(help: "Whom it is about: a reference; goes into the log as a commitment.") var subject: String
    @Option(help: ArgumentHelp("Why it has to be forgotten.", valueName: "ground")) var ground: RequestGround
    @Option(
      help: ArgumentHelp("\(RequestChannel.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "channel"))
    var channel: RequestChannel
    @Flag(help: "Who asked was shown to be who the data are about.") var identityChecked = false
    @Option(help: ArgumentHelp("The day on which it came in (else today, in UTC).", valueName: "date")) var received: String?
    @Option(help: ArgumentHelp("The day by which it must be answered (else by the ground).", valueName: "date")) var due: String?
    @Option(help: ArgumentHelp("What is asked; goes into the log as a commitment.", valueName: "text")) var reason: String?

    func run() throws {
      var new = NewRequest(subject: subject, ground: ground, channel: channel)
      (new.identityChecked, new.reason) = (identityChecked, reason)
      (new.received, new.due) = (try received.map { try CalendarDate($0) }, try due.map { try CalendarDate($0) })
      let answer = RequestAnswer(try actor.withEngine(common) { [new] in try $0.openRequest(new) })
      try common.show(answer) { answer in
        Terminal.line(
          "Request \(Terminal.bold("\(answer.request.request)")), to be answered by \(answer.request.due); log entry \(answer.logIndex)"
        )
      }
    }
  }

  /// `lethe request list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the requests that wait for an answer, the one that is due first on top.",
      discussion: """
        EXAMPLES
          lethe request list
          lethe request list --all --json
        """)
    @OptionGroup var common: CommonOptions
    @Flag(help: "Those that were answered too.") var all = false

    func run() throws {
      let answer = try common.withStore { store in try store.read { try RequestListAnswer(all: all, in: $0) } }
      try common.show(answer) { answer in
        let rows = answer.requests.map { item in
          let state = item.status == "overdue" ? "OVERDUE" : item.outcome.value ?? item.status
          return ["\(item.request)", item.due, state, item.ground, item.received, "\(item.works.count)", item.subject.value ?? "–"]
        }
        Terminal.table([["REQUEST", "DUE", "STATE", "GROUND", "RECEIVED", "WORK", "ABOUT"]] + rows)
      }
    }
  }

  /// `lethe request show`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show a request, and what was done for it.",
      discussion: """
        EXAMPLE
          lethe request show 1
        """)
    @OptionGroup var common: CommonOptions
    @Argument(help: "The request's number.") var request: Int64

    func run() throws {
      let answer = RequestAnswer(try common.withStore { store in try store.read { try $0.request(request) } })
      try common.show(answer) { RequestCommand.describe($0.request) }
    }
  }

  /// `lethe request extend`.
  struct Extend: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "extend", abstract: "Give a request more time, once.",
      discussion: """
        At most two further months (GDPR, article 12(3)), on ground ccpa 45 further days.

        EXAMPLES
          lethe request extend 1 --reason "four models to go through"
          lethe request extend 1 --due 2027-01-15 --reason "four models to go through"
        """)
    @OptionGroup var common: CommonOptions
    @OptionGroup var actor: ActorOptions
    @Argument(help: "The request's number.") var request: Int64
    @Option(help: ArgumentHelp("The new day (else the latest that there may be).", valueName: "date")) var due: String?
    @Option(help: ArgumentHelp("Why; goes into the log as a commitment.", valueName: "text")) var reason: String

    func run() throws {
      let date = try due.map { try CalendarDate($0) }
      let answer = RequestAnswer(try actor.withEngine(common) { try $0.extendRequest(request, due: date, reason: reason) })
      try common.show(answer) { answer in
        Terminal.line("Request \(request) has to be answered by \(answer.request.due); log entry \(answer.logIndex)")
      }
    }
  }

  /// `lethe request answer`.
  struct AnswerOne: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "answer", abstract: "Record the answer to a request, which ends it.",
      discussion: """
        EXAMPLES
          lethe request answer 1 --outcome full --approved-by "DPO"
          lethe request answer 2 --outcome refused --basis "17(3)(b): retention by tax law" --approved-by "DPO"
        """)
    @OptionGroup var common: CommonOptions
    @OptionGroup var actor: ActorOptions
    @Argument(help: "The request's number.") var request: Int64
    @Option(help: ArgumentHelp("full, partial or refused.", valueName: "outcome")) var outcome: RequestOutcome
    @Option(
      help: ArgumentHelp(
        "The rule by which it is refused, in whole or in part; stands in clear, so name nobody.", valueName: "text"))
    var basis: String?
    @Option(help: ArgumentHelp("What was said; goes into the log as a commitment.", valueName: "text")) var reason: String?
    @Option(help: ArgumentHelp("Who approved it.", valueName: "text")) var approvedBy: String?

    func run() throws {
      var new = NewAnswer(outcome)
      (new.basis, new.reason, new.approvedBy) = (basis, reason, approvedBy)
      let answer = RequestAnswer(try actor.withEngine(common) { [new] in try $0.answerRequest(request, new) })
      try common.show(answer) { answer in
        let item = answer.request
        Terminal.line(
          "Answered request \(item.request): \(item.outcome.value ?? ""), \(item.met.value == true ? "in time" : "LATE"); log entry \(answer.logIndex)"
        )
        if item.works.isEmpty { Terminal.line("No forgetting and no erasure was recorded for it.") }
      }
    }
  }

  /// `lethe request policy`.
  struct Policy: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "policy", abstract: "Show or set the rules for requests.",
      discussion: """
        With --two-people, whatever is done for a request and its answer must be approved (--approved-by) by somebody else than who acts.
        The names are those that the two give: whoever may write to the store can give any. Setting the rules is an entry of the log.

        EXAMPLES
          lethe request policy
          lethe request policy --two-people --procedure "SOP 12, version 3" --reason "decision of the board"
          lethe request policy --one-person --reason "the second person has left"
        """)
    @OptionGroup var common: CommonOptions
    @OptionGroup var actor: ActorOptions
    @Flag(help: "Somebody else must approve.") var twoPeople = false
    @Flag(help: "One person is enough.") var onePerson = false
    @Option(help: ArgumentHelp("What the organisation calls its procedure; stands in clear.", valueName: "text")) var procedure:
      String?
    @Option(help: ArgumentHelp("Why; goes into the log as a commitment.", valueName: "text")) var reason: String?

    func validate() throws {
      if twoPeople, onePerson { throw ValidationError("Give one of --two-people and --one-person.") }
      guard twoPeople || onePerson || procedure != nil else {
        if reason != nil { throw ValidationError("Give --two-people, --one-person or --procedure to set the rules.") }
        return
      }
      if reason == nil { throw ValidationError("Say why with --reason.") }
    }

    func run() throws {
      let answer: RequestPolicyAnswer
      if let reason {
        let policy = try actor.withEngine(common) { engine in
          let old = try engine.store.read { try $0.requestPolicy() }
          return try engine.setRequestPolicy(
            twoPeople: twoPeople || (old.twoPeople && !onePerson), procedure: procedure ?? old.procedure, reason: reason)
        }
        answer = RequestPolicyAnswer(policy)
      } else {
        answer = RequestPolicyAnswer(try common.withStore { store in try store.read { try $0.requestPolicy() } })
      }
      try common.show(answer) { answer in
        Terminal.line(answer.twoPeople ? "Two people: who acts for a request cannot approve it." : "One person is enough.")
        Terminal.line("Procedure: \(answer.procedure.value ?? "none named")")
        if let since = answer.since.value, let entry = answer.logIndex.value { Terminal.line("Since \(since), log entry \(entry)") }
      }
    }
  }

  private static func describe(_ item: RequestItem) {
    Terminal.line(
      Terminal.bold("Request \(item.request)") + ": \(item.status == "overdue" ? "OVERDUE" : item.status), due \(item.due)")
    Terminal.line("About:    \(item.subject.value ?? "(redacted)"), identity \(item.identityChecked ? "checked" : "not checked")")
    Terminal.line("Ground:   \(item.ground): \(item.groundText)")
    Terminal.line("Received: \(item.received) by \(item.channel), opened by \(item.openedBy.value ?? "(redacted)")")
    if let reason = item.reason.value { Terminal.line("Asked:    \(reason)") }
    if let procedure = item.procedure.value { Terminal.line("By:       \(procedure)") }
    if let from = item.extendedFrom.value { Terminal.line("Extended: from \(from): \(item.extensionReason.value ?? "(redacted)")") }
    for work in item.works {
      let what = work.event.value.map { "event \($0)" } ?? work.erasure.value.map { "erasure \($0)" } ?? ""
      let approver = work.approvedBy.value.map { ", approved by \($0)" } ?? ""
      Terminal.line(
        "Work:     \(work.time) \(work.action) of \(work.model.value ?? "?"), \(what), by \(work.performedBy.value ?? "(redacted)")\(approver)"
      )
    }
    if let outcome = item.outcome.value {
      let basis = item.basis.value.map { ", \($0)" } ?? ""
      Terminal.line(
        "Answer:   \(outcome)\(basis) on \(item.answeredAt.value ?? "?") by \(item.answeredBy.value ?? "(redacted)")"
          + (item.approvedBy.value.map { ", approved by \($0)" } ?? "") + (item.met.value == true ? ", in time" : ", LATE"))
    }
  }
}

extension RequestGround: ExpressibleByArgument {
  /// `17-1-b`, `17.1.b` or `17(1)(b)`; `ftc-order`.
  public init?(argument: String) {
    func plain(_ text: String) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }
    guard let found = Self.allCases.first(where: { plain($0.rawValue) == plain(argument) }) else { return nil }
    self = found
  }

  /// As they are typed without quotes.
  public static var allValueStrings: [String] {
    ["17-1-a", "17-1-b", "17-1-c", "17-1-d", "17-1-e", "17-1-f", "ccpa", "ftc-order", "contract", "internal"]
  }
}

extension RequestChannel: ExpressibleByArgument {
  /// `in-person` too.
  public init?(argument: String) {
    self.init(rawValue: argument.replacingOccurrences(of: "-", with: " "))
  }
}

extension RequestOutcome: ExpressibleByArgument {}

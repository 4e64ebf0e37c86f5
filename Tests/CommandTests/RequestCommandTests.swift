import Foundation
import Testing

/// `request` and `recipient` as commands: from what came in to the answer, and whom to tell.
@Suite("Requests")
struct RequestCommandTests {
  private let session: Session

  init() throws { session = try Session.trained() }

  private func open(_ arguments: String..., ground: String = "17-1-b") throws -> JSON {
    try session.json(["request", "open", "case 7", "--ground", ground, "--channel", "email"] + arguments)
  }

  private func rows(_ sql: String) throws -> [JSON] {
    let outcome = try run("/usr/bin/sqlite3", ["-json", session.store, sql], in: session.folder)
    try #require(outcome.code == 0, "\(outcome.err)")
    return outcome.out.isEmpty ? [] : try JSON(outcome.out).items
  }

  private func code(_ arguments: [String], exit: Int32 = 1) throws -> String { try session.failure(arguments, code: exit).code }

  @Test("from the letter to the answer, with the work tied to it")
  func whole() throws {
    let opened = try open("--received", "2026-01-31", "--identity-checked", "--reason", "please forget me")
    #expect(opened["log_index"] == 3 && opened["request"]["due"] == "2026-02-28" && opened["request"]["ground"] == "17(1)(b)")
    try session.json(["forget", "m", "--class", "frog", "--reason", "r", "--request", "1"])
    try session.json(["erase", "m", "--class", "frog", "--yes", "--request", "1", "--approved-by", "Grace"])
    let shown = try session.json(["request", "show", "1"])["request"]
    #expect(shown["works"].all("action") == ["forget", "erase"] && shown["works"].all("event") == [1, .null])
    #expect(shown["works"].all("erasure") == [.null, 1] && shown["works"].all("approved_by") == [.null, "Grace"])
    #expect(shown["subject"] == "case 7" && shown["reason"] == "please forget me" && shown["identity_checked"] == true)
    let answered = try session.json(["request", "answer", "1", "--outcome", "full", "--reason", "done", "--approved-by", "Grace"])
    #expect(answered["request"]["status"] == "answered" && answered["request"]["met"] == false && answered["log_index"] == 7)
    #expect(try session.json(["request", "list"])["requests"] == [])
    #expect(try session.json(["request", "list", "--all"])["requests"].all("outcome") == ["full"])
    // Answered is answered.
    for arguments in [["request", "extend", "1", "--reason", "r"], ["request", "answer", "1", "--outcome", "full"]] {
      #expect(try code(arguments) == "request.answered")
    }
    #expect(try code(["forget", "m", "--class", "cat", "--reason", "r", "--request", "1"]) == "request.answered")
    let leaf = try JSON(sqlite(session.store, "SELECT leaf FROM log_entry WHERE log_index = 4", in: session.folder))
    #expect(leaf["request"] == 1 && leaf["rows"]["request_work"]["count"] == 1)
    try session.expectSound()
    try session.expectValid()
  }

  @Test(
    "a term is a calendar month, clipped, or 45 days; more time is had once",
    arguments: [
      ("17-1-a", "2026-01-31", "2026-02-28", "2026-04-28"), ("17-1-f", "2023-12-31", "2024-01-31", "2024-03-31"),
      ("17(1)(c)", "2024-01-30", "2024-02-29", "2024-04-29"), ("ccpa", "2026-01-31", "2026-03-17", "2026-05-01"),
      ("ftc-order", "2026-11-15", "2026-12-15", "2027-02-15"),
    ])
  func terms(ground: String, received: String, due: String, latest: String) throws {
    // One of the days is still to come by this machine's clock.
    guard received < "2026-11" else { return }
    let opened = try open("--received", received, ground: ground)
    #expect(opened["request"]["due"] == .string(due))
    #expect(try code(["request", "extend", "1", "--due", due, "--reason", "r"]) == "request.bad_extension")
    #expect(try code(["request", "extend", "1", "--due", "2099-01-01", "--reason", "r"]) == "request.bad_extension")
    let extended = try session.json(["request", "extend", "1", "--reason", "many models"])
    #expect(extended["request"]["due"] == .string(latest) && extended["request"]["extended_from"] == .string(due))
    #expect(extended["request"]["extension_reason"] == "many models")
    #expect(try code(["request", "extend", "1", "--reason", "r"]) == "request.extended")
    try session.expectValid()
  }

  @Test("what waits is listed by its day, overdue on top; the views say the same", .enabled(if: Machine.hasSQLite))
  func order() throws {
    for due in ["2031-05-05", "2001-01-01", "2031-01-01"] { _ = try open("--received", "2000-12-01", "--due", due) }
    let listed = try session.json(["request", "list"])["requests"]
    #expect(listed.all("request") == [2, 3, 1] && listed.all("status") == ["overdue", "open", "open"])
    #expect(try session.run(["request", "list"]).out.contains("OVERDUE"))
    let seen = try rows("SELECT * FROM open_requests")
    #expect(seen.compactMap { $0["request"].count } == [2, 3, 1] && seen.compactMap { $0["overdue"].count } == [1, 0, 0])
    #expect(seen.map { $0["subject"] } == ["case 7", "case 7", "case 7"])
    try session.json(["request", "answer", "2", "--outcome", "refused", "--basis", "17(3)(b)"])
    #expect(try rows("SELECT outcome, met FROM requests WHERE status = 'answered'") == [["outcome": "refused", "met": 0]])
    #expect(try rows("SELECT * FROM open_requests").count == 2)
    try session.expectValid()
  }

  @Test("where two people are wanted, nobody approves what he does himself")
  func twoPeople() throws {
    _ = try open()
    #expect(try session.json(["request", "policy"])["two_people"] == false)
    let policy = try session.json(["request", "policy", "--two-people", "--procedure", "SOP 12", "--reason", "board"])
    #expect(policy["two_people"] == true && policy["procedure"] == "SOP 12" && policy["log_index"] == 4)
    let works = [
      ["forget", "m", "--class", "frog", "--reason", "r", "--request", "1"],
      ["erase", "m", "--class", "frog", "--yes", "--request", "1"],
      ["request", "answer", "1", "--outcome", "full"],
    ]
    for work in works {
      let before = try session.json(["verify"])["log_size"]
      #expect(try code(work) == "request.approver_missing")
      #expect(try code(work + ["--approved-by", " "]) == "request.approver_missing")
      #expect(try code(work + ["--approved-by", "ADA "]) == "request.own_approval")
      #expect(try session.json(["verify"])["log_size"] == before)
      try session.json(work + ["--approved-by", "Grace"])
    }
    // What is done for no request is not in question.
    try session.json(["forget", "m", "--class", "cat", "--reason", "r"])
    try session.json(["request", "policy", "--one-person", "--reason", "alone now"])
    #expect(try open()["request"]["procedure"] == "SOP 12")
    try session.json(["request", "answer", "2", "--outcome", "full"])
    try session.expectSound()
    try session.expectValid()
  }

  @Test("who received an export is named when something is forgotten that it knows, until told")
  func recipients() throws {
    let export = try session.json(["checkpoint", "export", "m", "a.safetensors", "--to", "Institute <b>"])
    #expect(export["recipient"] == 1 && export["log_index"] == 3)
    try session.json(["forget", "m", "--class", "frog", "--reason", "r"])
    try session.json(["checkpoint", "export", "m", "b.safetensors", "--to", "Museum"])
    let event = try session.json(["forget", "m", "--class", "cat", "--reason", "r"])
    #expect(event["recipients_to_tell"].all("received_by") == ["Institute <b>", "Museum"])
    #expect(try session.json(["recipient", "list"])["recipients"].all("to_tell") == [["cat", "frog"], ["cat"]])
    let told = try session.json(["recipient", "told", "1", "--reason", "letter"])
    #expect(told["recipient"]["to_tell"] == [] && told["recipient"]["told_at"] != .null)
    #expect(try session.json(["recipient", "list", "--due"])["recipients"].all("recipient") == [2])
    let explained = try session.json(["explain", "--class", "frog"])
    #expect(explained["exports"].all("received_by") == ["Institute <b>"] && explained["exports"].all("checkpoint") == ["m@1"])
    #expect(explained["exports"].all("told_at") == [told["recipient"]["told_at"]])
    #expect(try session.json(["explain", "--class", "cat"])["exports"].all("recipient") == [1, 2])
    #expect(try session.run(["explain", "--class", "frog"]).out.contains("Institute <b> received m@1, which knows it, on "))
    // The file does not know what was forgotten before it went out, and a file that knows it does not go out.
    #expect(try code(["checkpoint", "export", "m@1", "c.safetensors", "--to", "x"], exit: 23) == "checkpoint.knows_forgotten")
    #expect(!exists(session.folder.file("c.safetensors")))
    #expect(try session.json(["history", "--kind", "export"])["entries"].all("parent") == ["m@2", "m@1"])
    try session.expectSound()
    try session.expectValid()
  }

  @Test("a recipient is told of single examples that were forgotten since")
  func examples() throws {
    try session.json(["checkpoint", "export", "m", "a.safetensors", "--to", "Institute"])
    let event = try session.json(["forget", "m", "--example", "train-0", "--example", "train-1", "--reason", "r"])
    #expect(event["recipients_to_tell"].all("class") == ["2 examples of event 1"])
    #expect(try session.json(["recipient", "list", "--due"])["recipients"].all("to_tell") == [["2 examples of event 1"]])
    try session.json(["recipient", "told", "1"])
    #expect(try session.json(["recipient", "list", "--due"])["recipients"] == [])
    try session.json(["site", "site"])
    let page = try String(contentsOfFile: session.folder.file("site/models/m/index.html"), encoding: .utf8)
    #expect(page.contains("still knows 2 examples of event 1") && page.contains("../../events/1.html"))
    try session.expectValid()
  }

  @Test("history by who did it and by request")
  func history() throws {
    _ = try open()
    try session.json(["forget", "m", "--class", "frog", "--reason", "r", "--request", "1", "--actor", "Bob"])
    try session.json(["forget", "m", "--class", "cat", "--reason", "r"])
    try session.json(["request", "extend", "1", "--reason", "r"])
    try session.json(["request", "answer", "1", "--outcome", "full", "--actor", "Bob"])
    func actions(_ arguments: String...) throws -> [JSON] { try session.json(["history"] + arguments)["entries"].all("action") }
    #expect(try actions("--request", "1") == ["request-answer", "request-extend", "forget", "request"])
    #expect(try actions("--by", "Bob") == ["request-answer", "forget"])
    #expect(try actions("--by", "Bob", "--request", "1", "--kind", "forget") == ["forget"])
    #expect(try actions("--by", "Bob", "--class", "cat") == [])
    #expect(try actions("--by", "bob") == [])
    #expect(try code(["history", "--request", "2"]) == "request.unknown")
    try session.expectValid()
  }

  @Test("an export that cannot be recorded leaves no file")
  func unrecorded() throws {
    let key = session.folder.file("key")
    try session.json(["init", "--store", "other.db", "--origin", "example.com/other"])
    session.environment["LETHE_KEY"] = session.folder.file("missing")
    #expect(try code(["checkpoint", "export", "m", "a.safetensors", "--to", "x"]) == "key.missing")
    session.environment["LETHE_KEY"] = key
    #expect(try code(["checkpoint", "export", "m", "a.safetensors", "--to", " "]) == "option.empty")
    for suffix in ["", ".sig"] { #expect(!exists(session.folder.file("a.safetensors" + suffix))) }
  }

  @Test("whom it is about and who received can be destroyed; all else stays")
  func redacted() throws {
    _ = try open("--reason", "the flat of J. D.")
    try session.json(["checkpoint", "export", "m", "a.safetensors", "--to", "J. D. and sons"])
    try session.json(["log", "redact", "3", "--reason", "r", "--yes"])
    try session.json(["log", "redact", "4", "--field", "recipient", "--reason", "r", "--yes"])
    let shown = try session.json(["request", "show", "1"])["request"]
    #expect(shown["subject"] == .null && shown["reason"] == .null && shown["opened_by"] == .null && shown["ground"] == "17(1)(b)")
    #expect(try session.json(["recipient", "list"])["recipients"].all("received_by") == [.null])
    #expect(try !bytes(of: session.store).contains("J. D.".utf8))
    for command in [["request", "show", "1"], ["recipient", "list"]] {
      #expect(try session.run(command).out.contains("(redacted)"))
    }
    try session.expectSound()
    try session.expectValid()
  }

  @Test("what makes no sense is refused with a name for it")
  func refused() throws {
    let opening = ["request", "open", "x", "--channel", "email", "--ground"]
    #expect(try session.run(opening + ["whim"]).code == 64)
    #expect(try code(opening + ["ccpa", "--received", "2026-02-30"]) == "date.malformed")
    #expect(try code(opening + ["ccpa", "--received", "2999-01-01"]) == "request.received_later")
    #expect(try code(["request", "open", " ", "--channel", "email", "--ground", "ccpa"]) == "option.empty")
    #expect(try code(["request", "show", "1"]) == "request.unknown")
    #expect(try code(["forget", "m", "--class", "frog", "--reason", "r", "--request", "9"]) == "request.unknown")
    #expect(try code(["erase", "m", "--class", "frog", "--yes", "--request", "9"]) == "request.unknown")
    #expect(try code(["recipient", "told", "1"]) == "recipient.unknown")
    _ = try open()
    #expect(try code(["request", "answer", "1", "--outcome", "refused"]) == "request.basis")
    #expect(try code(["request", "answer", "1", "--outcome", "full", "--basis", "17(3)(b)"]) == "request.basis")
    let long = String(repeating: "x", count: 201)
    #expect(try code(["request", "answer", "1", "--outcome", "refused", "--basis", long]) == "option.out_of_range")
    #expect(try session.run(["request", "policy", "--two-people"]).code == 64)
    #expect(try session.json(["verify"])["log_size"] == 4)
    try session.expectValid()
  }
}

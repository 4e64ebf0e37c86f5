import Foundation
import Testing

/// `lethe report`: the same facts as the other answers, for people and for programs.
@Suite("Reporting")
struct ReportCommandTests {
  private let session: Session
  private let first: JSON
  private let second: JSON

  init() throws {
    session = try Session.trained()
    first = try session.json(["forget", "m", "--class", "frog", "--reason", "court order | *17/26*", "--approved-by", "DPO"])
    second = try session.json(["forget", "m", "--class", "cat", "--class", "ship", "--reason", "request"])
    try session.json(["rollback", "m", "--to", "1", "--reason", "worse"])
  }

  /// An answer as it stands within a report.
  private func embedded(_ answer: JSON) -> JSON {
    guard case .object(var members) = answer else { return answer }
    members["schema"] = nil
    return .object(members)
  }

  @Test("JSON: events, effects, checkpoints, evidence and verification agree with the other answers")
  func json() throws {
    let report = try session.json(["report", "m"])
    #expect(report["report"]["scope"] == "model m")
    #expect(report["events"].all("forgetting") == [embedded(first), embedded(second)])
    let event = report["events"][1]
    #expect(event["scope"]["dataset"] == "pets" && event["scope"]["encoder"] == "blobs")
    #expect(event["scope"]["classes"] == ["cat", "ship"] && event["scope"]["labels"] == [0, 4])
    let splits = event["scope"]["splits"]
    #expect(splits.all("part") == ["train", "train", "validation", "validation", "test", "test"])
    #expect(splits.all("role") == ["forget", "retain", "forget", "retain", "forget", "retain"])
    #expect(splits.all("count").prefix(1) == [120])
    #expect(splits[4]["digest"] == second["measurements"][0]["split_digest"])
    #expect(splits[5]["digest"] == second["measurements"][1]["split_digest"])
    #expect(event["parent_digest"] == first["child_digest"])
    let list = try session.json(["checkpoint", "list", "m"])["checkpoints"]
    for event in report["events"].items {
      #expect(event["checkpoints"].all("name") == list.all("name") && event["checkpoints"].all("digest") == list.all("digest"))
      #expect(event["checkpoints"].all("head") == list.all("head"))
    }
    #expect(report["events"][0]["checkpoints"].all("status") == ["still knows", "masked", "masked", "masked"])
    #expect(event["checkpoints"].all("status") == ["still knows", "still knows", "masked", "masked"])
    let figures = try session.json(["evaluate", "m@3"])["measurements"].items.filter { $0["class"] != .null }
    #expect(event["per_class"] == .array(figures))
    // Of the part that the effect was measured on, although training measured another as well.
    let before = try session.json(["evaluate", "m@2"])["measurements"].items.filter { $0["class"] != .null }
    #expect(event["per_class_before"] == .array(before))
    #expect(report["events"][0]["per_class_before"].items.count == figures.count)
    let entries = try session.json(["log", "list"])["entries"]
    #expect(event["evidence"]["leaf"] == entries[4]["leaf"] && event["evidence"]["leaf_hash"] == entries[4]["leaf_hash"])
    #expect(report["overrides"] == .array(try session.json(["history", "--kind", "rollback"])["entries"].items))
    #expect(report["log"]["verification"] == embedded(try session.json(["verify"])))
    #expect(report["log"]["signed_tree_head"] == (try session.json(["log", "checkpoint"])["note"]))
    #expect(report["log"]["verifier_key"] == (try session.json(["log", "key"])["verifier_key"]))
    try session.expectValid()
  }

  @Test("the scope narrows events down")
  func scope() throws {
    func events(_ arguments: String...) throws -> [JSON] {
      try session.json(["report"] + arguments)["events"].items.map { $0["forgetting"]["event"] }
    }
    let day = try #require(first["time"].text).prefix(10)
    #expect(try events() == [1, 2])
    #expect(try events("--event", "2") == [2])
    // All of the last day is in the period.
    #expect(try events("--from", String(day.prefix(4)), "--to", String(second["time"].text?.prefix(10) ?? "")) == [1, 2])
    #expect(try events("--to", "1999") == [])
    #expect(try session.failure(["report", "--event", "3"]).code == "event.unknown")
    #expect(try session.failure(["report", "n"]).code == "model.unknown")
    try session.expectValid()
  }

  @Test("Markdown shows the figures of the JSON form, and free text cannot break out of its cell")
  func markdown() throws {
    let text = try session.run(["report", "m", "--format", "markdown"]).out
    for fact in [
      "## Event 1: frog forgotten by m", "## Event 2: cat, ship forgotten by m", "| Approved by | DPO |",
      #"| Why | court order \| \*17/26\* |"#, "| frog | 0.0 % |", "m@4 (head)", "still knows", "## Rollbacks and reinstatements",
      "example.com/test, 6 entries", "ok: 6 entries", "## Limits",
    ] { #expect(text.contains(fact), "\(fact)") }
    let note = try #require(session.json(["log", "checkpoint"])["note"].text)
    #expect(text.contains(note))
    for answer in [first, second] { #expect(try text.contains(#require(answer["child_digest"].text))) }
  }

  @Test("--record: the document lies beside the page, and its digest is in the log, where anybody finds it")
  func recorded() throws {
    let size = try #require(session.json(["verify"])["log_size"].count)
    #expect(try session.run(["report", "--record"]).code == 64)
    #expect(try session.run(["report", "--record", "--format", "html", "--output", "page.json"]).code == 64)
    let said = try session.run(["report", "m", "--format", "html", "--output", "page.html", "--record"])
    #expect(said.code == 0 && said.out.contains("Log entry \(size) holds sha256:"), "\(said.out)\(said.err)")
    #expect(said.out.hasPrefix("Wrote page.html and page.json\n"), "\(said.out)")
    let document = try bytes(of: session.folder.file("page.json"))
    let sum = try run("/usr/bin/sha256sum", ["page.json"], in: session.folder).out.prefix(64)
    #expect(said.out.contains("sha256:\(sum)"))
    let page = try String(contentsOfFile: session.folder.file("page.html"), encoding: .utf8)
    #expect(page.contains(sum) && page.contains("log entry \(size)"))
    let leaf = try JSON(#require(session.json(["log", "list"])["entries"][size]["leaf"].text))
    #expect(leaf["action"] == "report" && leaf["report_digest"] == .string("sha256:\(sum)"))
    // The page comes from the document alone, and the log knows it.
    #expect(try session.run(["report", "--input", "page.json", "--format", "html", "--output", "again.html"]).code == 0)
    #expect(try String(contentsOfFile: session.folder.file("again.html"), encoding: .utf8) == page)
    let elsewhere = try session.run(["report", "--input", "page.json", "--format", "html", "--store", "none.db"])
    #expect(elsewhere.code == 0 && elsewhere.out.contains("not known to be in the log"))
    // The next one names it, and one that was changed is none.
    let next = try session.json(["report"])
    #expect(next["log"]["previous_report"]["log_index"] == .number(Double(size)))
    _ = try session.folder.write(
      text: String(decoding: document, as: UTF8.self).replacingOccurrences(of: "frog", with: "toad"), "page.json")
    let changed = try session.run(["report", "--input", "page.json", "--format", "html"])
    #expect(changed.code == 0 && changed.out.contains("not known to be in the log"))
    _ = try session.folder.write(text: "{}\n", "page.json")
    #expect(try session.failure(["report", "--input", "page.json"]).code == "report.unreadable")
    try session.expectSound()
    try session.expectValid()
  }

  @Test("--curve traces what forget --dry-run showed, and says why once it cannot")
  func curve() throws {
    let other = try Session.trained()
    let options = ["forget", "m", "--class", "ship", "--class", "cat", "--method", "examples", "--examples", "3", "--reason", "r"]
    let preview = try other.json(options + ["--dry-run"])
    try other.json(options)
    try other.json(["forget", "m", "--class", "frog", "--reason", "r"])
    let events = try other.json(["report", "m", "--curve"])["events"]
    #expect(events[0]["curve"]["classes"] == preview["curves"] && preview["curves"].items.count == 2)
    #expect(events.all("curve").map { $0["unit"] } == ["examples", "pairs"])
    #expect(events.all("curve").allSatisfy { $0["left_out"] == .null })
    let frog = events[1]["curve"]["classes"][0]["points"]
    #expect(frog.all("amount").contains(events[1]["forgetting"]["amounts"][0]["amount"]))
    #expect(try other.json(["report", "m"])["events"].all("curve") == [.null, .null])
    #expect(try other.run(["report", "--curve", "--format", "html"]).out.contains("Accuracy as more is masked: frog"))
    #expect(try other.run(["report", "--curve", "--input", "x"]).code == 64)
    // What is forgotten in a counted model was never a matter of amounts, and what is erased cannot be traced.
    try other.json(["erase", "m", "--class", "frog", "--yes"])
    try other.json(["train", "n", "--dataset", "pets", "--codebooks", "4", "--keys", "8", "--values", "counted"])
    try other.json(["forget", "n", "--class", "dog", "--reason", "r"])
    let gone = try other.json(["report", "--curve"])["events"].all("curve")
    #expect(gone.allSatisfy { $0["classes"] == [] && $0["left_out"].text != nil })
    #expect(gone[1]["left_out"].text?.contains("erasure 1") == true && gone[2]["left_out"].text?.contains("subtracted") == true)
    #expect(try other.run(["report", "--curve"]).out.contains("There is no curve"))
    try other.expectValid()
  }

  @Test("requests, erasures, holds, copies and recipients are in the report that covers them")
  func context() throws {
    try session.json(["request", "open", "case 7", "--ground", "ccpa", "--channel", "form", "--received", "2001-01-01"])
    try session.json(["erase", "m", "--class", "frog", "--yes", "--request", "1"])
    try session.json(["request", "answer", "1", "--outcome", "full"])
    try session.json(["hold", "place", "m", "--reason", "r", "--owner", "o", "--review", "2031-01-31"])
    try session.json(["copy", "add", "a drawer", "--kind", "other"])
    try session.json(["checkpoint", "export", "m", "m.safetensors", "--to", "Institute"])
    let report = try session.json(["report", "m", "--organisation", "Example Ltd"])
    #expect(report["requests"].all("request") == [1] && report["statistics"]["full"] == 1 && report["statistics"]["in_time"] == 0)
    #expect(report["erasures"].all("state") == ["certified"] && report["erasures"][0]["certificate"]["verification"]["hits"] == 0)
    #expect(report["holds"].all("hold") == [1] && report["copies"].all("location") == ["a drawer"])
    #expect(report["recipients"].all("received_by") == ["Institute"] && report["report"]["organisation"] == "Example Ltd")
    #expect(report["events"][0]["checkpoints"].all("status").first == "erased")
    #expect(report["unforget_guard"]["excluded_checkpoints"] != 0)
    #expect(report["events"][0]["evidence"]["proof"].text?.hasPrefix("c2sp.org/tlog-proof@v1\n") == true)
    #expect(try session.json(["report", "--to", "1999"])["requests"] == [])
    #expect(try session.json(["report", "--from", "2001", "--to", "2001"])["requests"].all("request") == [1])
    #expect(try session.json(["report", "--event", "2"])["requests"] == [])
    try session.expectValid()
  }

  @Test("to a file: in the format asked for; with --json the object is printed as well")
  func files() throws {
    let file = session.folder.file("report")
    let said = try session.run(["report", "--output", file])
    #expect(said.code == 0 && said.out.contains(file))
    #expect(try String(decoding: bytes(of: file), as: UTF8.self).hasPrefix("# Report on unlearning\n"))
    #expect(try session.json(["report", "--output", file])["events"].items.count == 2)
    #expect(try JSON(String(decoding: bytes(of: file), as: UTF8.self))["schema"] == "lethe/report/v1")
    #expect(try session.json(["report", "--format", "markdown", "--output", file])["schema"] == "lethe/report/v1")
    #expect(try bytes(of: file).starts(with: Array("# Report".utf8)))
    let printed = try session.run(["report", "--format", "json"]).out
    #expect(try JSON(printed)["schema"] == "lethe/report/v1")
    let missing = session.folder.file("nowhere/report")
    let error = try session.failure(["report", "--output", missing])
    #expect(error.message.contains(missing) && !error.message.contains("NSCocoaErrorDomain"))
    try session.expectValid()
  }
}

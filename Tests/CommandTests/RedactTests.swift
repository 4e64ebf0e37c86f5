import Foundation
import Glibc
import Testing

/// `lethe log redact`: who and why go for good, and the log still verifies.
@Suite("log redact", .enabled(if: Machine.hasSQLite))
struct RedactTests {
  private let session: Session
  private static let reason = "a reason that is long enough to be told from anything else"

  init() throws {
    session = try Session.trained()
    try session.json(["forget", "m", "--class", "frog", "--reason", Self.reason])
  }

  private func files() throws -> Data {
    ["", "-wal", "-shm", "-journal"].reduce(into: Data()) { all, suffix in
      if let data = FileManager.default.contents(atPath: session.store + suffix) { all += data }
    }
  }

  private func salts() throws -> [Data] {
    let sql = "SELECT hex(salt) FROM sealed_field WHERE entry = 3"
    return try sqlite(session.store, sql, in: session.folder).split(separator: "\n").map { hex in
      Data(stride(from: 0, to: hex.utf8.count, by: 2).compactMap { UInt8(hex.dropFirst($0).prefix(2), radix: 16) })
    }
  }

  @Test("texts and salts are in no file any more; verify, history and report say what became of them")
  func redacts() throws {
    let (salts, leaf) = (try salts(), try session.json(["log", "list"])["entries"][3])
    #expect(salts.count == 2 && salts.allSatisfy { $0.count == 32 })
    for gone in salts + [Data(Self.reason.utf8)] { #expect(try files().range(of: gone) != nil) }
    let answer = try session.json(["log", "redact", "3", "--reason", "request 12", "--yes"])
    #expect(answer["state"] == "redacted" && answer["entry"] == 3 && answer["fields"] == ["actor", "reason"])
    #expect(answer["log_index"] == 4)
    for gone in salts + [Data(Self.reason.utf8)] { #expect(try files().range(of: gone) == nil) }
    #expect(try session.json(["log", "list"])["entries"][3] == leaf)
    try session.expectSound()
    let verified = try session.json(["verify"])["not_checked"].items
    #expect(verified.map { $0["subject"] } == ["sealed fields"])

    let history = try session.json(["history", "--limit", "2"])["entries"]
    #expect(history[0]["redacts"] == 3 && history[0]["action"] == "redact" && history[0]["reason"] == "request 12")
    #expect(history[1]["redacted"] == history[0]["time"] && history[1]["actor"] == .null && history[1]["reason"] == .null)
    let time = try #require(history[0]["time"].text)
    #expect(try session.run(["history"]).out.contains("redacted on \(time)"))
    let report = try session.run(["report"]).out
    #expect(report.contains("| By | *redacted on \(time)* |") && report.contains("| Why | *redacted on \(time)* |"))
    #expect(!report.contains("Approved by"))
    #expect(try session.json(["report"])["redactions"][0]["fields"] == ["actor", "reason"])
    let entry = try #require(try session.json(["log", "list", "--limit", "1"])["entries"][0]["leaf"].text)
    #expect(try JSON(entry)["entry"] == 3 && JSON(entry)["rows"] == .object([:]))

    // Again there is nothing to destroy, and no second entry; a redaction's own texts can go too.
    #expect(try session.json(["log", "redact", "3", "--reason", "r", "--yes"])["log_index"] == 4)
    #expect(try session.json(["log", "redact", "4", "--reason", "r", "--yes"])["log_index"] == 5)
    try session.expectSound()
    try session.expectValid()
  }

  @Test("one text can go and the others stay; what is not there is told")
  func some() throws {
    let redact = ["log", "redact", "3", "--reason", "r", "--yes", "--field"]
    #expect(try session.json(redact + ["actor"])["fields"] == ["actor"])
    let entry = try session.json(["history", "--kind", "forget"])["entries"][0]
    #expect(entry["actor"] == .null && entry["reason"] == .string(Self.reason) && entry["redacted"] != .null)
    #expect(try session.json(redact + ["reason"])["fields"] == ["actor", "reason"])
    #expect(try session.failure(["log", "redact", "0", "--reason", "r", "--yes", "--field", "owner"]).code == "nothing_to_do")
    #expect(try session.failure(["log", "redact", "9", "--reason", "r", "--yes"]).code == "entry.unknown")
    session.environment["LETHE_KEY"] = session.folder.file("nowhere")
    #expect(try session.failure(["log", "redact", "2", "--reason", "r", "--yes"]).code == "key.missing")
    try session.expectSound()
    try session.expectValid()
  }

  @Test("a reader in the way: pending, exit code 21; the same command goes on when it has gone")
  func pending() throws {
    mkfifo(session.folder.file("gate"), 0o600)
    let reading = ["BEGIN; SELECT count(*) FROM log_entry;", ".shell touch ready; timeout 100 cat gate"]
    let reader = try RunningProcess(
      "/usr/bin/sqlite3", [session.store] + reading, environment: ["PATH": "/usr/bin:/bin"], in: session.folder)
    while !exists(session.folder.file("ready")) { sched_yield() }
    #expect(try session.json(["log", "redact", "3", "--reason", "r", "--yes"], code: 21)["state"] == "pending")
    // The reader waits for somebody to write there.
    try FileHandle(forWritingTo: URL(fileURLWithPath: session.folder.file("gate"))).close()
    _ = try reader.wait()
    #expect(try session.json(["log", "redact", "3", "--reason", "r", "--yes"])["state"] == "redacted")
    #expect(try files().range(of: Data(Self.reason.utf8)) == nil)
    #expect(try session.json(["history"])["entries"].items("action", "redact").count == 1)
    try session.expectSound()
    try session.expectValid()
  }
}

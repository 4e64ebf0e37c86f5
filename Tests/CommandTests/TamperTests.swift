import Foundation
import Glibc
import Testing

/// Exit code 20: what was changed behind Lethe's back is found and named.
@Suite("Tampering", .enabled(if: Machine.hasSQLite))
struct TamperTests {
  private let session: Session

  init() throws {
    session = try Session.trained()
    try session.json(["forget", "m", "--class", "frog", "--reason", "licence ended"])
  }

  private func findings(at location: SourceLocation = #_sourceLocation) throws -> [JSON] {
    let answer = try session.json(["verify"], code: 20, at: location)
    #expect(answer["ok"] == false, sourceLocation: location)
    let text = try session.run(["verify"])
    #expect(text.code == 20 && text.out.contains("NOT ok"), sourceLocation: location)
    // A report on such a store says so too.
    #expect(try session.run(["report"]).out.contains("**NOT ok**"), sourceLocation: location)
    return answer["findings"].items
  }

  @Test("one changed byte of a chunk, in the file itself: verify and evaluate end with 20 and name it")
  func chunk() throws {
    let number = try sqlite(session.store, "SELECT max(chunk) FROM tensor_chunk", in: session.folder).dropLast()
    let hex = try sqlite(session.store, "SELECT hex(bytes) FROM chunk WHERE id = 1", in: session.folder).dropLast()
    // The first chunk is the training embeddings; 32 bytes of it are found nowhere else in the file.
    let needle = stride(from: 2000, to: 2064, by: 2).compactMap { offset in
      UInt8(hex.dropFirst(offset).prefix(2), radix: 16)
    }
    var data = Data(try bytes(of: session.store))
    let range = try #require(data.range(of: Data(needle)))
    data[range.lowerBound] ^= 1
    try data.write(to: URL(fileURLWithPath: session.store))
    let found = try findings()
    #expect(found.contains { $0["subject"].text?.contains("1") == true && $0["code"].text?.contains("chunk") == true }, "\(found)")
    #expect(found.contains { $0["severity"] == "error" })
    // Whoever reads these bytes is told, and forgets nothing by them.
    let error = try session.failure(["forget", "m", "--class", "cat", "--reason", "r"], code: 20)
    #expect(error.message.contains("chunk 1") && error.remedy.contains("lethe verify") && !number.isEmpty)
    try session.expectValid()
  }

  @Test(
    "a row changed through sqlite3 once the trigger is dropped, with the trigger put back",
    arguments: [
      ("measurement", "UPDATE measurement SET value = 0.99 WHERE id = (SELECT max(id) FROM measurement)"),
      ("class", "UPDATE class SET name = 'toad' WHERE name = 'frog'"),
      ("unlearning_event", "UPDATE unlearning_event SET masked_pairs = masked_pairs + 1"),
      ("head_move", "DELETE FROM head_move WHERE id = (SELECT max(id) FROM head_move)"),
      ("forgotten_class", "UPDATE forgotten_class SET class = 1"),
    ])
  func row(table: String, change: String) throws {
    let verb = change.hasPrefix("DELETE") ? "delete" : "update"
    let trigger = "\(table)_refuses_\(verb)"
    let refused = try run("/usr/bin/sqlite3", [session.store, change], in: session.folder)
    #expect(refused.code != 0 && refused.err.contains("never"))
    try session.expectSound()
    let sql = try sqlite(session.store, "SELECT sql FROM sqlite_schema WHERE name = '\(trigger)'", in: session.folder)
    _ = try sqlite(session.store, "DROP TRIGGER \(trigger); \(change); \(sql.dropLast());", in: session.folder)
    let found = try findings()
    #expect(found.contains { "\($0["subject"].text ?? "") \($0["message"].text ?? "")".contains(table) }, "\(found)")
    try session.expectValid()
  }

  @Test("a changed reason, a removed entry and a missing trigger")
  func log() throws {
    for change in [
      "UPDATE sealed_field SET value = 'nothing' WHERE name = 'reason'",
      """
      DROP TRIGGER log_entry_refuses_delete; DELETE FROM log_entry WHERE log_index = 3;
      CREATE TRIGGER log_entry_refuses_delete BEFORE DELETE ON log_entry BEGIN
      SELECT RAISE(ABORT, 'rows of log_entry are never removed'); END
      """,
      "DROP TRIGGER dataset_refuses_delete",
    ] {
      let copy = try Session(copy: session.folder)
      _ = try sqlite(copy.store, change, in: copy.folder)
      #expect(try copy.json(["verify"], code: 20)["findings"].items.isEmpty == false, "\(change)")
      try copy.expectValid()
    }
    // Blanking a text together with its salt is allowed, and is told as such.
    _ = try sqlite(session.store, "UPDATE sealed_field SET value = NULL, salt = NULL WHERE entry = 3", in: session.folder)
    try session.expectSound()
    let entry = try session.json(["history", "--limit", "1"])["entries"][0]
    #expect(entry["reason"] == .null && entry["actor"] == .null && entry["classes"] == ["frog"])
    #expect(try session.json(["explain", "--class", "frog"])["models"][0]["reason"] == .null)
    #expect(try session.run(["report"]).out.contains("| By | redacted |"))
    try session.json(["report"])
    try session.expectValid()
  }

  @Test("with the wrong key, without one, or with one that others can read nothing is written")
  func keys() throws {
    let dump = try session.dump()
    let own = session.environment["LETHE_KEY"]
    let writing: [[String]] = [
      ["forget", "m", "--class", "cat", "--reason", "r"], Samples.training(), Samples.importing("more"),
      ["rollback", "m", "--to", "1", "--reason", "r"],
    ]
    for (file, code) in [
      ("other", "key.wrong"), ("nowhere", "key.missing"), ("open", "key.unusable"), ("classes.txt", "key.unusable"),
    ] {
      session.environment["LETHE_KEY"] = session.folder.file(file)
      if file == "other" { try session.json(["init", "--store", "other.db"]) }
      if file == "open" {
        try FileManager.default.copyItem(atPath: session.folder.file("key"), toPath: session.folder.file("open"))
        chmod(session.folder.file("open"), 0o644)
      }
      for command in writing {
        let error = try session.failure(command)
        #expect(error.code == code, "\(command): \(error.message)")
        if code != "key.wrong" { #expect(error.message.contains(file) && error.remedy.contains("LETHE_KEY")) }
      }
      // Reading needs no key.
      try session.json(["evaluate", "m"])
      try session.expectSound()
    }
    session.environment["LETHE_KEY"] = own
    #expect(try session.dump() == dump)
    try session.json(["forget", "m", "--class", "cat", "--reason", "r"])
    try session.expectValid()
  }
}

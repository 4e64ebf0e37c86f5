import Foundation
import Testing

/// `hold` and `copy` as commands: what they print, how they end, and that the views say the same.
@Suite("Holds and copies")
struct HoldCommandTests {
  private let session: Session

  init() throws { session = try Session.trained() }

  private static let placing = ["--reason", "case 17", "--owner", "legal", "--review"]

  private func rows(_ sql: String) throws -> [JSON] {
    let outcome = try run("/usr/bin/sqlite3", ["-json", session.store, sql], in: session.folder)
    try #require(outcome.code == 0, "\(outcome.err)")
    return outcome.out.isEmpty ? [] : try JSON(outcome.out).items
  }

  @Test("a hold is placed, listed and lifted; forgetting goes on meanwhile")
  func holds() throws {
    let placed = try session.json(["hold", "place", "--class", "frog", "--dataset", "pets"] + Self.placing + ["2031-01-31"])
    #expect(placed["log_index"] == 3 && placed["hold"]["subject"] == "class pets/frog" && placed["hold"]["overdue"] == false)
    try session.json(["hold", "place", "m@1"] + Self.placing + ["2001-01-31", "--actor", "Bob"])
    try session.json(["forget", "m", "--class", "frog", "--reason", "r"])
    let listed = try session.json(["hold", "list"])["holds"]
    #expect(listed.all("hold") == [2, 1] && listed.all("overdue") == [true, false])
    #expect(listed[0]["checkpoint"] == "m@1" && listed[0]["placed_by"] == "Bob" && listed[1]["class"] == "frog")

    let lifted = try session.json(["hold", "lift", "2", "--reason", "settled"])
    #expect(lifted["log_index"] == 6 && lifted["hold"]["lift_reason"] == "settled" && lifted["hold"]["overdue"] == false)
    #expect(try session.json(["hold", "list"])["holds"].all("hold") == [1])
    #expect(try session.json(["hold", "list", "--all"])["holds"].all("hold") == [1, 2])
    #expect(try session.json(["history"])["entries"].all("action").prefix(4) == ["lift", "forget", "hold", "hold"])
    #expect(try session.json(["history", "m", "--kind", "hold"])["entries"].all("parent") == ["m@1"])
    try session.expectSound()
    try session.expectValid()
  }

  @Test("copies are registered, listed and cleared")
  func copies() throws {
    let added = try session.json(["copy", "add", "s3://a/b.db", "--kind", "backup", "--clear-by", "2001-12-31"])
    #expect(added["log_index"] == 3 && added["copy"]["overdue"] == true && added["copy"]["location"] == "s3://a/b.db")
    try session.json(["copy", "add", "a drawer", "--kind", "other"])
    #expect(try session.json(["copy", "list"])["copies"].all("kind") == ["backup", "other"])
    let cleared = try session.json(["copy", "clear", "1", "--reason", "deleted"])
    #expect(cleared["log_index"] == 5 && cleared["copy"]["overdue"] == false && cleared["copy"]["cleared_by"] == "Ada")
    #expect(try session.json(["copy", "list"])["copies"].all("copy") == [2])
    #expect(try session.json(["copy", "list", "--all"])["copies"].all("copy") == [1, 2])
    try session.expectSound()
    try session.expectValid()
  }

  @Test("the views say the same as the commands", .enabled(if: Machine.hasSQLite))
  func views() throws {
    for target in [["m"], ["m@1"], ["--class", "cat"], ["--dataset", "pets"]] {
      try session.json(["hold", "place"] + target + Self.placing + ["20\(10 + target[0].count)-06-30"])
    }
    try session.json(["hold", "lift", "1", "--reason", "over"])
    for date in ["2001-01-01", "2031-01-01"] {
      try session.json(["copy", "add", "until \(date)", "--kind", "replica", "--clear-by", date])
    }
    try session.json(["copy", "add", "for ever", "--kind", "other"])
    try session.json(["copy", "add", "nowhere", "--kind", "other"])
    try session.json(["copy", "clear", "4"])

    func same(_ row: JSON, _ item: JSON, _ keys: [String: String]) {
      #expect(row.keys == Set(keys.keys))
      for (column, key) in keys {
        // SQLite has no truth values.
        let expected = item[key] == true ? 1 : item[key] == false ? 0 : item[key]
        #expect(row[column] == expected, "\(column)")
      }
    }
    let holds = try session.json(["hold", "list"])["holds"].items
    let held = try rows("SELECT * FROM holds")
    #expect(held.count == 3 && holds.count == 3)
    for (row, item) in zip(held, holds) {
      same(
        row, item,
        [
          "hold": "hold", "subject": "subject", "review": "review", "overdue": "overdue", "time": "placed_at", "owner": "owner",
          "reason": "reason",
        ])
    }
    let copies = try session.json(["copy", "list"])["copies"].items
    let lying = try rows("SELECT * FROM copies")
    #expect(lying.count == 3 && copies.count == 3)
    for (row, item) in zip(lying, copies) {
      same(
        row, item,
        [
          "copy": "copy", "kind": "kind", "location": "location", "log_size": "log_size", "clear_by": "clear_by",
          "overdue": "overdue", "time": "added_at",
        ])
    }
    try session.expectValid()
  }

  @Test("a blanked name or place is told as such, and the store stays sound", .enabled(if: Machine.hasSQLite))
  func blanked() throws {
    try session.json(["hold", "place", "--class", "cat"] + Self.placing + ["2031-01-31"])
    try session.json(["copy", "add", "the flat of J. D.", "--kind", "other"])
    _ = try sqlite(
      session.store,
      "UPDATE class SET name = NULL, salt = NULL WHERE name = 'cat'; UPDATE copy_location SET location = NULL, salt = NULL",
      in: session.folder)
    #expect(try session.json(["hold", "list"])["holds"].all("subject") == ["class pets/class 0"])
    #expect(try rows("SELECT subject FROM holds") == [["subject": "class pets/class 0"]])
    #expect(try session.json(["copy", "list"])["copies"].all("location") == [.null])
    #expect(try session.run(["copy", "list"]).out.contains("(blanked)"))
    #expect(try !bytes(of: session.store).contains("J. D.".utf8))
    try session.expectSound()
    try session.expectValid()
  }

  @Test("what makes no sense is refused with a name for it")
  func refused() throws {
    func code(_ arguments: [String], exit: Int32 = 1) throws -> String { try session.failure(arguments, code: exit).code }
    #expect(try code(["hold", "place", "m"] + Self.placing + ["2026-02-30"]) == "date.malformed")
    #expect(try code(["hold", "place", "n"] + Self.placing + ["2031-01-31"]) == "model.unknown")
    #expect(try code(["hold", "lift", "1", "--reason", "r"]) == "hold.unknown")
    #expect(try code(["copy", "add", "x", "--kind", "backup", "--clear-by", "soon"]) == "date.malformed")
    #expect(try code(["copy", "clear", "1"]) == "copy.unknown")
    try session.json(["hold", "place", "m"] + Self.placing + ["2031-01-31"])
    try session.json(["hold", "lift", "1", "--reason", "r"])
    #expect(try code(["hold", "lift", "1", "--reason", "r"]) == "hold.already_lifted")
    try session.json(["copy", "add", "x", "--kind", "backup"])
    try session.json(["copy", "clear", "1"])
    #expect(try code(["copy", "clear", "1"]) == "copy.already_clear")
    #expect(try session.json(["verify"])["log_size"] == 7)
    try session.expectValid()
  }
}

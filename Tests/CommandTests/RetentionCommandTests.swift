import Foundation
import Testing

/// `retention` as a command.
@Suite("Retention as a command")
struct RetentionCommandTests {
  private let session: Session

  init() throws {
    session = try Session.trained()
    try session.json(["forget", "m", "--class", "frog", "--pairs", "5", "--reason", "r"])
    try session.json(["forget", "m", "--class", "cat", "--pairs", "5", "--reason", "r"])
  }

  @Test("a rule is set, listed, shown and applied once that is wanted")
  func apply() throws {
    let rule = try session.json(["retention", "set", "m", "--keep-last", "1", "--reason", "policy 12"])["rule"]
    #expect(rule["keep_last"] == 1 && rule["keep_days"] == .null && rule["log_index"] == 5)
    #expect(try session.json(["retention", "list"])["rules"] == .array([rule]))
    let dump = try session.dump()
    let planned = try session.json(["retention", "apply", "--dry-run"])["models"][0]
    #expect(planned["checkpoints"].all("goes") == [true, true, false] && planned["state"] == "planned")
    #expect(planned["checkpoints"][2]["kept"] == ["the model's head", "one of the last 1"])
    #expect(try session.failure(["retention", "apply"], code: 64).code == "usage")
    #expect(try session.dump() == dump)

    try session.json(["hold", "place", "m@2", "--reason", "r", "--owner", "o", "--review", "2031-01-31"])
    try session.json(["copy", "add", "a drawer", "--kind", "other"])
    let done = try session.json(["retention", "apply", "m", "--yes"])
    #expect(done["complete"] == true && done["copies"].items.count == 1)
    let model = done["models"][0]
    #expect(model["state"] == "certified" && model["checkpoints"].all("goes") == [true, false, false])
    #expect(model["checkpoints"][1]["holds"] == [1] && (model["removed_bytes"].count ?? 0) > 0)
    #expect(try session.failure(["evaluate", "m@1"], code: 23).code == "erased")
    try session.json(["evaluate", "m@2"])
    #expect(try session.json(["retention", "apply"])["models"][0]["state"] == "nothing")
    try session.json(["retention", "set", "m", "--forever", "--reason", "court"])
    #expect(try session.json(["retention", "list"])["rules"][0]["keep_last"] == .null)
    #expect(try session.json(["history", "--kind", "retention"])["entries"].all("reason") == ["court", "policy 12"])
    try session.expectSound()
    try session.expectValid()
  }

  @Test("what makes no sense is refused")
  func refused() throws {
    #expect(try session.failure(["retention", "set", "n", "--keep-last", "1", "--reason", "r"]).code == "model.unknown")
    #expect(try session.failure(["retention", "set", "m", "--keep-last", "0", "--reason", "r"]).code == "option.out_of_range")
    #expect(try session.failure(["retention", "set", "m", "--keep-days", "1", "--reason", ""]).code == "option.empty")
    #expect(try session.failure(["retention", "apply", "m", "--dry-run"]).code == "nothing_to_do")
    #expect(try session.json(["retention", "apply"])["models"] == [])
    try session.expectValid()
  }
}

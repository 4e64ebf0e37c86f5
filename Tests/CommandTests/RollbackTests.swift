import Foundation
import Testing

/// `lethe rollback`: what was forgotten stays forgotten unless somebody says otherwise, by name and with a reason.
@Suite("Rolling back")
struct RollbackTests {
  private let session: Session

  init() throws {
    session = try Session.trained()
    try session.json(["forget", "m", "--class", "frog", "--reason", "first"])
    try session.json(["forget", "m", "--class", "cat", "--method", "examples", "--seed", "3", "--reason", "second"])
  }

  private func value(of name: String, at model: String = "m") throws -> JSON {
    try session.json(["evaluate", model])["measurements"].items("class", .string(name)).first?["value"] ?? .null
  }

  @Test("forgetting is applied to the older checkpoint again and gives the very same model")
  func reapplied() throws {
    let preview = try session.json(["rollback", "m", "--to", "1", "--reason", "r", "--dry-run"])
    #expect(preview["child"] == .null && preview["child_digest"] == .null && preview["log_index"] == .null)
    #expect(preview["reapplied_events"] == [1, 2])
    let answer = try session.json(["rollback", "m", "--to", "1", "--reason", "worse on validation"])
    #expect(answer["schema"] == "lethe/rollback/v1" && answer["model"] == "m")
    #expect(answer["from"] == "m@3" && answer["to"] == "m@1" && answer["child"] == "m@4" && answer["log_index"] == 5)
    #expect(answer["reapplied_events"] == [1, 2] && answer["reinstated_events"] == [] && answer["reinstated_classes"] == [])
    #expect(answer["forgotten_classes"] == ["cat", "frog"] && preview["forgotten_classes"] == ["cat", "frog"])
    #expect(try value(of: "frog") == 0 && value(of: "cat") == 0)
    // The same keys, seeds and numbers: the same pairs, so the same digest.
    #expect(try session.json(["checkpoint", "show", "m@3"])["checkpoint"]["digest"] == answer["child_digest"])
    let shown = try session.json(["explain", "m"])["checkpoint"]
    #expect(shown["kind"] == "rolled back" && shown["parent"] == "m@1" && shown["head"] == true)
    #expect(shown["forgotten"].all("class") == ["frog", "cat"] && shown["forgotten"].all("how") == ["masked", "masked"])
    // Only what is missing there is applied to a checkpoint in between.
    let between = try session.json(["rollback", "m", "--to", "2", "--reason", "r"])
    #expect(between["reapplied_events"] == [2] && between["child"] == "m@5" && between["child_digest"] == answer["child_digest"])
    try session.expectSound()
    try session.expectValid()
  }

  @Test("where nothing is missing the head moves and no checkpoint is made")
  func moved() throws {
    try session.json(["rollback", "m", "--to", "1", "--reason", "r"])
    let answer = try session.json(["rollback", "m", "--to", "3", "--reason", "r"])
    #expect(answer["from"] == "m@4" && answer["to"] == "m@3" && answer["child"] == "m@3" && answer["reapplied_events"] == [])
    #expect(try session.json(["checkpoint", "list", "m"])["checkpoints"].all("head") == [false, false, true, false])
    try session.expectSound()
    try session.expectValid()
  }

  @Test("--reinstate brings classes back, is logged as such, and says it everywhere")
  func reinstated() throws {
    let answer = try session.json(
      ["rollback", "m", "--to", "1", "--reinstate", "--reason", "request withdrawn", "--approved-by", "DPO"])
    #expect(answer["child"] == "m@1" && answer["reinstated_classes"] == ["frog", "cat"] && answer["reinstated_events"] == [1, 2])
    #expect(answer["forgotten_classes"] == [] && answer["reapplied_events"] == [])
    #expect(try (value(of: "frog").number ?? 0) > 0.9)
    let entry = try session.json(["history", "--limit", "1"])["entries"][0]
    #expect(entry["action"] == "reinstate" && entry["classes"] == ["frog", "cat"] && entry["approved_by"] == "DPO")
    #expect(entry["parent"] == "m@3" && entry["child"] == "m@1" && entry["reason"] == "request withdrawn")
    #expect(try session.json(["explain", "--class", "frog"])["models"][0]["knows"] == true)
    let report = try session.json(["report"])
    #expect(report["events"].items.map { $0["forgetting"]["in_force"] } == [false, false])
    #expect(report["overrides"] == [entry])
    #expect(try session.failure(["rollback", "m", "--to", "2", "--reinstate", "--reason", "r"]).code == "nothing_to_do")
    // No longer in force: training again learns the class.
    #expect(try session.json(Samples.training())["checkpoint"]["forgotten"] == [])
    // Forgetting anew is a new event, in force again.
    #expect(try session.json(["forget", "m", "--class", "frog", "--reason", "again"])["event"] == 3)
    #expect(try value(of: "frog") == 0)
    try session.expectSound()
    try session.expectValid()
  }

  @Test("a class forgotten by a retrained model is masked anew under the old keys")
  func otherKeys() throws {
    try session.json(Samples.training("m", dataset: "pets", "--seed", "9"))
    try session.json(["forget", "m", "--class", "ship", "--reason", "third"])
    let answer = try session.json(["rollback", "m", "--to", "1", "--reason", "r"])
    #expect(answer["reapplied_events"] == [1, 2, 3] && answer["forgotten_classes"] == ["cat", "frog", "ship"])
    for name in ["frog", "cat", "ship"] { #expect(try value(of: name) == 0) }
    try session.expectSound()
    try session.expectValid()
  }

  @Test("to the head, to nowhere and for an unknown model: refused, nothing written", .enabled(if: Machine.hasSQLite))
  func refusals() throws {
    let dump = try session.dump()
    let head = try session.failure(["rollback", "m", "--to", "3", "--reason", "r"])
    #expect(head.code == "rollback.already_there" && head.message.contains("m@3"))
    for number in ["0", "4", "1000000"] {
      #expect(try session.failure(["rollback", "m", "--to", number, "--reason", "r"]).code == "checkpoint.unknown")
    }
    #expect(try session.failure(["rollback", "n", "--to", "1", "--reason", "r"]).code == "model.unknown")
    try session.json(["rollback", "m", "--to", "1", "--reason", "r", "--dry-run"])
    #expect(try session.dump() == dump)
    try session.expectValid()
  }
}

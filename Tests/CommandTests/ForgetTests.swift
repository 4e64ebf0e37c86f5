import Foundation
import Testing

/// `lethe forget`: what it removes, what it says of it, and when it refuses.
@Suite("Forgetting")
struct ForgetTests {
  private let session: Session

  init() throws { session = try Session.trained() }

  /// Accuracies of the head on test, by class.
  private func accuracies(_ model: String = "m") throws -> [String: Double] {
    let figures = try session.json(["evaluate", model])["measurements"].items
    return Dictionary(
      uniqueKeysWithValues: figures.compactMap { item in
        item["class"].text.flatMap { name in item["value"].number.map { (name, $0) } }
      })
  }

  @Test("via activations until 0: the class is gone, the others are not, and the answer says so")
  func activations() throws {
    let before = try accuracies()
    let preview = try session.json(["forget", "m", "--class", "frog", "--until", "0", "--reason", "x", "--dry-run"])
    let answer = try session.json(
      ["forget", "m", "--class", "frog", "--until", "0", "--reason", "licence | ended", "--approved-by", "DPO", "--actor", "Bob"])
    #expect(answer["schema"] == "lethe/forget/v1" && answer["event"] == 1 && answer["model"] == "m" && answer["dataset"] == "pets")
    #expect(answer["parent"] == "m@1" && answer["child"] == "m@2" && answer["method"] == "activations")
    #expect(answer["classes"] == ["frog"] && answer["parameters"] == #"{"until":"0.0"}"# && answer["seed"] == 0)
    #expect(answer["reason"] == "licence | ended" && answer["approved_by"] == "DPO" && answer["actor"] == "Bob")
    #expect(answer["in_force"] == true && answer["log_index"] == 3)
    // The preview says beforehand what the act then does.
    for key in ["masked_pairs", "active_pairs", "amounts", "parent"] { #expect(preview[key] == answer[key]) }
    #expect(preview["usable_pairs"].count.map { (1...128).contains($0) } == true)
    let masked = try #require(answer["masked_pairs"].count)
    #expect(answer["amounts"] == [["class": "frog", "amount": answer["masked_pairs"], "active_pairs": answer["active_pairs"]]])
    #expect(try masked <= #require(answer["active_pairs"].count))
    // A row list of 128 rows is at most a byte of form and 16 of bits, for three arrays that share it.
    #expect(try (1...17).contains(#require(answer["stored_bytes"].count)))
    // 60 training and 16 validation examples were looked at.
    #expect(answer["forward_passes"] == 76)

    let effects = answer["measurements"]
    #expect(effects.all("role") == ["forget", "retain"] && effects.all("split") == ["test", "test"])
    #expect(effects.all("n") == [20, 80] && effects.all("metric") == ["accuracy", "accuracy"])
    #expect(effects[0]["after"] == 0 && effects[0]["before"] == before["frog"].map(JSON.number))
    let others = before.filter { $0.key != "frog" }.values.reduce(0, +) / 4
    #expect(abs(others - (effects[1]["before"].number ?? -1)) < 1e-9)
    #expect((effects[1]["after"].number ?? 0) > 0.9)
    let after = try accuracies()
    #expect(after["frog"] == 0)

    let figures = try session.json(["evaluate", "m"])
    #expect(figures["model"] == "m@2" && figures["checkpoint_digest"] == answer["child_digest"])
    #expect(figures["measurements"].all("role").prefix(3) == ["all", "forget", "retain"])
    #expect(figures["measurements"][1]["value"] == effects[0]["after"] && figures["measurements"][1]["n"] == 20)
    #expect(figures["measurements"][2]["value"] == effects[1]["after"] && figures["measurements"][2]["n"] == 80)
    #expect(try accuracies("m@1") == before)
    try session.expectSound()
    try session.expectValid()
  }

  @Test("ranked by enrichment within a budget: recorded, shown beforehand, repeated, refused where it costs too much")
  func enrichment() throws {
    let options = ["forget", "m", "--class", "frog", "--rank", "enrichment", "--reason", "r"]
    let preview = try session.json(options + ["--retain-budget", "0.5", "--dry-run"])
    let points = preview["curves"][0]["points"]
    #expect(preview["curves"].all("class") == ["frog"] && points[0]["amount"] == 0 && points[0]["pairs"] == 0)
    #expect(points.items.contains { $0["amount"] == preview["amounts"][0]["amount"] && $0["train"] == 0 && $0["validation"] == 0 })
    let text = try session.run(options + ["--dry-run"])
    #expect(text.out.contains("PAIRS") && text.out.contains("→ \(preview["amounts"][0]["amount"].count ?? -1) "))
    let answer = try session.json(options + ["--retain-budget", "0.5"])
    #expect(answer["parameters"] == #"{"rank":"enrichment","retain_budget":"0.5","until":"0.0"}"#)
    #expect(answer["measurements"][0]["after"] == 0 && answer["masked_pairs"] == preview["masked_pairs"])
    #expect(try session.json(["verify", "--recompute", "m@2"])["ok"] == true)
    for wrong in [
      ["--method", "examples", "--rank", "frequency"], ["--pairs", "3", "--retain-budget", "0.1"], ["--retain-budget", "2"],
      ["--rank", "alphabet"],
    ] {
      #expect(try session.run(["forget", "m", "--class", "cat", "--reason", "r"] + wrong).code == 64, "\(wrong)")
    }
    try session.expectSound()
    try session.expectValid()
  }

  @Test("via examples, with a number of them and until 0")
  func examples() throws {
    let some = try session.json(
      ["forget", "m", "--class", "cat", "--method", "examples", "--examples", "1", "--reason", "r", "--dry-run"])
    // One example selects one pair in each of the eight codebooks.
    #expect(some["masked_pairs"] == 8 && some["amounts"][0]["amount"] == 1)
    let answer = try session.json(["forget", "m", "--class", "cat", "--method", "examples", "--reason", "r", "--seed", "5"])
    #expect(answer["method"] == "examples" && answer["seed"] == 5 && answer["measurements"][0]["after"] == 0)
    #expect(try (2...60).contains(#require(answer["amounts"][0]["amount"].count)))
    #expect(try accuracies()["cat"] == 0)
    try session.expectSound()
    try session.expectValid()
  }

  @Test("two classes at once, in whatever order they are named, and the most activated pairs by number")
  func several() throws {
    let both = try session.json([
      "forget", "m", "--class", "ship", "--class", "cat", "--class", "cat", "--pairs", "30", "--reason", "r",
    ])
    #expect(both["classes"] == ["cat", "ship"] && both["parameters"] == #"{"pairs":30}"# && both["forward_passes"] == 0)
    #expect(both["amounts"].all("class") == ["cat", "ship"] && both["amounts"].all("amount") == [30, 30])
    #expect(both["measurements"].all("n") == [40, 60])
    // One after the other gives the same model: with numbers the masks are the union of their own.
    let other = try Session.trained()
    try other.json(["forget", "m", "--class", "ship", "--pairs", "30", "--reason", "r"])
    let second = try other.json(["forget", "m", "--class", "cat", "--pairs", "30", "--reason", "r"])
    #expect(second["child"] == "m@3" && second["child_digest"] == both["child_digest"])
    // Each checkpoint of the report is judged by both classes.
    let report = try session.json(["report"])["events"][0]
    #expect(report["checkpoints"].all("status") == ["still knows", "masked"])
    #expect(report["scope"]["labels"] == [0, 4])
    try session.expectValid()
    try other.expectValid()
  }

  @Test("a share between 0 and 1 takes fewer pairs than 0 does")
  func share() throws {
    func masked(_ share: String) throws -> Int {
      try #require(
        session.json(["forget", "m", "--class", "dog", "--until", share, "--reason", "r", "--dry-run"])["masked_pairs"].count)
    }
    #expect(try masked("0.5") < masked("0"))
    try session.expectValid()
  }

  @Test("a dry run, an unknown class and forgetting twice write nothing", .enabled(if: Machine.hasSQLite))
  func refusals() throws {
    try session.json(["forget", "m", "--class", "frog", "--reason", "r"])
    let dump = try session.dump()
    try session.json(["forget", "m", "--class", "cat", "--reason", "r", "--dry-run"])
    let unknown = try session.failure(["forget", "m", "--class", "cat", "--class", "hen", "--reason", "r"])
    #expect(unknown.code == "class.unknown" && unknown.message.contains("hen") && unknown.message.contains("horse"))
    let twice = try session.failure(["forget", "m", "--class", "frog", "--reason", "r"])
    #expect(twice.code == "nothing_to_do" && twice.message.contains("m@2"))
    #expect(try session.failure(["forget", "n", "--class", "frog", "--reason", "r"]).code == "model.unknown")
    #expect(try session.dump() == dump)
    try session.expectSound()
    try session.expectValid()
  }

  @Test("training again leaves the class out")
  func retraining() throws {
    try session.json(["forget", "m", "--class", "frog", "--reason", "r"])
    let again = try session.json(Samples.training())
    #expect(again["checkpoint"]["name"] == "m@3" && again["checkpoint"]["kind"] == "retrained")
    #expect(again["checkpoint"]["forgotten"] == [["class": "frog", "event": 1, "how": "left out of training"]])
    #expect(again["lineage"].all("name") == ["m@3", "m@2", "m@1"])
    #expect(try JSON(#require(again["configuration"].text))["left_out"] == [2])
    let after = try accuracies()
    #expect(after["frog"] == 0)
    #expect(after.filter { $0.key != "frog" }.values.allSatisfy { $0 > 0.9 })
    let explained = try session.json(["explain", "--class", "frog"])["models"][0]
    #expect(explained["head"] == "m@3" && explained["knows"] == false && explained["recoverable_from"] == ["m@1"])
    #expect(try session.failure(["forget", "m", "--class", "frog", "--reason", "r"]).code == "class.without_examples")
    #expect(
      try session.json(["report"])["events"][0]["checkpoints"].all("status") == ["still knows", "masked", "left out of training"])
    // Another model was never told to forget, and says so.
    try session.json(Samples.training("other"))
    #expect(try session.json(["explain", "--class", "frog"])["models"].all("knows") == [false, true])
    try session.expectSound()
    try session.expectValid()
  }
}

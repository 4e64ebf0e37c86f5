import Foundation
import Testing

/// What can be asked afterwards: history, explanations, comparisons, costs, and the signed log.
@Suite("Asking afterwards")
struct RecordsTests {
  private let session: Session

  init() throws {
    session = try Session.trained()
    try session.json(["forget", "m", "--class", "frog", "--reason", "licence ended", "--actor", "Bob"])
    try session.json(["forget", "m", "--class", "cat", "--pairs", "20", "--reason", "Straße 7", "--approved-by", "DPO"])
    try session.json(["rollback", "m", "--to", "1", "--reason", "worse"])
  }

  @Test("history tells what was done, when, by whom and why, newest first")
  func history() throws {
    let entries = try session.json(["history"])["entries"]
    #expect(entries.all("log_index") == [5, 4, 3, 2, 1, 0])
    #expect(entries.all("action") == ["rollback", "forget", "forget", "train", "import", "init"])
    #expect(entries.all("actor") == ["Ada", "Ada", "Bob", "Ada", "Ada", "Ada"])
    #expect(entries.all("model") == ["m", "m", "m", "m", .null, .null])
    #expect(entries.all("parent") == ["m@3", "m@2", "m@1", .null, .null, .null])
    #expect(entries.all("child") == ["m@4", "m@3", "m@2", "m@1", .null, .null])
    #expect(entries.all("classes") == [[], ["cat"], ["frog"], [], [], []])
    #expect(entries.all("event") == [.null, 2, 1, .null, .null, .null])
    #expect(entries.all("reason") == ["worse", "Straße 7", "licence ended", .null, .null, .null])
    #expect(entries.all("approved_by") == [.null, "DPO", .null, .null, .null, .null])
    #expect(entries[4]["dataset"] == "pets")
    // The clock is UTC although TZ is not.
    let stated = try #require(entries[0]["time"].text).prefix(13)
    let hours = [0.0, 3600].map { Date(timeIntervalSinceNow: -$0).formatted(.iso8601).prefix(13) }
    #expect(hours.contains(stated))
    try session.expectValid()
  }

  @Test("history is narrowed down by model, class, kind, time and number")
  func filters() throws {
    func found(_ arguments: String...) throws -> [JSON] {
      try session.json(["history"] + arguments)["entries"].all("log_index")
    }
    #expect(try found("m") == [5, 4, 3, 2])
    #expect(try found("--class", "frog") == [3])
    #expect(try found("--kind", "forget") == [4, 3])
    #expect(try found("m", "--limit", "1") == [5])
    let time = try #require(session.json(["history"])["entries"][0]["time"].text)
    let year = try #require(Int(time.prefix(4)))
    #expect(try found("--since", String(year), "--until", String(year + 1)).count == 6)
    #expect(try found("--since", String(year + 2)) == [])
    #expect(try found("--until", String(year - 1)) == [])
    // The last moment, second or day of a period is in it.
    #expect(try found("--until", time).contains(0))
    #expect(try found("--since", String(time.prefix(7)), "--until", String(time.prefix(10))).contains(5))
    #expect(try session.failure(["history", "n"]).code == "model.unknown")
    for nonsense in ["yesterday", "2026-1-1", "2026-01-01T00:00:00+02:00", "01.02.2026"] {
      #expect(try session.failure(["history", "--since", nonsense], code: 64).message.contains("--since"))
      #expect(try session.failure(["report", "--to", nonsense], code: 64).message.contains("--to"))
    }
    try session.expectValid()
  }

  @Test("explain says who knows a class, and from where it could still be had")
  func explainClass() throws {
    let gone = try session.json(["explain", "--class", "frog"])
    let time = try session.json(["history", "--class", "frog"])["entries"][0]["time"]
    #expect(
      gone == [
        "schema": "lethe/explain-class/v1", "class": "frog", "dataset": "pets",
        "models": [
          [
            "model": "m", "head": "m@4", "knows": false, "forgotten_in": "m@2", "forgotten_at": time, "forgotten_by": "Bob",
            "reason": "licence ended", "event": 1, "recoverable_from": ["m@1"], "erased": false,
          ]
        ],
        "exports": [],
      ])
    let cat = try session.json(["explain", "--class", "cat"])["models"][0]
    #expect(cat["forgotten_in"] == "m@3" && cat["recoverable_from"] == ["m@1", "m@2"])
    let known = try session.json(["explain", "--class", "dog", "--dataset", "pets"])["models"][0]
    #expect(known["knows"] == true && known["forgotten_in"] == .null && known["recoverable_from"] == [])
    #expect(try session.failure(["explain", "--class", "hen"]).code == "class.unknown")
    #expect(try session.failure(["explain", "--class", "dog", "--dataset", "n"]).code == "dataset.unknown")
    #expect(try session.failure(["explain", "m", "--class", "dog"], code: 64).code == "usage")
    try session.expectValid()
  }

  @Test("a class of the same name in another data set is the same class")
  func otherDataset() throws {
    try Samples(seed: 2).write(to: session.folder)
    try session.json(Samples.importing("pets2"))
    try session.json(Samples.training("m", dataset: "pets2"))
    #expect(try session.failure(["explain", "--class", "frog"], code: 64).message.contains("pets2"))
    let frog = try session.json(["explain", "--class", "frog", "--dataset", "pets2"])["models"][0]
    #expect(frog["head"] == "m@5" && frog["knows"] == false)
    // Not erased: the first checkpoint still has it.
    #expect(frog["recoverable_from"] == ["m@1"] && frog["erased"] == false)
    let dog = try session.json(["explain", "--class", "dog", "--dataset", "pets2"])["models"][0]
    #expect(dog["knows"] == true)
    let back = try session.json(["rollback", "m", "--to", "1", "--reason", "r"])
    #expect(back["reapplied_events"] == [1, 2] && back["forgotten_classes"] == ["cat", "frog"])
    try session.expectSound()
    try session.expectValid()
  }

  @Test("explain finds an example by the user's id of it")
  func explainExample() throws {
    // Label of row i is i mod 5: row 2 is a frog, row 3 a horse.
    let frog = try session.json(["explain", "--example", "train-2"])
    #expect(
      frog["places"] == [
        [
          "dataset": "pets", "part": "train", "row": 2, "class": "frog", "known_by": ["m@1"],
          "forgotten_in": ["m@2", "m@3", "m@4"], "erased": [],
        ]
      ])
    let horse = try session.json(["explain", "--example", "train-3"])["places"][0]
    #expect(horse["class"] == "horse" && horse["known_by"] == ["m@1", "m@2", "m@3", "m@4"] && horse["forgotten_in"] == [])
    #expect(try session.failure(["explain", "--example", "train-300"]).code == "example.unknown")
    try session.expectValid()
  }

  @Test("checkpoint list, show and diff agree with each other and with what was masked")
  func checkpoints() throws {
    let list = try session.json(["checkpoint", "list", "m"])["checkpoints"]
    #expect(list.all("name") == ["m@1", "m@2", "m@3", "m@4"] && list.all("head") == [false, false, false, true])
    #expect(list.all("kind") == ["trained", "unlearned", "unlearned", "rolled back"])
    #expect(list.all("parent") == [.null, "m@1", "m@2", "m@1"])
    #expect(list.all("changes").map { $0.all("class") } == [[], ["frog"], ["cat"], ["frog", "cat"]])
    #expect(list.all("changes").map { $0.all("change") } == [[], ["forgot"], ["forgot"], ["masked", "masked"]])
    #expect(list.all("forgotten_count") == [0, 1, 2, 2])
    #expect(list[2]["digest"] == list[3]["digest"])
    let masked = try session.json(["report", "m", "--event", "1"])["events"][0]["forgetting"]["masked_pairs"]
    let shown = try session.json(["checkpoint", "show", "m@2"])
    #expect(shown["checkpoint"]["forgotten"].all("class") == ["frog"] && shown["lineage"] == [list[1], list[0]])
    #expect(shown["tensors"].all("zeroed_rows") == [masked, .null, masked, masked])

    let diff = try session.json(["checkpoint", "diff", "m@1", "m@2"])
    #expect(diff["from"] == "m@1" && diff["to"] == "m@2" && diff["same_configuration"] == true)
    #expect(diff["tensors"].all("name") == ["keys", "projection", "usable", "values"])
    #expect(diff["tensors"].all("same") == [false, true, false, false])
    #expect(diff["tensors"][1]["changed_rows"] == 0 && diff["tensors"][1]["rows_total"] == 192)
    #expect(diff["tensors"][2]["changed_rows"] == masked && diff["tensors"][2]["zeroed_rows"] == masked)
    #expect(diff["forgotten_only_in_to"] == ["frog"] && diff["forgotten_only_in_from"] == [])
    #expect(diff["test_accuracy_from"] == list[0]["test_accuracy"] && diff["test_accuracy_to"] == list[1]["test_accuracy"])
    // Backwards the rows come back, so none is zeroed.
    let back = try session.json(["checkpoint", "diff", "m@3", "m@1"])
    #expect(back["tensors"].all("zeroed_rows") == [0, 0, 0, 0] && back["forgotten_only_in_from"] == ["cat", "frog"])
    #expect(try session.json(["checkpoint", "diff", "m@3", "m@4"])["tensors"].all("same") == [true, true, true, true])
    try session.expectValid()
  }

  @Test("stats counts bytes and rows, and a forgotten class costs next to nothing")
  func stats() throws {
    let stats = try session.json(["stats"])
    #expect(stats["checkpoints"].all("model") == ["m@1", "m@2", "m@3", "m@4"])
    #expect(stats["checkpoints"].all("logical_bytes") == [7808, 7808, 7808, 7808])
    let stored = try stats["checkpoints"].all("stored_bytes").map { try #require($0.count) }
    #expect((1...7808).contains(stored[0]) && (1...17).contains(stored[1]) && (1...17).contains(stored[2]) && stored[3] == 0)
    #expect(stats["file_bytes"].count == (try bytes(of: session.store).count))
    let rows = Dictionary(uniqueKeysWithValues: stats["tables"].items.map { ($0["name"].text ?? "", $0["rows"]) })
    #expect(rows["log_entry"] == 6 && rows["checkpoint"] == 4 && rows["unlearning_event"] == 2 && rows["class"] == 5)
    #expect(rows["example"] == 300 && rows["dataset"] == 1 && rows["reinstatement"] == 0)
    try session.expectValid()
  }

  @Test("verify, log list and log checkpoint tell of one and the same tree; sha256sum agrees")
  func log() throws {
    let verified = try session.json(["verify"])
    #expect(verified["ok"] == true && verified["findings"] == [] && verified["log_size"] == 6)
    #expect((verified["checked_bytes"].count ?? 0) > 48_000)
    let list = try session.json(["log", "list"])
    #expect(list["size"] == 6 && list["root"] == verified["root"] && list["entries"].all("log_index") == [0, 1, 2, 3, 4, 5])
    #expect(try session.json(["log", "list", "--limit", "2"])["entries"] == .array(list["entries"].items.suffix(2)))
    #expect(try session.failure(["log", "list", "--limit", "0"], code: 64).code == "usage")
    for entry in list["entries"].items {
      let leaf = try #require(entry["leaf"].text)
      let file = try session.folder.write([0] + Array(leaf.utf8), "leaf")
      let sum = try run("/usr/bin/sha256sum", [file], in: session.folder).out
      #expect(entry["leaf_hash"] == .string("sha256:" + sum.prefix(64)))
      let fields = try JSON(leaf)
      #expect(fields["action"] == entry["action"] && fields["time"] == entry["time"])
      // Names and reasons are not in the leaf.
      #expect(!leaf.contains("Ada") && !leaf.contains("Bob") && !leaf.contains("ended") && !leaf.contains("frog"))
    }
    let head = try session.json(["log", "checkpoint"])
    #expect(head["size"] == 6 && head["root"] == verified["root"])
    let lines = try #require(head["note"].text).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.prefix(2) == ["example.com/test", "6"])
    let root = try #require(Data(base64Encoded: String(lines[2]))).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
    #expect(head["root"] == .string("sha256:" + root.joined()))
    // As text, the note and the key are printed as they are.
    #expect(try session.run(["log", "checkpoint"]).out == head["note"].text)
    let key = try session.json(["log", "key"])
    #expect(key["origin"] == "example.com/test")
    #expect(try session.run(["log", "key"]).out == (key["verifier_key"].text ?? "") + "\n")
    try session.expectValid()
  }
}

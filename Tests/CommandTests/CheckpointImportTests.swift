import Foundation
import Testing

/// `lethe checkpoint import`: what others made comes in whole and checked, and what was forgotten does not.
@Suite("Importing checkpoints")
struct CheckpointImportTests {
  private let session: Session

  init() throws {
    session = try Session.trained()
    try session.json(["checkpoint", "export", "m@1", "1.safetensors"])
  }

  private func importing(_ model: String, _ file: String = "1.safetensors", _ more: String...) -> [String] {
    ["checkpoint", "import", model, file, "--dataset", "pets"] + more
  }

  private func figures(_ model: String, store: String = "lethe.db") throws -> JSON {
    try session.json(["evaluate", model, "--store", store])["measurements"]
  }

  /// Writes the exported file again, with something changed.
  private func altered(_ name: String = "altered.safetensors", _ change: (inout Safetensors) throws -> Void) throws -> String {
    var file = try Safetensors(session.folder.file("1.safetensors"))
    try change(&file)
    _ = try session.folder.write(file.file(), name)
    return name
  }

  /// Takes a text out of the metadata, or replaces it.
  private func set(_ key: String, _ text: String?, in file: inout Safetensors) {
    guard case .object(var members)? = file.header["__metadata__"] else { return }
    members[key] = text.map(JSON.string)
    file.header["__metadata__"] = .object(members)
  }

  /// Where a tensor's bytes begin.
  private func place(_ name: String, in file: Safetensors) -> Int { file.header[name]?["data_offsets"][0].count ?? 0 }

  @Test("in another store it is the same checkpoint, measures the same, and forgets to the same bit")
  func elsewhere() throws {
    try session.json(["init", "--store", "b.db"])
    try session.json(Samples.importing() + ["--store", "b.db"])
    let answer = try session.json(importing("theirs") + ["--store", "b.db"])
    #expect(answer["schema"] == "lethe/checkpoint-import/v1" && answer["file"] == "1.safetensors")
    let item = answer["checkpoint"]
    #expect(item["name"] == "theirs@1" && item["kind"] == "imported" && item["parent"] == nil && item["head"] == true)
    #expect(
      answer["previous_head"] == nil && answer["same_as"] == [] && answer["trained_on_this"] == true && answer["log_index"] == 2)
    let own = try session.json(["checkpoint", "show", "m@1"])
    #expect(item["digest"] == own["checkpoint"]["digest"] && item["test_accuracy"] == own["checkpoint"]["test_accuracy"])
    #expect(try figures("theirs", store: "b.db") == figures("m"))
    let forgetting = ["--class", "frog", "--reason", "r"]
    let here = try session.json(["forget", "m"] + forgetting)
    let there = try session.json(["forget", "theirs"] + forgetting + ["--store", "b.db"])
    #expect(here["child_digest"] == there["child_digest"] && here["masked_pairs"] == there["masked_pairs"])
    let entry = try session.json(["history", "--kind", "import-checkpoint", "--store", "b.db"])["entries"][0]
    #expect(entry["model"] == "theirs" && entry["child"] == "theirs@1" && entry["actor"] == "Ada")
    #expect(try session.json(["verify", "--store", "b.db"])["ok"] == true)
    try session.expectValid()
  }

  @Test("under a known name it is the next checkpoint and the head, and what was forgotten in it is recorded")
  func next() throws {
    try session.json(["forget", "m", "--class", "frog", "--reason", "r"])
    try session.json(["checkpoint", "export", "m", "2.safetensors"])
    let before = try figures("m@2")
    let answer = try session.json(importing("m", "2.safetensors"))
    #expect(answer["checkpoint"]["name"] == "m@3" && answer["previous_head"] == "m@2" && answer["same_as"] == ["m@2"])
    #expect(answer["checkpoint"]["forgotten"] == [["class": "frog", "event": 1, "how": "masked"]])
    #expect(try figures("m@3") == before)
    #expect(try session.json(["explain", "--class", "frog"])["models"][0]["knows"] == false)
    // From there everything goes on: forgetting, going back, training.
    try session.json(["forget", "m", "--class", "cat", "--reason", "r"])
    let back = try session.json(["rollback", "m", "--to", "3", "--reason", "r"])
    #expect(back["forgotten_classes"] == ["cat", "frog"])
    try session.json(Samples.training())
    try session.expectSound()
    try session.expectValid()
  }

  @Test("a file that knows what its model has forgotten since is refused under any name, until the class is reinstated")
  func forgotten() throws {
    try session.json(["forget", "m", "--class", "frog", "--reason", "r"])
    let before = try session.dump()
    for model in ["m", "other"] {
      let error = try session.failure(importing(model), code: 23)
      #expect(error.code == "checkpoint.knows_forgotten" && error.message.contains("m@1") && error.message.contains("frog"))
    }
    // Altered and stripped of what it says of itself, it is new to the store; where frog is forgotten it stays out all the same.
    let stripped = try altered {
      $0.header["__metadata__"] = nil
      $0.data[place("projection", in: $0)] ^= 1
    }
    let error = try session.failure(importing("m", stripped), code: 23)
    #expect(error.code == "checkpoint.not_shown_forgotten" && error.message.contains("frog"))
    #expect(try session.dump() == before)
    try session.json(["rollback", "m", "--to", "1", "--reinstate", "--reason", "r"])
    #expect(try session.json(importing("other"))["checkpoint"]["name"] == "other@1")
    try session.expectSound()
    try session.expectValid()
  }

  @Test("what a file says of itself counts for nothing")
  func claims() throws {
    try session.json(["forget", "m", "--class", "frog", "--reason", "r"])
    try session.json(["checkpoint", "export", "m@2", "2.safetensors"])
    let forgotten = try Safetensors(session.folder.file("2.safetensors")).text("forgotten")
    let liar = try altered {
      $0.header["__metadata__"] = ["forgotten": .string(forgotten), "configuration": .string($0.text("configuration"))]
      $0.data[place("keys", in: $0)] ^= 1
    }
    #expect(try session.failure(importing("m", liar), code: 23).code == "checkpoint.not_shown_forgotten")
  }

  @Test("what was erased does not come back, under no name and in no form, and what stayed comes in")
  func erased() throws {
    try session.json(["forget", "m", "--class", "frog", "--reason", "r"])
    try session.json(["checkpoint", "export", "m@2", "2.safetensors"])
    try session.json(["erase", "m", "--class", "frog", "--yes"])
    let before = try session.dump()
    for model in ["m", "other"] {
      #expect(try session.failure(importing(model), code: 23).code == "checkpoint.excluded")
      let stripped = try altered {
        $0.header["__metadata__"] = nil
        $0.data[place("projection", in: $0)] ^= 1
      }
      #expect(try session.failure(importing(model, stripped), code: 23).code == "checkpoint.not_shown_forgotten")
    }
    #expect(try session.dump() == before)
    for model in ["m", "other"] { try session.json(importing(model, "2.safetensors")) }
    for name in Samples.classes where name != "frog" {
      let values = try ["other", "m@2"].map { try figures($0).items("class", .string(name)).map { $0["value"] } }
      #expect(values[0] == values[1] && values[0].count == 1, "\(name)")
    }
    try session.expectSound()
    try session.expectValid()
  }

  @Test("a file that was altered after its export is told as such")
  func changed() throws {
    let bit = try altered { $0.data[place("values", in: $0) + 2] ^= 1 }
    #expect(try session.failure(importing("other", bit), code: 20).code == "checkpoint.altered")
    let configuration = try altered {
      set("configuration", $0.text("configuration").replacingOccurrences(of: "\"seed\":\"0\"", with: "\"seed\":\"1\""), in: &$0)
    }
    #expect(try session.failure(importing("other", configuration), code: 20).code == "checkpoint.altered")
  }

  @Test("a file of somebody else's, without a word of Lethe's, comes in by its arrays")
  func foreign() throws {
    let plain = try altered("plain.safetensors") { $0.header["__metadata__"] = nil }
    let answer = try session.json(importing("other", plain))
    #expect(answer["trained_on_this"] == nil && answer["checkpoint"]["test_accuracy"] != nil)
    let shown = try session.json(["checkpoint", "show", "other"])
    #expect(try JSON(shown["configuration"].text ?? "")["values"] == "imported")
    #expect(try figures("other") == figures("m"))
    let wide = try session.json(importing("wide", plain, "--top-k", "2"))
    #expect(wide["checkpoint"]["digest"] != answer["checkpoint"]["digest"])
    #expect(try session.failure(importing("wide", plain, "--top-k", "17")).code == "engine.refused")
    try session.json(["forget", "wide", "--class", "frog", "--reason", "r"])
    try session.expectSound()
    try session.expectValid()
  }

  @Test("what is no checkpoint is refused, and nothing is written")
  func refused() throws {
    let before = try session.dump()
    func code(_ change: (inout Safetensors) throws -> Void) throws -> String {
      let name = try altered {
        $0.header["__metadata__"] = nil
        try change(&$0)
      }
      return try session.failure(importing("other", name)).code
    }
    let none = "checkpoint.not_a_checkpoint"
    #expect(try code { $0.header["more"] = $0.header.removeValue(forKey: "usable") } == none)
    #expect(try code { $0.data[place("usable", in: $0)] = 2 } == none)
    // A pair that may not be selected, with values all the same.
    #expect(
      try code { file in
        let values = file.tensor("values")
        let pair = try #require((0..<128).first { pair in values[(pair * 20)..<(pair * 20 + 20)].contains { $0 != 0 } })
        file.data[place("usable", in: file) + pair] = 0
      } == none)
    #expect(try code { $0.header["values"] = $0.header["keys"] } == "safetensors.unusable")
    #expect(
      try code {
        let place = place("keys", in: $0)
        $0.data.replaceSubrange(place..<(place + 4), with: [0, 0, 0xC0, 0x7F])
      } == "safetensors.unusable")
    for configuration in [
      "", "{}", "[]", "{\"engine\":\"dkvb/v1\"}", "{\"engine\":\"other/v1\"}", String(repeating: "[", count: 100_000),
    ] {
      #expect(
        try code { $0.header["__metadata__"] = ["configuration": .string(configuration)] } == none, "\(configuration.prefix(40))")
    }
    #expect(
      try code {
        let text = try Safetensors(session.folder.file("1.safetensors")).text("configuration")
        $0.header["__metadata__"] = ["configuration": .string(text.replacingOccurrences(of: "\"keys\":16", with: "\"keys\":8"))]
      } == none)
    #expect(try session.failure(importing("other", "nothing.safetensors")).code == "safetensors.unusable")
    #expect(try session.failure(importing("other", "train_x.npy")).code == "safetensors.unusable")
    #expect(try session.failure(["checkpoint", "import", "m", "1.safetensors", "--dataset", "nobody"]).code == "dataset.unknown")
    #expect(try session.failure(importing("no good name")).code == "model.bad_name")
    #expect(try session.dump() == before)
    try session.expectValid()
  }

  @Test("a data set of other classes or dimensions does not fit")
  func unfit() throws {
    var samples = Samples(seed: 5)
    samples.labels = samples.labels.mapValues { $0.map { $0 % 3 } }
    for name in try FileManager.default.contentsOfDirectory(atPath: session.folder.path) where name.hasSuffix(".npy") {
      unlink(session.folder.file(name))
    }
    try samples.write(to: session.folder)
    _ = try session.folder.write(text: "a\nb\nc\n", "classes.txt")
    try session.json(Samples.importing("three"))
    let error = try session.failure(["checkpoint", "import", "x", "1.safetensors", "--dataset", "three"])
    #expect(
      error.code == "checkpoint.not_a_checkpoint" && error.message.contains("5 classes") && error.message.contains("24 and 3"))
  }
}

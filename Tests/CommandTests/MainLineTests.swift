import Foundation
import Testing

/// From an empty folder to a forgotten class that stays forgotten, each answer looked at field by field.
@Suite("The main line")
struct MainLineTests {
  @Test("init makes a store and a key that only its owner can read")
  func initialise() throws {
    let session = try Session()
    let made = try session.json(["init", "--origin", "example.com/models"])
    #expect(made["schema"] == "lethe/init/v1")
    #expect(made["store"] == .string(session.store))
    #expect(made["origin"] == "example.com/models")
    #expect(made["verifier_key"].text?.hasPrefix("example.com/models+") == true)
    let mode = try FileManager.default.attributesOfItem(atPath: session.folder.file("key"))[.posixPermissions] as? Int
    #expect(mode == 0o600)
    #expect(try session.json(["log", "key"])["verifier_key"] == made["verifier_key"])
    #expect(try session.json(["stats"])["checkpoints"] == [])
    #expect(try session.json(["dataset", "list"])["datasets"] == [])
    #expect(try session.json(["report"])["events"] == [])
    #expect(try FileManager.default.contentsOfDirectory(atPath: session.folder.path).sorted() == ["key", "lethe.db"])
    // A second store gets a name of its own and shares the key.
    let other = try session.json(["init", "--store", "other.db"])
    #expect(other["origin"].text?.hasPrefix("lethe.local/") == true)
    #expect(try session.json(["verify", "--store", "other.db"])["log_size"] == 1)
    try session.expectValid()
  }

  @Test("import tells of every part and class", arguments: [false, true])
  func importing(half: Bool) throws {
    let session = try Session()
    try Samples().write(to: session.folder, half: half)
    try session.json(["init"])
    let set = try session.json(Samples.importing("pets.v-1") + ["--encoder", "blobs"])
    #expect(set["schema"] == "lethe/dataset/v1")
    #expect(set["name"] == "pets.v-1" && set["dimension"] == 24 && set["scale"] == 1)
    #expect(set["classes"] == ["cat", "dog", "frog", "horse", "ship"])
    #expect(set["encoder"] == "blobs" && set["license"] == .null)
    #expect(set["parts"].all("part") == ["train", "validation", "test"])
    #expect(set["parts"].all("count") == [300, 80, 100])
    #expect(set["parts"].all("per_class") == [[60, 60, 60, 60, 60], [16, 16, 16, 16, 16], [20, 20, 20, 20, 20]])
    #expect(set["parts"].all("dtype") == Array(repeating: half ? "float16" : "float32", count: 3))
    #expect(try session.json(["dataset", "show", "pets.v-1"]) == set)
    let listed = try session.json(["dataset", "list"])["datasets"]
    #expect(
      listed == [
        [
          "name": "pets.v-1", "dimension": 24, "classes": 5, "examples": 480, "erased": 0, "encoder": "blobs",
          "imported_at": set["imported_at"],
        ]
      ])
    try session.expectSound()
    try session.expectValid()
  }

  @Test("train makes checkpoint 1; evaluate measures what training recorded")
  func train() throws {
    let session = try Session.trained()
    let shown = try session.json(["explain", "m"])
    #expect(try session.json(["checkpoint", "show", "m@1"]) == shown)
    let item = shown["checkpoint"]
    #expect(item["name"] == "m@1" && item["kind"] == "trained" && item["parent"] == .null && item["head"] == true)
    #expect(item["dataset"] == "pets" && item["forgotten"] == [] && shown["lineage"].all("digest") == [item["digest"]])
    #expect(shown["lineage"].all("changes") == [[]] && shown["lineage"].all("forgotten_count") == [0])
    #expect(shown["tensors"].all("name") == ["keys", "projection", "usable", "values"])
    #expect(shown["tensors"].all("shape") == [[8, 16, 4], [8, 24, 4], [8, 16], [8, 16, 5]])
    #expect(shown["tensors"].all("byte_count") == [2048, 3072, 128, 2560])
    #expect(shown["tensors"].all("zeroed_rows") == [.null, .null, .null, .null])
    #expect(shown["seed"] == 0)
    let configuration = try JSON(#require(shown["configuration"].text))
    #expect(configuration["codebooks"] == 8 && configuration["keys"] == 16 && configuration["key_training"]["epochs"] == 2)

    let accuracy = try #require(item["test_accuracy"].number)
    #expect(accuracy > 0.95)
    for (part, perClass) in [("validation", 16), ("test", 20)] {
      let measured = try session.json(["evaluate", "m", "--split", part])
      #expect(measured["model"] == "m@1" && measured["dataset"] == "pets" && measured["split"] == .string(part))
      #expect(measured["checkpoint_digest"] == item["digest"])
      let recorded = try #require(shown["measurements"].items("part", .string(part)).first)
      #expect(measured["measurements"] == recorded["measurements"] && measured["split_digest"] == recorded["split_digest"])
      let figures = measured["measurements"]
      #expect(figures.all("class") == [.null, "cat", "dog", "frog", "horse", "ship"])
      #expect(figures.all("role") == ["all", .null, .null, .null, .null, .null])
      #expect(figures.all("n").dropFirst() == Array(repeating: JSON.number(Double(perClass)), count: 5)[...])
      let mean = figures.items.dropFirst().compactMap { $0["value"].number }.reduce(0, +) / 5
      #expect(abs(mean - (figures[0]["value"].number ?? -1)) < 1e-9)
      for figure in figures.items {
        let (low, value, high) = try (
          #require(figure["low"].number), #require(figure["value"].number), #require(figure["high"].number)
        )
        #expect(0 <= low && low <= value && value <= high && high <= 1 && low < high)
      }
    }
    #expect(try session.json(["evaluate", "m@1"])["measurements"][0]["value"] == .number(accuracy))
    #expect(try session.json(["evaluate", "m", "--split", "train"])["measurements"][0]["n"] == 300)
    try session.expectValid()
  }

  @Test("a checkpoint is named by its model, its number or the beginning of its digest")
  func names() throws {
    let session = try Session.trained()
    let shown = try session.json(["checkpoint", "show", "m"])
    let digest = try #require(shown["checkpoint"]["digest"].text)
    #expect(try session.json(["checkpoint", "show", digest]) == shown)
    #expect(try session.json(["checkpoint", "show", String(digest.dropFirst(7).prefix(12)).uppercased()]) == shown)
    #expect(try session.failure(["checkpoint", "show", "m@2"]).message.contains("m@1"))
    #expect(try session.failure(["checkpoint", "show", "m@x"]).code == "checkpoint.unknown")
    #expect(try session.failure(["explain", "pest"]).code == "model.unknown")
    try session.expectValid()
  }
}

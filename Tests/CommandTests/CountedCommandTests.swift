import Foundation
import Testing

/// A model with counted values from the command line: trained, forgotten exactly, erased, reported, exported.
@Suite("Counted values")
struct CountedCommandTests {
  private let session: Session

  init() throws {
    session = try Session()
    try Samples().write(to: session.folder)
    try session.json(["init"])
    try session.json(Samples.importing())
    try session.json(Samples.training("m", dataset: "pets", "--values", "counted"))
  }

  @Test("from training to the certificate")
  func wholeLife() throws {
    let first = try session.json(["checkpoint", "show", "m@1"])
    #expect(first["tensors"].all("name") == ["counts", "keys", "projection", "usable"])
    let preview = try session.json(["forget", "m", "--class", "frog", "--reason", "x", "--dry-run"])
    #expect(preview["amounts"][0]["amount"] == 60)
    let text = try session.run(["forget", "m", "--class", "frog", "--reason", "x", "--dry-run"])
    #expect(text.out.contains("frog: 60 examples,"), "\(text.out)")
    let answer = try session.json(["forget", "m", "--class", "frog", "--reason", "licence ended", "--receipt", "frog.receipt"])
    #expect(answer["method"] == "counting" && answer["amounts"][0] == preview["amounts"][0] && answer["forward_passes"] == 0)
    #expect(answer["measurements"][0]["role"] == "forget" && answer["measurements"][0]["after"] == 0)
    #expect((answer["measurements"][1]["after"].number ?? 0) > 0.9)
    try session.json(["verify-receipt", "frog.receipt", "--key", #require(session.json(["log", "key"])["verifier_key"].text)])
    let limits = try session.json(["report", "m", "--format", "json"])["limits"].items.compactMap(\.text)
    #expect(limits.first?.hasPrefix("Counting subtracts") == true && !limits.contains { $0.hasPrefix("Masking") })
    #expect(try session.json(["verify", "--recompute", "m@2"])["ok"] == true)

    try session.json(["erase", "m", "--class", "frog", "--yes"])
    #expect(try session.json(["rollback", "m", "--to", "1", "--reason", "r"], code: 23)["error"]["code"] == "erased")
    #expect(try session.json(["evaluate", "m"])["measurements"].all("class").count > 4)

    // What is left can go out and come in.
    try session.json(["checkpoint", "export", "m@2", "m.safetensors"])
    try session.json(["checkpoint", "import", "again", "m.safetensors", "--dataset", "pets"])
    let digests = try ["m@2", "again"].map { try session.json(["checkpoint", "show", $0])["tensors"].all("digest") }
    #expect(digests[0] == digests[1])
    try session.expectSound()
    try session.expectValid()
  }

  @Test("options that do not go together are refused")
  func refused() throws {
    #expect(
      try session.failure(["forget", "m", "--class", "frog", "--pairs", "9", "--reason", "r"]).code == "forget.method_mismatch")
    for more in [["--epochs", "2"], ["--learning-rate", "1"]] {
      #expect(try session.run(["train", "n", "--dataset", "pets", "--values", "counted"] + more).code == 64)
    }
    #expect(try session.run(["train", "n", "--dataset", "pets", "--smoothing", "1"]).code == 64)
    try session.expectValid()
  }

  @Test("single examples, by the ids that they were imported with")
  func examples() throws {
    for values in ["counted", "trained"] {
      let model = "one-\(values)"
      try session.json(Samples.training(model, dataset: "pets", "--values", values))
      let ids = ["train-3", "train-7"]
      let command = ["forget", model, "--example", ids[0], "--example", ids[1], "--reason", "consent withdrawn"]
      #expect(try session.json(command + ["--dry-run"])["examples"] == 2)
      let answer = try session.json(command + ["--receipt", "\(values).receipt"])
      #expect(answer["examples"] == 2 && answer["classes"] == [] && answer["amounts"] == [])
      #expect(answer["method"] == (values == "counted" ? "counting" : "examples"))
      let effect = answer["measurements"].items.first { $0["role"] == "forget" && $0["split"] == "train" }
      #expect(effect?["n"] == 2)
      let place = try session.json(["explain", "--example", ids[0]])["places"][0]
      #expect(
        place["known_by"].items.contains(.string("\(model)@1")) && place["forgotten_in"].items.contains(.string("\(model)@2")))
      let again = try session.failure(command, code: 1)
      #expect(again.message.contains("forgotten them already"))
      #expect(try session.json(["verify", "--recompute", "\(model)@2"])["ok"] == true)
      #expect(
        try session.failure(["checkpoint", "export", "\(model)@1", "x.safetensors"], code: 23).message.contains("2 examples"))
      let text = try session.run(["history", model, "--limit", "1"]).out
      #expect(text.contains("2 examples"), "\(text)")
      try session.json(["report", model, "--format", "json"])
    }
    let mixed = try session.run(["forget", "m", "--class", "frog", "--example", "train-3", "--reason", "r"])
    #expect(mixed.code == 64)
    _ = try session.failure(["forget", "m", "--example", "nobody", "--reason", "r"], code: 1)
    try session.expectSound()
    try session.expectValid()
  }
}

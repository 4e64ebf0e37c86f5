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
}

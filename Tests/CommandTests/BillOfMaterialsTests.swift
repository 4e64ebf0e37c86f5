import Foundation
import Testing

/// `lethe report --format cyclonedx`: what a bill of materials says, and CycloneDX's own validator on it.
@Suite("Bill of materials")
struct BillOfMaterialsTests {
  private static let library = URL(fileURLWithPath: Schemas.folder).appendingPathComponent("../../.build/cyclonedx").standardized
    .path

  /// The validator's complaint, or nothing.
  private func fault(of file: String, in folder: Folder) throws -> String {
    let program = """
      import sys
      sys.path.insert(0, sys.argv[1])
      from cyclonedx.schema import SchemaVersion
      from cyclonedx.validation.json import JsonStrictValidator
      print(JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[2]).read()) or "valid")
      """
    let outcome = try run("/usr/bin/python3", ["-c", program, Self.library, file], in: folder)
    return outcome.out == "valid\n" ? "" : outcome.out + outcome.err
  }

  private func bill(_ session: Session, _ checkpoint: String, _ more: String...) throws -> JSON {
    let outcome = try session.run(["report", checkpoint, "--format", "cyclonedx", "--output", "bom.json"] + more)
    #expect(outcome.code == 0 && outcome.out == "Wrote bom.json\n", "\(outcome.err)")
    if exists(Self.library) { #expect(try fault(of: "bom.json", in: session.folder) == "") }
    return try JSON(String(decoding: bytes(of: session.folder.file("bom.json")), as: UTF8.self))
  }

  @Test("model card, data, pedigree and what was forgotten; no class, person or reason is named")
  func says() throws {
    let session = try Session.trained()
    let first = try bill(session, "m")
    #expect(first["metadata"]["component"]["bom-ref"] == "m@1" && first["annotations"] == [])
    try session.json(["forget", "m", "--class", "frog", "--reason", "court order", "--approved-by", "Grace"])
    try session.json(["forget", "m", "--example", "train-0", "--reason", "asked"], code: 0)
    try session.json(["rollback", "m", "--to", "1", "--reason", "worse"])
    let whole = try bill(session, "m", "--organisation", "Example <script> Ltd")
    let model = whole["metadata"]["component"]
    #expect(model["type"] == "machine-learning-model" && model["name"] == "m" && model["version"] == "4")
    #expect(model["pedigree"]["ancestors"].all("bom-ref") == ["m@1"])
    #expect(model["modelCard"]["modelParameters"]["datasets"].all("ref") == ["dataset:pets"])
    let digest = try session.json(["checkpoint", "show", "m"])["checkpoint"]["digest"]
    #expect(model["properties"].items.contains { $0["name"] == "lethe:checkpoint-digest" && $0["value"] == digest })
    #expect(model["properties"].items.contains { $0["name"] == "lethe:forgotten-labels" && $0["value"] == "2" })
    let metrics = model["modelCard"]["quantitativeAnalysis"]["performanceMetrics"].items
    #expect(metrics.contains { $0["slice"].text?.hasPrefix("test, label 2, n = ") == true && $0["value"] == "0.0" })
    #expect(whole["annotations"].all("bom-ref") == ["forgetting-1", "forgetting-2"])
    let leaf = try #require(session.json(["log", "list"])["entries"][3]["leaf_hash"].text)
    #expect(whole["annotations"][0]["text"].text?.contains("label 2 of pets, m@1 to m@2, by activations") == true)
    #expect(whole["annotations"][0]["text"].text?.contains(leaf) == true)
    #expect(whole["annotations"][1]["text"].text?.contains("1 training examples") == true)
    let text = try String(decoding: bytes(of: session.folder.file("bom.json")), as: UTF8.self)
    for name in ["frog", "horse", "dog", "ship", "Ada", "Grace", "court order", "train-0"] {
      #expect(!text.contains(name), "\(name)")
    }
    // Of an earlier state it says what held in it.
    #expect(try bill(session, "m@2")["annotations"].all("bom-ref") == ["forgetting-1"])
    try session.expectValid()
  }

  @Test("counted values, and what is left after an erasure")
  func counted() throws {
    let session = try Session.trained()
    try session.json(["train", "n", "--dataset", "pets", "--codebooks", "4", "--keys", "8", "--values", "counted"])
    try session.json(["forget", "n", "--class", "dog", "--reason", "r"])
    try session.json(["forget", "m", "--class", "dog", "--reason", "r"])
    try session.json(["erase", "m", "--class", "dog", "--yes"], code: 21)
    let bill = try bill(session, "m@1")
    #expect(bill["metadata"]["component"]["properties"].items.contains { $0["name"] == "lethe:erased" })
    let limits = try self.bill(session, "n")["metadata"]["component"]["modelCard"]["considerations"]["technicalLimitations"].items
    #expect(limits.contains { $0.text?.hasPrefix("Counting subtracts") == true })
  }

  @Test("it is of one model, and goes with few options")
  func usage() throws {
    let session = try Session.trained()
    for wrong in [
      [], ["m", "--event", "1"], ["m", "--record", "--output", "x"], ["m", "--json"], ["m", "--curve"], ["--input", "x"],
    ] {
      #expect(try session.run(["report", "--format", "cyclonedx"] + wrong).code == 64, "\(wrong)")
    }
    #expect(try session.run(["report", "nobody", "--format", "cyclonedx"]).code == 1)
    #expect(try session.run(["report", "m", "--format", "cyclonedx"]).out.hasPrefix("{\"$schema\":"))
  }
}

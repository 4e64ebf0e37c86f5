import Foundation
import Testing

/// Other people's programs on what the built binary hands out: `tools/make-receipts`, then `tools/check-receipts`.
@Suite("Others' programs on what lethe writes")
struct OracleTests {
  private static let tools = URL(fileURLWithPath: Schemas.folder).appendingPathComponent("../../tools").standardized.path
  private static let canRun =
    ["/usr/bin/jq", "/usr/bin/openssl", tools + "/../data/fashion-mnist/train_x.npy"].allSatisfy(exists)

  private static func check(_ folder: Folder) throws -> Outcome {
    try run(tools + "/check-receipts", [folder.file("made")], in: folder)
  }

  @Test(
    "proofs, tree heads, tiles, statements and an exported checkpoint are accepted, and refused when they were changed",
    .enabled(if: canRun))
  func accepted() throws {
    let folder = try Folder()
    let made = try run(Self.tools + "/make-receipts", [Session.program, folder.file("made"), "262"], in: folder)
    try #require(made.code == 0, "\(made.out)\(made.err)")
    let outcome = try Self.check(folder)
    #expect(outcome.code == 0, "\(outcome.out)\(outcome.err)")
    #expect(
      outcome.out.contains("ok       sha256sum, openssl: 14 receipts")
        && outcome.out.contains("ok       jq, openssl: 13 statements"))
    #expect(outcome.out.contains("ok       jq, openssl, sha256sum: 1 models"), "\(outcome.out)")
    // On a machine where tools/test has run, nobody is missing.
    if exists("/usr/share/gocode/src/golang.org/x/mod") {
      #expect(outcome.out.contains("Go's sumdb: 262 entries under the root, by way of the tiles"), "\(outcome.out)")
    }
    if exists(Self.tools + "/../.build/oracles/model_signing") {
      #expect(
        outcome.out.contains("13 predicates by their schemas") && outcome.out.contains("ok       model_signing"), "\(outcome.out)")
      #expect(!outcome.out.contains("skipped"))
    }
    // The private keys are in none of what is handed out.
    for name in ["key", "model-key.pem"] {
      let secret = try String(contentsOfFile: folder.file("made/private/\(name)"), encoding: .utf8).split(separator: "\n")
      let line = String(secret[secret.count / 2].suffix(30))
      let found = try run("/usr/bin/grep", ["-rlF", "--exclude-dir=private", line, folder.file("made")], in: folder)
      #expect(found.code == 1 && found.out == "", "\(found.out)")
    }

    for (name, old, new, says) in [
      ("statements/erase.json", #""payload":"eyJf"#, #""payload":"eyJg"#, "openssl"),
      ("receipts/8-9.leaf", #""m""#, #""n""#, "by hand"),
    ] {
      let path = folder.file("made/" + name)
      let good = try String(contentsOfFile: path, encoding: .utf8)
      try #require(good.contains(old), "\(name)")
      _ = try folder.write(text: good.replacingOccurrences(of: old, with: new), "made/" + name)
      let refused = try Self.check(folder)
      #expect(refused.code == 1 && refused.out.contains("WRONG    \(says)"), "\(name): \(refused.out)")
      _ = try folder.write(text: good, "made/" + name)
    }
    var model = try bytes(of: folder.file("made/models/m.safetensors"))
    model[model.count - 1] ^= 1
    _ = try folder.write(model, "made/models/m.safetensors")
    let refused = try Self.check(folder)
    #expect(refused.code == 1 && refused.out.contains("WRONG    sha256sum"), "\(refused.out)")
  }
}

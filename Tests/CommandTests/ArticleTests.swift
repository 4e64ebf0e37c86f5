import Foundation
import Testing

/// The article *Check a receipt without Lethe*: its commands, on files that the built binary wrote.
@Suite("Check a receipt without Lethe", .enabled(if: ["jq", "openssl", "basenc"].allSatisfy { exists("/usr/bin/\($0)") }))
struct ArticleTests {
  private let session: Session
  private let blocks: [String]

  /// The files that the article is about, made by the commands that it shows.
  init() throws {
    let article = try Article("Sources/Ledger/Ledger.docc/CheckAReceipt.md")
    blocks = article.blocks("sh")
    session = try Session()
    try Samples().write(to: session.folder)
    try session.json(["init", "--origin", "example.com/test"])
    try session.json(Samples.importing())
    try session.json(Samples.training("pets"))
    session.environment["PATH"] = "\(URL(fileURLWithPath: Session.program).deletingLastPathComponent().path):/usr/bin:/bin"
    let making = article.blocks("console").joined().split(separator: "\n").map { line in
      #expect(line.hasPrefix("$ lethe "))
      return String(line.dropFirst(2))
    }
    #expect(making.count == 7)
    let made = try bash("set -eu\n" + making.joined(separator: "\n"), in: session.folder)
    try #require(made.code == 0, "\(made.err)")
  }

  private func bash(_ script: String, in folder: Folder) throws -> Outcome {
    try RunningProcess("/usr/bin/bash", ["-c", script], environment: session.environment, in: folder).wait()
  }

  /// Runs all blocks in one shell; returns the number of the one that failed.
  private func check(in folder: Folder) throws -> (failed: Int?, outcome: Outcome) {
    let script = blocks.enumerated().map { "echo '#\($0.offset)'\n\($0.element)" }.joined(separator: "\n")
    let outcome = try bash(script, in: folder)
    let last = outcome.out.split(separator: "\n").last { $0.wholeMatch(of: /#\d+/) != nil }
    return (outcome.code == 0 ? nil : last.flatMap { Int($0.dropFirst()) }, outcome)
  }

  /// A copy of what was handed out.
  private func copy() throws -> Folder {
    let folder = try Folder()
    for name in [
      "forget.json", "forget.tlog-proof", "head.note", "log", "pets.safetensors", "pets.safetensors.sig", "lethe.pub", "models.pem",
    ] {
      try FileManager.default.copyItem(atPath: session.folder.file(name), toPath: folder.file(name))
    }
    return folder
  }

  @Test("every comparison holds, and prints what was forgotten and measured")
  func holds() throws {
    #expect(blocks.count == 10)
    let (failed, outcome) = try check(in: copy())
    #expect(failed == nil && outcome.code == 0, "block \(failed ?? -1): \(outcome.err)")
    #expect(outcome.out.contains("pets@1 → pets@2") && outcome.out.contains("labels [2]"))
    #expect(outcome.out.contains("pets@2\ttest\tforget\t0.0\t20") && outcome.out.contains("pets.safetensors: OK"))
  }

  @Test("a lie in any of the files ends in the block that looks for it")
  func refuses() throws {
    func replace(_ name: String, _ old: String, _ new: String) -> (Folder) throws -> Void {
      { folder in
        let text = try String(contentsOfFile: folder.file(name), encoding: .utf8)
        try #require(text.contains(old), "\(name): \(old)")
        _ = try folder.write(text: text.replacingOccurrences(of: old, with: new), name)
      }
    }
    func flip(_ name: String, _ offset: (Int) -> Int) -> (Folder) throws -> Void {
      let place = (try? bytes(of: session.folder.file(name)).count).map(offset) ?? 0
      return { folder in
        var content = try bytes(of: folder.file(name))
        content[place] ^= 1
        _ = try folder.write(content, name)
      }
    }
    try session.json(["rollback", "pets", "--to", "1", "--reason", "r", "--receipt", "rollback.json"])
    let other = try session.run(["log", "prove", "2"]).out
    let rollback = try String(contentsOfFile: session.folder.file("rollback.json"), encoding: .utf8)
    try session.json(["forget", "pets", "--class", "ship", "--reason", "r"])
    try session.json(["checkpoint", "export", "pets", "third.safetensors"])
    let third = try bytes(of: session.folder.file("third.safetensors"))
    let signature = try bytes(of: session.folder.file("third.safetensors.sig"))
    let stranger = try Session()
    try stranger.json(["init", "--origin", "example.com/test"])
    let key = try stranger.run(["log", "key"]).out
    let proof = try String(contentsOfFile: session.folder.file("forget.tlog-proof"), encoding: .utf8)
    let firstHash = try #require(proof.split(separator: "\n").first { $0.count == 44 })
    for (what, block, change) in [
      ("another digit of the key's id", 1, replace("lethe.pub", "+", "+0")),
      ("another log's key", 2, { _ = try $0.write(text: key, "lethe.pub") }),
      ("another figure", 2, replace("forget.json", #""payload":"eyJf"#, #""payload":"eyJg"#)),
      ("another payload type", 2, replace("forget.json", "in-toto+json", "in-toto")),
      ("a receipt of something else", 3, { _ = try $0.write(text: rollback, "forget.json") }),
      ("a proof of something else", 4, { _ = try $0.write(text: other, "forget.tlog-proof") }),
      ("a proof for another index", 4, replace("forget.tlog-proof", "index 3", "index 2")),
      ("another size of the tree", 5, replace("forget.tlog-proof", "example.com/test\n4\n", "example.com/test\n5\n")),
      (
        "another hash on the way", 6,
        replace("forget.tlog-proof", String(firstHash), String(firstHash.reversed().drop { $0 == "=" }) + "=")
      ),
      ("another hash in a tile", 7, flip("log/tile/0/000.p/4") { $0 - 1 }),
      ("another tree head that was kept", 7, replace("head.note", "example.com/test\n3\n", "example.com/test\n2\n")),
      ("another byte of the model", 8, flip("pets.safetensors") { $0 - 1 }),
      ("another signature", 8, replace("pets.safetensors.sig", #""payload":"eyJf"#, #""payload":"eyJg"#)),
      (
        "another checkpoint, rightly signed", 9,
        { folder in
          _ = try folder.write(third, "pets.safetensors")
          _ = try folder.write(signature, "pets.safetensors.sig")
        }
      ),
    ] as [(String, Int, (Folder) throws -> Void)] {
      let folder = try copy()
      try change(folder)
      let (failed, outcome) = try check(in: folder)
      #expect(failed == block, "\(what): \(outcome.out.suffix(200)) \(outcome.err.suffix(300))")
    }
  }
}

import Foundation
import Testing

/// `verify --recompute`: an auditor repeats what was claimed.
@Suite("Recomputing")
struct RecomputeCommandTests {
  private let session: Session

  init() throws {
    session = try Session.trained()
    try session.json(["forget", "m", "--class", "frog", "--reason", "r"])
  }

  @Test(
    "arrays come out bit for bit and figures the same, with no key; after an erasure it says what cannot be repeated, and is no failure"
  )
  func erasure() throws {
    session.environment["LETHE_KEY"] = session.folder.file("no-key-is-needed")
    let before = try bytes(of: session.store)
    for (name, arrays) in [("m@1", 7.0), ("m@2", 4.0), ("m", 4.0)] {
      let answer = try session.json(["verify", "--recompute", name])
      #expect(answer["ok"] == true && answer["not_checked"] == [] && answer["recomputed"]["arrays"] == .number(arrays))
      #expect(answer["recomputed"]["figures"].count ?? 0 > 3)
    }
    #expect(try session.run(["verify", "--recompute", "m@2"]).out.contains("recomputed m@2: 4 arrays and "))
    #expect(try session.failure(["verify", "--recompute", "m@9"]).code == "checkpoint.unknown")
    #expect(try bytes(of: session.store) == before)
    session.environment["LETHE_KEY"] = session.folder.file("key")

    try session.json(["erase", "m", "--class", "frog", "--yes"])
    let child = try session.json(["verify", "--recompute", "m@2"])
    #expect(child["ok"] == true && child["findings"] == [] && child["recomputed"]["arrays"] == 0)
    #expect(child["recomputed"]["figures"].count ?? 0 > 0, "the other classes can still be measured")
    let passed = child["not_checked"].items.compactMap { $0["subject"].text }
    #expect(passed.contains("arrays of m@2") && passed.contains { $0.hasSuffix("figures of m@2") }, "\(passed)")
    let parent = try session.json(["verify", "--recompute", "m@1"])
    #expect(parent["ok"] == true && parent["recomputed"]["figures"] == 0)
    #expect(parent["not_checked"].items.contains { $0["reason"].text?.contains("erasure 1 removed them") == true })
    try session.expectValid()
  }

  @Test("damage is told as what it is, once by verify and once where it stops the repetition", .enabled(if: Machine.hasSQLite))
  func damaged() throws {
    _ = try sqlite(session.store, "UPDATE chunk SET bytes = zeroblob(length(bytes)) WHERE id = 1", in: session.folder)
    let answer = try session.json(["verify", "--recompute", "m@1"], code: 20)
    #expect(answer["findings"].all("code").contains("chunk.corrupt") && answer["recomputed"]["arrays"] == 0)
    try session.expectValid()
  }
}

import Foundation
import Testing

/// `lethe demo` on the data set that comes with the source.
@Suite("The demonstration")
struct DemoTests {
  private static let data = URL(fileURLWithPath: Schemas.folder).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("data/fashion-mnist").path

  @Test("leaves a store that verifies, and both classes at 0 %", .enabled(if: Machine.longTests && exists(data + "/train_x.npy")))
  func demo() throws {
    let session = try Session()
    let folder = session.folder.file("kept")
    let outcome = try session.run(["demo", "--keep", folder, "--data", Self.data])
    #expect(outcome.code == 0 && outcome.err == "")
    #expect(outcome.out.contains("$ lethe verify\nok: "))
    // The user's own store and key were left alone.
    #expect(!exists(session.store) && !exists(session.folder.file("key")))
    session.environment["LETHE_STORE"] = folder + "/lethe.db"
    let figures = try session.json(["evaluate", "clothes"])["measurements"]
    for name in ["Bag", "Trouser"] { #expect(figures.items("class", .string(name)).first?["value"] == 0) }
    #expect(try #require(figures.items("role", "retain").first?["value"].number) > 0.6)
    #expect(try session.json(["explain", "--class", "Bag"])["models"][0]["recoverable_from"] == ["clothes@1"])
    try session.expectSound()
    try session.expectValid()
    #expect(try session.run(["demo", "--keep", folder, "--data", Self.data]).code == 64)
  }

  @Test("without the data set it says where to run it, and makes nothing")
  func missing() throws {
    let session = try Session()
    let outcome = try session.run(["demo", "--keep", "kept"])
    #expect(outcome.code == 64 && outcome.out == "" && outcome.err.contains("data/fashion-mnist"))
    #expect(!exists(session.folder.file("kept")))
  }
}

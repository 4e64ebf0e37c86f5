import Foundation
import Glibc
import Testing

/// `lethe experiment`: figures, a page, and a run that goes on after it was killed.
@Suite("Experiments")
struct ExperimentTests {
  private let session: Session
  private static let sizes = ["--codebooks", "8", "--keys", "16", "--key-dimension", "4", "--key-epochs", "2", "--epochs", "2"]

  init() throws { session = try Session.trained() }

  private func arguments(_ name: String, _ folder: String, _ more: [String] = []) -> [String] {
    ["experiment", name, "--dataset", "pets", "--output", folder] + Self.sizes + more
  }

  @Test(
    "every study writes figures that fit their schema, and a page", arguments: ["initial", "activations", "examples", "multiclass"])
  func studies(_ name: String) throws {
    let answer = try session.json(arguments(name, "study"))
    #expect(answer["schema"] == "lethe/experiment/v1" && answer["experiment"].text == name && answer["figures"].items.count > 5)
    let kept = try String(contentsOfFile: session.folder.file("study/result.json"), encoding: .utf8)
    let page = try String(contentsOfFile: session.folder.file("study/index.html"), encoding: .utf8)
    #expect(kept.contains("\"schema\":\"lethe/experiment/v1\"") && page.contains("<h1>Experiment \(name) on pets</h1>"))
    #expect(page.contains("<svg") == (name != "initial") && !page.contains("<script"))
    let text = try session.run(arguments(name, "study"))
    #expect(text.code == 0 && text.out.contains("0 parts run"))
    // Another model is another experiment; one that cannot be is refused before anything is made.
    let other = ["--projection", "principal", "--components", "8", "--normalization", "power", "--key-method", "means"]
    #expect(try session.run(arguments(name, "study", other)).code == 1)
    if name == "initial" {
      let settings = try session.json(arguments(name, "other", other))["settings"]
      #expect(settings["projection"] == "principal" && settings["components"] == 8 && settings["key_method"] == "means")
      #expect(try session.run(arguments(name, "none", ["--components", "8"])).code == 1)
      #expect(!FileManager.default.fileExists(atPath: session.folder.file("none")))
    }
    // The store is only read.
    try session.expectSound()
    try session.expectValid()
  }

  @Test("a run that is killed goes on where it was, and comes to the same figures")
  func killed() throws {
    let whole = try session.json(arguments("baselines", "whole", ["--sample", "3"]))
    #expect(whole["classes"].items.count == 3)
    let cells = session.folder.file("part/cells")
    let process = try session.start(arguments("baselines", "part", ["--sample", "3"]))
    // As soon as a class is finished, with others to come.
    while !((try? FileManager.default.contentsOfDirectory(atPath: cells)) ?? []).contains(where: { $0.hasPrefix("class-") }) {
      sched_yield()
    }
    process.kill()
    _ = try process.wait()
    let resumed = try session.json(arguments("baselines", "part", ["--sample", "3"]))
    func timeless(_ answer: JSON) -> [JSON] { answer["figures"].items.filter { $0["metric"] != "seconds" } }
    #expect(timeless(resumed) == timeless(whole) && resumed["best_class"] == whole["best_class"])
    let further = try session.json(arguments("retraining", "further", ["--sample", "1"]))
    #expect(further["summaries"].items.contains { $0["at"] == 10 })
    #expect(try session.run(arguments("activations", "part")).code == 1)
    #expect(try session.run(["experiment", "alchemy", "--dataset", "pets"]).code == 64)
    try session.expectValid()
  }
}

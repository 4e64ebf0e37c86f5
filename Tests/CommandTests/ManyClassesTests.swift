import Foundation
import Testing

/// Models of more classes than fit a screen.
@Suite("Many classes", .enabled(if: exists("/usr/bin/python3")))
struct ManyClassesTests {
  @Test("the lowest and the highest are shown, how many others there are, and how to have all")
  func tables() throws {
    let session = try Session()
    let program = """
      import numpy as np
      rng = np.random.default_rng(1)
      centres = rng.normal(size=(150, 6)) * 2
      for part in ('train', 'test'):
          y = np.tile(np.arange(150), 6)
          np.save(f'{part}_x.npy', (centres[y] + rng.normal(size=(900, 6))).astype(np.float32)); np.save(f'{part}_y.npy', y)
      """
    let made = try run("/usr/bin/env", ["-C", session.folder.path, "/usr/bin/python3", "-c", program], in: session.folder)
    try #require(made.code == 0, "\(made.err)")
    try session.json(["init"])
    let files = ["train", "test"].flatMap { ["--\($0)-x", "\($0)_x.npy", "--\($0)-y", "\($0)_y.npy"] }
    try session.json(["dataset", "import", "many"] + files)
    let trained = try session.run([
      "train", "m", "--dataset", "many", "--codebooks", "4", "--keys", "16", "--key-dimension", "3", "--key-epochs", "1",
      "--epochs", "1",
    ])
    for text in [trained.out, try session.run(["evaluate", "m"]).out, try session.run(["checkpoint", "show", "m"]).out] {
      #expect(text.contains("… 130 more") && text.contains("of 150 classes: --json shows all"), "\(text)")
      #expect(text.split(separator: "\n").count < 60, "\(text)")
    }
    let figures = try session.json(["evaluate", "m"])["measurements"].items.filter { $0["class"] != .null }
    #expect(figures.count == 150)
    let shown = try session.run(["evaluate", "m"]).out.split(separator: "\n").filter { $0.contains(" to ") && $0.contains("  6") }
    #expect(shown.count == 20)
    try session.expectValid()
  }
}

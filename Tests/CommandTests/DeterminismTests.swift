import Foundation
import Testing

/// The same commands with the same seed give the same bits, whatever the number of threads, the store, the key or the time.
@Suite("Determinism")
struct DeterminismTests {
  /// Digests of all checkpoints after the same commands on a new store.
  private func digests(seed: String, threads: String) throws -> [JSON] {
    let session = try Session()
    try Samples().write(to: session.folder)
    try session.json(["init"])
    try session.json(Samples.importing())
    let common = ["--seed", seed, "--threads", threads]
    try session.json(Samples.training() + common)
    try session.json(["forget", "m", "--class", "frog", "--reason", "r"] + common)
    try session.json(["forget", "m", "--class", "cat", "--method", "examples", "--examples", "20", "--reason", "r"] + common)
    try session.json(["rollback", "m", "--to", "1", "--reason", "r", "--threads", threads])
    try session.json(Samples.training() + common)
    try session.expectSound()
    try session.expectValid()
    let list = try session.json(["checkpoint", "list", "m"])["checkpoints"]
    // Figures of accuracy belong to it: they are computed by the same kernels.
    return list.all("digest") + list.all("test_accuracy")
  }

  @Test("one thread or several, the same seed gives the same checkpoints; another seed gives others")
  func digests() throws {
    let one = try digests(seed: "7", threads: "1")
    #expect(one.count == 10)
    #expect(try digests(seed: "7", threads: "2") == one)
    #expect(try digests(seed: "7", threads: "5") == one)
    let other = try digests(seed: "8", threads: "2")
    #expect(Set(one.prefix(5).compactMap(\.text)).isDisjoint(with: other.prefix(5).compactMap(\.text)))
    // Trained, unlearned twice, rolled back to the same, retrained: four different models.
    #expect(Set(one.prefix(5).compactMap(\.text)).count == 4)
  }
}

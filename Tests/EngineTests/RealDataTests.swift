import Foundation
import Store
import Testing

@testable import Engine

/// The paper's claim on CIFAR-10 embeddings, where they lie beside the repository, and only in long runs.
@Suite struct RealDataTests {
  private static let data = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../shared/data").standardized
  private static let isThere = FileManager.default.fileExists(atPath: data.appendingPathComponent("cifar10.npz").path)

  private static func imported() throws -> Workbench {
    let bench = try Workbench()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", data.appendingPathComponent("unpack.py").path, "cifar10", bench.folder.path("cifar10")]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    func files(_ name: String) -> PartFiles {
      PartFiles(embeddings: bench.folder.path("cifar10/\(name)_x.npy"), labels: bench.folder.path("cifar10/\(name)_y.npy"))
    }
    _ = try bench.engine.importDataset(
      ImportRequest(
        name: "cifar10", parts: [(.train, files("train")), (.validation, files("val")), (.test, files("test"))],
        classes: bench.folder.path("cifar10/classes.txt")))
    return bench
  }

  /// Accuracy on test over the classes forgotten one by one, and over those that stay.
  @Test(
    .enabled(if: LongTests.areWanted, "set LETHE_LONG_TESTS to run it"),
    .enabled(if: isThere, "the embeddings are not beside the repository"))
  func classesGoAndTheOthersStay() throws {
    let bench = try Self.imported()
    var request = Workbench.training(on: "cifar10")
    (request.codebooks, request.keys, request.keyDimension) = (64, 256, 14)
    _ = try bench.engine.train(request)
    func accuracies() throws -> [Double] {
      let measured = try bench.engine.evaluate("pets", part: .test).measured
      return measured.filter { $0.record.classID != nil }.map(\.record.value)
    }
    let before = try accuracies()
    #expect(before.reduce(0, +) / 10 > 0.75)
    for (count, name) in ["frog", "cat", "ship"].enumerated() {
      let event = try bench.forget(name)
      let (label, after) = (event.classes[0].ordinal, try accuracies())
      #expect(before[label] > 0.5 && after[label] == 0, "\(name)")
      let gone = try bench.store.read { try $0.events().flatMap { $0.classes.map(\.ordinal) } }
      #expect(gone.count == count + 1)
      for old in gone { #expect(after[old] < 0.01, "label \(old) after \(name)") }
      let stay = before.indices.filter { !gone.contains($0) }
      let (was, now) = (stay.map { before[$0] }.reduce(0, +), stay.map { after[$0] }.reduce(0, +))
      #expect((was - now) / Double(stay.count) < 0.03, "those that stay, after \(name)")
    }
    let child = try bench.rollback(to: 1).child
    #expect(try child.digest == bench.checkpoint("pets@4").digest)
    #expect(bench.findings() == [])
  }
}

import Foundation
import Testing

@testable import Bottleneck

/// Keys, codes, values and masks against `tools/numpy-reference`, which shares no code with them: integers bit for bit, floats to 1e-5.
@Suite("Agreement with numpy")
struct NumpyReferenceTests {
  private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("tools/numpy-reference").path
  private static let missing: Comment = "numpy is not importable by /usr/bin/python3 (apt-get install python3-numpy)"
  private static let isAvailable = (try? python(["-c", "import numpy"])) == 0

  private static func python(_ arguments: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  private func read<Element: BitwiseCopyable>(_ url: URL, as: Element.Type) throws -> [Element] {
    try Data(contentsOf: url).withUnsafeBytes { Array($0.bindMemory(to: Element.self)) }
  }

  /// The largest relative difference of two lists of vectors: of any component, against the largest of its vector.
  private func difference(_ ours: [Float], _ theirs: [Double], width: Int) -> Double {
    stride(from: 0, to: theirs.count, by: width).map { start in
      let pairs = (start..<start + width).map { (Double(ours[$0]), theirs[$0]) }
      let largest = pairs.map { abs($0.1) }.max() ?? 0
      let error = pairs.map { abs($0.0 - $0.1) }.max() ?? 0
      return error == 0 ? 0 : error / largest
    }.max() ?? .infinity
  }

  @Test(.enabled(if: isAvailable, missing), arguments: [1, 2])
  func agrees(_ topK: Int) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lethe-numpy-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (seed, forget, pairs) = (UInt64(40 + topK), 2, 30)
    let shape = try Samples.shape(topK: topK)
    let (source, labels) = try Samples.classes(count: 200, dimension: 24, classes: 4, seed: seed)
    var keySettings = KeyLearnerSettings()
    (keySettings.epochs, keySettings.batch) = (3, 48)
    var settings = ValueTrainerSettings.fewEpochs(shape, epochs: 2, batch: 32)
    settings.clip = 1
    let text = """
      {"inputs": 24, "codebooks": \(shape.codebooks), "keys": \(shape.keys), "width": \(shape.keyDimension), "classes": 4, "top_k": \(topK),
       "seed": \(seed), "key_epochs": 3, "key_batch": 48, "epochs": 2, "batch": 32, "rate": \(settings.learningRate), "smoothing": 0.1,
       "forget": \(forget), "pairs": \(pairs)}
      """
    try text.write(to: folder.appendingPathComponent("settings.json"), atomically: false, encoding: .utf8)
    try source.values.withUnsafeBytes { try Data($0).write(to: folder.appendingPathComponent("x.f32")) }
    try labels.map(Int64.init).withUnsafeBytes { try Data($0).write(to: folder.appendingPathComponent("y.i64")) }
    try #require(try Self.python([Self.script, folder.path]) == 0)

    let learnt = try KeyLearner.learn(source: source, shape: shape, settings: keySettings, seed: seed)
    var model = try Bottleneck(shape: shape, projection: learnt.projection, keys: learnt.keys)
    _ = try ValueTrainer.train(
      values: &model.values, shape: shape, codes: learnt.codes, labels: labels, settings: settings, seed: seed)
    let members = labels.indices.filter { labels[$0] == forget }
    let ranking = Unlearning.ranking(
      try Unlearning.activationCounts(codes: learnt.codes, members: members, shape: shape))
    let drawn = try Unlearning.viaExamples(
      codes: learnt.codes, examples: Array(Unlearning.exampleOrder(members, seed: seed).prefix(3)), shape: shape)

    #expect(try read(folder.appendingPathComponent("codes.u16"), as: UInt16.self) == learnt.codes.codes)
    #expect(try read(folder.appendingPathComponent("mask.u32"), as: UInt32.self) == PairSet(ranking.prefix(pairs)).pairs)
    #expect(try read(folder.appendingPathComponent("drawn.u32"), as: UInt32.self) == drawn.pairs)
    for (name, ours, width) in [("projection", learnt.projection, 5), ("keys", learnt.keys, 5), ("values", model.values, 4)] {
      let theirs = try read(folder.appendingPathComponent("\(name).f64"), as: Double.self)
      let largest = difference(ours, theirs, width: width)
      #expect(theirs.count == ours.count && largest < 1e-5, "\(name): \(largest)")
    }
    #expect(model.values.contains { abs($0) > 0.01 })
  }
}

import Bottleneck
import Foundation
import Store
import Synchronization
import Tensors
import Testing

@testable import Engine

/// A folder of its own for one test, removed when the value goes.
final class Folder: Sendable {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent("lethe-engine-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  func write(_ lines: [String], to name: String) throws -> String {
    try lines.map { $0 + "\n" }.joined().write(toFile: path(name), atomically: false, encoding: .utf8)
    return path(name)
  }

  func write<Element: TensorElement>(_ elements: [Element], shape: [Int], to name: String) throws -> String {
    try NpyWriter.write(elements, shape: shape, to: path(name))
    return path(name)
  }
}

/// Labelled embeddings around one centre a class.
struct Examples {
  static let dimension = 12

  var labels: [Int]
  /// Row-major.
  var values: [Float]

  var count: Int { labels.count }

  /// - Parameters:
  ///   - part: examples of different parts differ, their centres do not.
  ///   - spread: how far they lie from the centres; centres are about 5 apart.
  init(_ count: Int, part: Part, classes: Int, spread: Double = 1, seed: UInt64) {
    var centres = SeededGenerator(seed: seed, label: "centres")
    let centre = (0..<classes * Self.dimension).map { _ in centres.normal() }
    var generator = SeededGenerator(seed: seed, label: part.rawValue)
    var (labels, values) = ([Int](), [Float]())
    for _ in 0..<count {
      let label = generator.uniform(below: classes)
      labels.append(label)
      for column in 0..<Self.dimension {
        values.append(Float(centre[label * Self.dimension + column] + spread * generator.normal()))
      }
    }
    (self.labels, self.values) = (labels, values)
  }

  func rows(of label: Int) -> [Int] { labels.indices.filter { labels[$0] == label } }

  subscript(row: Int) -> ArraySlice<Float> {
    get { values[(row * Self.dimension)..<((row + 1) * Self.dimension)] }
    set { values.replaceSubrange((row * Self.dimension)..<((row + 1) * Self.dimension), with: newValue) }
  }

  func matrix() throws -> EmbeddingMatrix { try EmbeddingMatrix(dimension: Self.dimension, values: values) }
}

/// How many rows each table holds: equal before and after whatever is undone.
func tableCounts(_ store: Store) throws -> [String: Int] {
  try store.read { snapshot in
    Dictionary(uniqueKeysWithValues: try snapshot.statistics().counts.map { ($0.table, $0.rows) })
  }
}

/// Reads all rows of a source in blocks of `block`.
func readAll(_ source: some EmbeddingSource, block: Int) throws -> [Float] {
  var all: [Float] = []
  for start in stride(from: 0, to: source.count, by: block) {
    let rows = start..<min(start + block, source.count)
    var part = [Float](repeating: .nan, count: rows.count * source.dimension)
    try part.withUnsafeMutableBufferPointer { try source.read(rows, into: $0) }
    all += part
  }
  return all
}

/// Does something the first time that it is asked to, from whatever thread.
final class Once: Sendable {
  private let done = Atomic(false)

  var happened: Bool { done.load(ordering: .sequentiallyConsistent) }

  func run<Result>(_ body: () throws -> Result) {
    guard !done.exchange(true, ordering: .sequentiallyConsistent) else { return }
    #expect(throws: Never.self) { _ = try body() }
  }
}

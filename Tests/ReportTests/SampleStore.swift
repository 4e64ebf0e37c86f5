import Bottleneck
import Engine
import Foundation
import Ledger
import Store
import Tensors
import Testing

@testable import Report

/// A store in a folder of its own with a small data set and a model, made by the engine.
final class SampleStore {
  static let classes = ["ant", "bee", "cat"]
  private static let dimension = 8

  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lethe-report-\(UUID().uuidString)")
  private(set) var store: Store
  private let key: SigningKey

  /// - Parameter classes: names of the three classes.
  init(classes: [String] = SampleStore.classes) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    key = try SigningKey(name: "key")
    try Store.create(at: Self.path(folder), origin: "example.com/log", key: key, entry: NewEntry(.`init`, actor: "Ada"))
    store = try Store.open(at: Self.path(self.folder))
    let names = folder.appendingPathComponent("classes.txt")
    try Data(classes.map { $0 + "\n" }.joined().utf8).write(to: names)
    let parts = try Part.allCases.map { (part: $0, files: try files(of: $0)) }
    var request = ImportRequest(name: "animals", parts: parts, classes: names.path)
    request.encoder = "frozen"
    _ = try engine().importDataset(request)
    try train(seed: 1)
  }

  deinit {
    try? store.close()
    try? FileManager.default.removeItem(at: folder)
  }

  private static func path(_ folder: URL) -> String { folder.appendingPathComponent("lethe.db").path }

  private func files(of part: Part) throws -> PartFiles {
    var (centres, generator) = (SeededGenerator(seed: 2, label: "centres"), SeededGenerator(seed: 2, label: part.rawValue))
    let centre = (0..<(3 * Self.dimension)).map { _ in centres.normal() }
    let labels = (0..<60).map { _ in generator.uniform(below: 3) }
    let values = labels.flatMap { label in
      (0..<Self.dimension).map { Float(centre[label * Self.dimension + $0] + generator.normal()) }
    }
    let paths = ["x", "y", "id"].map { folder.appendingPathComponent("\(part)-\($0)").path }
    try NpyWriter.write(values, shape: [60, Self.dimension], to: paths[0])
    try NpyWriter.write(labels.map(UInt16.init), shape: [60], to: paths[1])
    try Data((0..<60).map { "\(part) \($0)\n" }.joined().utf8).write(to: URL(fileURLWithPath: paths[2]))
    return PartFiles(embeddings: paths[0], labels: paths[1], ids: paths[2])
  }

  private func engine(actor: String = "Ada") -> Engine {
    Engine(store: store, key: { [key] in key }, actor: actor, threads: 2)
  }

  func train(_ model: String = "pets", seed: UInt64) throws {
    var request = TrainRequest(model: model, dataset: "animals")
    (request.codebooks, request.keys, request.keyDimension) = (6, 10, 4)
    (request.keyEpochs, request.epochs, request.seed) = (2, 2, seed)
    _ = try engine().train(request)
  }

  @discardableResult
  func forget(
    _ classes: String..., from model: String = "pets", pairs: Int = 12, reason: String = "consent withdrawn", actor: String = "Ada",
    approvedBy: String? = nil
  ) throws -> EventRecord {
    var request = ForgetRequest(model: model, classes: classes, reason: reason)
    (request.amount, request.approvedBy) = (.count(pairs), approvedBy)
    return try engine(actor: actor).forget(request)
  }

  func rollback(to number: Int, reinstate: Bool = false, reason: String = "worse than before") throws {
    var request = RollbackRequest(model: "pets", number: number, reason: reason)
    request.reinstate = reinstate
    _ = try engine().rollback(request)
  }

  func read<Value>(_ body: (Snapshot) throws -> Value) throws -> Value { try store.read(body) }

  func report(_ scope: ReportScope = ReportScope()) throws -> ComplianceReport {
    let verification = store.verify()
    return try read { try ComplianceReport(scope, by: ReportMaker(toolVersion: "0"), verification: verification, in: $0) }
  }

  /// Runs SQL with the `sqlite3` command on the closed store, past the triggers that forbid it: what an owner does who blanks a text.
  func edit(_ sql: String) throws {
    try store.close()
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let folder = root.appendingPathComponent("schema")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".sql") }.sorted()
    let schema = try files.map { try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8) }.joined()
    // A later step may give a trigger another text.
    var triggers: [Substring: String] = [:]
    for line in schema.split(separator: "\n") where line.hasPrefix("CREATE TRIGGER") {
      triggers[line.split(separator: " ")[2]] = String(line)
    }
    let drops = triggers.keys.map { "DROP TRIGGER \($0);" }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "sqlite3", "-batch", Self.path(self.folder), (drops + [sql + ";"] + triggers.values).joined(separator: "\n"),
    ]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    store = try Store.open(at: Self.path(self.folder))
  }
}

import ArgumentParser
import Foundation

/// A script of commands, each shown as one would type it and then run in this very process.
struct Demonstration {
  private let folder: String
  private let data: String
  private let store: String

  /// - Throws: `ValidationError` when there is no data set, or the folder holds a store already.
  init(folder: String, data: String) throws {
    guard FileManager.default.fileExists(atPath: data + "/train_x.npy") else {
      throw ValidationError("There is no data set in \(data): run this in the project's folder, or name it with --data.")
    }
    store = folder + "/lethe.db"
    guard !FileManager.default.fileExists(atPath: store) else {
      throw ValidationError("\(store) is there from an earlier run: remove it, or name another folder with --keep.")
    }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    (self.folder, self.data) = (folder, data)
  }

  func run() throws {
    // Commands find store and key where a user would say they are; the user's own are left alone.
    setenv("LETHE_STORE", store, 1)
    setenv("LETHE_KEY", folder + "/key", 1)
    let started = Date()

    say("A store is one SQLite file; its log is signed with a key that lies outside it.")
    try lethe(["init"])
    say("Fashion-MNIST through a frozen EfficientNet-Lite: 7,250 embeddings of 10 classes (data/README.md).")
    try lethe(importArguments)
    say("Learn keys without labels, then values; the codes of all examples are stored, the embeddings not needed again.")
    try lethe(["train", "clothes", "--dataset", "fashion-mnist", "--codebooks", "128", "--keys", "512"])
    try lethe(["evaluate", "clothes"])
    say("The class Bag must go. Its pairs are masked; no gradient step, no pass over the other classes.")
    try lethe(["forget", "clothes", "--class", "Bag", "--reason", "licence of these images ended"])
    say("Trouser as well, by the other method: every pair that some of its examples select.")
    try lethe(["forget", "clothes", "--class", "Trouser", "--method", "examples", "--reason", "request 4711"])
    say("Both are at 0 %, the others unharmed.")
    try lethe(["evaluate", "clothes"])
    say("Go back to the first checkpoint: what was forgotten is forgotten in it too.")
    try lethe(["rollback", "clothes", "--to", "1", "--reason", "to show that forgetting survives it"])
    try lethe(["checkpoint", "list", "clothes"])
    try lethe(["explain", "--class", "Bag"])
    try lethe(["history"])
    say("Rebuild the log, every row and every array from the file.")
    try lethe(["verify"])
    try lethe(["report", "clothes", "--output", folder + "/report.md"])

    let seconds = String(format: "%.1f", Date().timeIntervalSince(started))
    say("That took \(seconds) seconds. The store is \(store); try next, with LETHE_STORE=\(store) LETHE_KEY=\(folder)/key:")
    for line in [
      "lethe forget clothes --class Shirt --until 0.05 --dry-run --reason 'what would it take?'",
      "lethe checkpoint diff clothes@1 clothes@2",
      "lethe explain --example \(exampleID)",
      "lethe report clothes --event 1 --format json",
      "lethe stats",
      "sqlite3 \(store) 'SELECT * FROM forgotten_classes'",
    ] { Terminal.line("  " + line) }
    Terminal.line("The report is \(folder)/report.md.")
  }

  private var exampleID: String {
    let ids = try? String(contentsOfFile: data + "/train_ids.txt", encoding: .utf8)
    return ids?.split(separator: "\n").first.map(String.init) ?? "ID"
  }

  private var importArguments: [String] {
    func file(_ name: String) -> String { data + "/" + name }
    return [
      "dataset", "import", "fashion-mnist", "--train-x", file("train_x.npy"), "--train-y", file("train_y.npy"),
      "--validation-x", file("validation_x.npy"), "--validation-y", file("validation_y.npy"), "--test-x", file("test_x.npy"),
      "--test-y", file("test_y.npy"), "--classes", file("classes.txt"), "--train-ids", file("train_ids.txt"),
      "--scale", "0.023529411764705882", "--encoder", "EfficientNet-Lite2, ImageNet-1k", "--license", "MIT",
    ]
  }

  private func say(_ text: String) {
    Terminal.line("\n" + text)
  }

  private func lethe(_ arguments: [String]) throws {
    let shown = arguments.map { $0.contains(" ") || $0.isEmpty ? "\"\($0)\"" : $0 }.joined(separator: " ")
    Terminal.line(Terminal.bold("$ lethe " + shown))
    var command = try Lethe.parseAsRoot(arguments)
    try command.run()
  }
}

import ArgumentParser
import Engine
import Foundation
import Report
import Store

/// `lethe dataset`.
struct DatasetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dataset", abstract: "Import data sets and look at them.",
    discussion: """
      EXAMPLE
        lethe dataset list
      """,
    subcommands: [Import.self, List.self, Show.self])

  /// `lethe dataset import`.
  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import", abstract: "Import embeddings and labels from .npy, .npz or .safetensors files.",
      discussion: """
        Embeddings: [rows, dimensions], float16, float32, float64 or, with --scale, uint8. Labels: [rows], integers from 0.
        An array within a file is named after a colon: data.npz:train_x, data.safetensors:train_x. Nothing is imported unless all of
        it is sound.

        EXAMPLES
          lethe dataset import cifar10 --train-x train_x.npy --train-y train_y.npy --validation-x val_x.npy \\
            --validation-y val_y.npy --test-x test_x.npy --test-y test_y.npy --classes classes.txt
          lethe dataset import cifar10 --train-x cifar10.npz:train_x --train-y cifar10.npz:train_y \\
            --test-x cifar10.npz:test_x --test-y cifar10.npz:test_y --classes cifar10.npz:names
        """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var actor: ActorOptions
    @Argument(help: "What to call the data set.") var name: String
    @Option(help: ArgumentHelp("Training embeddings.", valueName: "array"), completion: .file()) var trainX: String
    @Option(help: ArgumentHelp("Training labels.", valueName: "array"), completion: .file()) var trainY: String
    @Option(help: ArgumentHelp("Validation embeddings.", valueName: "array"), completion: .file()) var validationX: String?
    @Option(help: ArgumentHelp("Validation labels.", valueName: "array"), completion: .file()) var validationY: String?
    @Option(help: ArgumentHelp("Test embeddings.", valueName: "array"), completion: .file()) var testX: String
    @Option(help: ArgumentHelp("Test labels.", valueName: "array"), completion: .file()) var testY: String
    @Option(
      help: ArgumentHelp("Class names in the order of the labels: one a line, or an array of strings.", valueName: "txt or array"),
      completion: .file())
    var classes: String?
    @Option(help: ArgumentHelp("Your ids of the training examples, one a line.", valueName: "txt"), completion: .file())
    var trainIds: String?
    @Option(help: ArgumentHelp("Your ids of the validation examples.", valueName: "txt"), completion: .file())
    var validationIds: String?
    @Option(help: ArgumentHelp("Your ids of the test examples.", valueName: "txt"), completion: .file()) var testIds: String?
    @Option(help: ArgumentHelp("What made the embeddings.", valueName: "text")) var encoder: String?
    @Option(help: ArgumentHelp("Real value = stored value × scale, for uint8 embeddings.", valueName: "x")) var scale: Float?
    @Option(help: ArgumentHelp("The data's licence.", valueName: "text")) var license: String?

    func validate() throws {
      if (validationX == nil) != (validationY == nil) {
        throw ValidationError("--validation-x and --validation-y go together.")
      }
      if validationIds != nil, validationX == nil { throw ValidationError("--validation-ids needs --validation-x.") }
    }

    func run() throws {
      var parts = [(part: Part.train, files: PartFiles(embeddings: trainX, labels: trainY, ids: trainIds))]
      if let validationX, let validationY {
        parts.append((.validation, PartFiles(embeddings: validationX, labels: validationY, ids: validationIds)))
      }
      parts.append((.test, PartFiles(embeddings: testX, labels: testY, ids: testIds)))
      let request = ImportRequest(
        name: name, parts: parts, classes: classes, encoder: encoder, license: license, scale: scale)
      let answer = try actor.withEngine(common) { engine in
        let dataset = try engine.importDataset(request)
        return try engine.store.read { try DatasetAnswer(dataset, in: $0) }
      }
      try common.show(answer) { answer in
        DatasetCommand.describe(answer)
        Terminal.line("Next: lethe train MODEL --dataset \(answer.name)")
      }
    }
  }

  /// `lethe dataset list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the data sets.",
      discussion: """
        EXAMPLE
          lethe dataset list --json
        """)
    @OptionGroup var common: CommonOptions

    func run() throws {
      let answer = try common.withStore { store in try store.read { try DatasetListAnswer(in: $0) } }
      try common.show(answer) { answer in
        let rows = answer.datasets.map {
          [
            $0.name, "\($0.examples)" + ($0.erased == 0 ? "" : ", \($0.erased) erased"), "\($0.dimension)", "\($0.classes)",
            $0.importedAt, $0.encoder.value ?? "–",
          ]
        }
        Terminal.table([["DATA SET", "EXAMPLES", "DIMENSION", "CLASSES", "IMPORTED", "ENCODER"]] + rows)
      }
    }
  }

  /// `lethe dataset show`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show a data set: parts, classes, digests.",
      discussion: """
        EXAMPLE
          lethe dataset show cifar10
        """)
    @OptionGroup var common: CommonOptions
    @Argument(help: "The data set's name.") var name: String

    func run() throws {
      let answer = try common.withStore { store in
        try store.read { try DatasetAnswer($0.dataset(named: name), in: $0) }
      }
      try common.show(answer, text: DatasetCommand.describe)
    }
  }

  /// Classes that fit a screen or two.
  private static let shownClasses = 100

  static func describe(_ answer: DatasetAnswer) {
    Terminal.line(Terminal.bold(answer.name) + "  \(answer.dimension) dimensions, \(answer.classes.count) classes")
    if let encoder = answer.encoder.value { Terminal.line("encoder   \(encoder)") }
    if let license = answer.license.value { Terminal.line("licence   \(license)") }
    Terminal.line("imported  \(answer.importedAt)")
    for part in answer.parts {
      let erased = part.erased == 0 ? "" : ", \(part.erased) erased"
      Terminal.line("\(part.part): \(part.count) × \(part.dtype)\(erased)  \(part.digest)")
    }
    let rows = answer.classes.prefix(Self.shownClasses).enumerated().map { index, name in
      ["\(index)", name] + answer.parts.map { "\($0.perClass[index])" }
    }
    Terminal.table([["LABEL", "CLASS"] + answer.parts.map { $0.part.uppercased() }] + rows)
    if answer.classes.count > rows.count {
      Terminal.line("… and \(answer.classes.count - rows.count) more classes: --json shows all")
    }
  }
}

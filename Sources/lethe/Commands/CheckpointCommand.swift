import ArgumentParser
import Report
import Store

/// `lethe checkpoint`.
struct CheckpointCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkpoint", abstract: "List, show, compare, export and import checkpoints; the key that signs exports.",
    discussion: """
      EXAMPLE
        lethe checkpoint list pets
      """,
    subcommands: [List.self, Show.self, Diff.self, Export.self, Import.self, Key.self])

  /// `lethe checkpoint list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List a model's checkpoints.",
      discussion: """
        CHANGE says in what a checkpoint differs from its parent: -tiger is forgotten in it and was not before, +tiger is known again.
        FORGOTTEN is how many classes are forgotten in it.

        EXAMPLE
          lethe checkpoint list pets
        """)
    @OptionGroup var common: CommonOptions
    @Argument(help: "The model.") var model: String

    func run() throws {
      let answer = try common.withStore { store in try store.read { try CheckpointListAnswer(model: model, in: $0) } }
      try common.show(answer) { answer in
        let rows = answer.checkpoints.map { item in
          [
            item.name + (item.head ? " ←" : ""), item.kind + (item.erasedAt.value == nil ? "" : ", erased"),
            item.parent.value ?? "–", item.time,
            Terminal.percent(item.testAccuracy.value),
            item.changes.map(\.sign).joined(separator: ", "), String(item.forgottenCount),
            String(item.digest.dropFirst(7).prefix(12)),
          ]
        }
        Terminal.table([["CHECKPOINT", "KIND", "PARENT", "TIME", "TEST", "CHANGE", "FORGOTTEN", "DIGEST"]] + rows)
      }
    }
  }

  /// `lethe checkpoint show`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show a checkpoint: lineage, tensors, measurements.",
      discussion: """
        EXAMPLES
          lethe checkpoint show pets@2
          lethe checkpoint show 2b4835c309
        """)
    @OptionGroup var common: CommonOptions
    @Argument(help: ArgumentHelp("The checkpoint.", valueName: "model@n")) var checkpoint: String

    func run() throws {
      let answer = try common.withStore { store in
        try store.read { try CheckpointAnswer($0.checkpoint(named: checkpoint), in: $0) }
      }
      try common.show(answer, text: CheckpointCommand.describe)
    }
  }

  /// `lethe checkpoint diff`.
  struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "diff", abstract: "Compare two checkpoints, array by array.",
      discussion: """
        EXAMPLE
          lethe checkpoint diff pets@1 pets@2
        """)
    @OptionGroup var common: CommonOptions
    @Argument(help: ArgumentHelp("The one.", valueName: "model@n")) var from: String
    @Argument(help: ArgumentHelp("The other.", valueName: "model@m")) var to: String

    func run() throws {
      let answer = try common.withStore { store in
        try store.read { try CheckpointDiffAnswer(from: $0.checkpoint(named: from), to: $0.checkpoint(named: to), in: $0) }
      }
      try common.show(answer) { answer in
        Terminal.line("\(answer.from) → \(answer.to)")
        let rows = answer.tensors.map { item in
          func text(_ value: Int?) -> String { value.map(String.init) ?? "–" }
          return [
            item.name, item.same ? "same" : "differs", text(item.changedRows.value), text(item.zeroedRows.value),
            text(item.rowsTotal.value),
          ]
        }
        Terminal.table([["TENSOR", "", "CHANGED ROWS", "ZEROED", "OF"]] + rows)
        if !answer.forgottenOnlyInTo.isEmpty {
          Terminal.line("forgotten only in \(answer.to): \(answer.forgottenOnlyInTo.joined(separator: ", "))")
        }
        if !answer.forgottenOnlyInFrom.isEmpty {
          Terminal.line("forgotten only in \(answer.from): \(answer.forgottenOnlyInFrom.joined(separator: ", "))")
        }
        Terminal.line(
          "test accuracy \(Terminal.percent(answer.testAccuracyFrom.value)) → \(Terminal.percent(answer.testAccuracyTo.value))")
      }
    }
  }

  static func describe(_ answer: CheckpointAnswer) {
    let item = answer.checkpoint
    Terminal.line(Terminal.bold(item.name) + "  \(item.kind) on \(item.dataset), \(item.time)" + (item.head ? ", head" : ""))
    Terminal.line("digest   \(item.digest)")
    let lineage = answer.lineage.map { $0.name + ($0.erasedAt.value == nil ? "" : " (erased)") }
    Terminal.line("lineage  \(lineage.joined(separator: " ← "))")
    if let time = item.erasedAt.value { Terminal.line("erased   \(time): this record is left, the arrays are gone") }
    for gone in item.forgotten { Terminal.line("forgot   \(gone.class) (event \(gone.event), \(gone.how))") }
    for tensor in answer.tensors {
      let zeroed = (tensor.zeroedRows.value.map { ", \($0) rows zeroed" } ?? "") + (tensor.erased ? ", erased" : "")
      Terminal.line("tensor   \(tensor.name) \(tensor.dtype) \(tensor.shape), \(Terminal.bytes(tensor.byteCount))\(zeroed)")
    }
    for split in answer.measurements where split.role == "all" {
      Terminal.line("\(split.part):")
      table(split.measurements)
    }
  }

  /// Classes that fit a screen or two, and of more those that are shown at either end.
  private static let (shownClasses, shownAtEnds) = (100, 10)

  /// Figures as rows; of very many classes those that are recognised least and best, in this order.
  static func table(_ measurements: [MeasurementAnswer]) {
    func row(_ item: MeasurementAnswer) -> [String] {
      [
        item.class.value ?? item.role.value ?? "", Terminal.percent(item.value),
        "\(Terminal.percent(item.low)) to \(Terminal.percent(item.high))", "\(item.n)",
      ]
    }
    let rows: [[String]]
    let classes = measurements.filter { $0.class.value != nil }.sorted { $0.value < $1.value }
    let left = classes.count - 2 * shownAtEnds
    if classes.count > shownClasses {
      let middle = classes.dropFirst(shownAtEnds).dropLast(shownAtEnds).map(\.value)
      let span = "\(Terminal.percent(middle.first)) to \(Terminal.percent(middle.last))"
      rows =
        measurements.filter { $0.class.value == nil }.map(row) + classes.prefix(shownAtEnds).map(row)
        + [["… \(left) more", span, "", ""]] + classes.suffix(shownAtEnds).map(row)
    } else {
      rows = measurements.map(row)
    }
    Terminal.table([["CLASS", "ACCURACY", "95 % INTERVAL", "N"]] + rows)
    if classes.count > shownClasses {
      Terminal.line("The \(shownAtEnds) lowest and highest of \(classes.count) classes: --json shows all")
    }
  }
}

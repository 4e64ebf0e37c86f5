import ArgumentParser
import Report
import Store

/// `lethe explain`.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Explain a checkpoint, or who still knows a class or an example.",
    discussion: """
      EXAMPLES
        lethe explain pets@2
        lethe explain --class frog
        lethe explain --example customer-4711
      """)

  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp("A model (its head), a checkpoint or a digest's prefix.", valueName: "model[@n]")) var model: String?
  @Option(name: .customLong("class"), help: ArgumentHelp("A class: which models know it?", valueName: "name")) var className:
    String?
  @Option(help: ArgumentHelp("The data set of the class, where several have it.", valueName: "name")) var dataset: String?
  @Option(help: ArgumentHelp("An example, by your id of it.", valueName: "id")) var example: String?

  func validate() throws {
    if [model != nil, className != nil, example != nil].filter({ $0 }).count != 1 {
      throw ValidationError("Give one of: a model, --class, --example.")
    }
    if dataset != nil, className == nil { throw ValidationError("--dataset goes with --class.") }
  }

  func run() throws {
    if let model {
      let answer = try common.withStore { store in
        try store.read { try CheckpointAnswer($0.checkpoint(named: model), in: $0) }
      }
      return try common.show(answer, text: CheckpointCommand.describe)
    }
    if let example {
      let answer = try common.withStore { store in try store.read { try ExplainExampleAnswer(example: example, in: $0) } }
      return try common.show(answer, text: Self.describe)
    }
    if let className { try explain(className) }
  }

  private func explain(_ className: String) throws {
    let answer = try common.withStore { store in
      try store.read { snapshot in
        let having = try snapshot.datasets(havingClass: className).filter { (dataset ?? $0) == $0 }
        if let dataset, having.isEmpty { _ = try snapshot.dataset(named: dataset) }
        guard let name = having.first else {
          throw StoreError.unknown(kind: "class", name: className, known: try snapshot.classNames())
        }
        guard having.count == 1 else {
          throw ValidationError(
            "Several data sets have a class \(className): name one with --dataset (\(having.joined(separator: ", "))).")
        }
        let found = try snapshot.dataset(named: name)
        return try ExplainClassAnswer(className: className, dataset: found, in: snapshot)
      }
    }
    try common.show(answer) { answer in
      Terminal.line(Terminal.bold(answer.class) + " of \(answer.dataset)")
      if answer.models.isEmpty { Terminal.line("No model was trained on it.") }
      for item in answer.models {
        if item.knows {
          Terminal.line("\(item.head) knows it.")
        } else if let child = item.forgottenIn.value {
          Terminal.line(
            "\(item.head) does not: forgotten in \(child) on \(item.forgottenAt.value ?? "?")"
              + (item.forgottenBy.value.map { " by \($0)" } ?? "") + (item.reason.value.map { " (\($0))" } ?? "") + ".")
          Terminal.line(
            item.recoverableFrom.isEmpty
              ? "  No checkpoint in this store knows it."
              : "  Still recoverable from \(item.recoverableFrom.joined(separator: ", ")).")
        } else {
          Terminal.line("\(item.head) does not: its arrays, or the examples that it would have learnt from, were erased before.")
        }
      }
      for item in answer.exports {
        Terminal.line(
          "\(item.receivedBy.value ?? "(redacted)") received \(item.checkpoint), which knows it, on \(item.exportedAt)"
            + (item.toldAt.value.map { "; last told on \($0)" } ?? "") + ".")
      }
    }
  }

  private static func describe(_ answer: ExplainExampleAnswer) {
    for place in answer.places {
      Terminal.line(
        Terminal.bold(answer.example) + ": row \(place.row) of the \(place.part) part of \(place.dataset), class \(place.class)")
      if place.part != "train" { Terminal.line("  No model learns from this part.") }
      if !place.knownBy.isEmpty { Terminal.line("  Learnt from by \(place.knownBy.joined(separator: ", "))") }
      if !place.forgottenIn.isEmpty {
        Terminal.line("  It, or its class, is forgotten in \(place.forgottenIn.joined(separator: ", "))")
      }
      if !place.erased.isEmpty { Terminal.line("  Erased, having learnt from it: \(place.erased.joined(separator: ", "))") }
    }
  }
}

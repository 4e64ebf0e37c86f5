import ArgumentParser
import Bottleneck
import Engine
import Report
import Store

/// `lethe forget`.
struct Forget: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forget", abstract: "Take out what a model learnt from a class, and record it.",
    discussion: """
      The head's next checkpoint has zeros where the class's pairs were, and those pairs are never selected again. The class stays
      forgotten through rollback and training. Until they are erased, earlier checkpoints still know it: `lethe explain` says which.

      A model with counted values (train --values counted) forgets exactly: the class's examples are subtracted, and there is nothing to
      choose. With --example single training examples go, by the ids that they were imported with: exactly where values are counted; of
      trained values every pair that one of them selects is masked, which is an approximation. Of one with trained values pairs are masked. Without --pairs, --examples or --until, as few pairs are masked as bring the class to 0 % on training and validation examples,
      with a margin for unseen ones. By frequency those that the class
      selects most are masked first; by enrichment those that are most its own, which spares the classes that stay. --retain-budget
      refuses what would cost these more than a share of their accuracy (on training and validation examples), and --dry-run shows
      what each amount would do.

      EXAMPLES
        lethe forget pets --class frog --reason "licence ended"
        lethe forget pets --class frog --class cat --reason "court order 17/26" --approved-by "DPO" --json
        lethe forget pets --example img-0815 --example img-0816 --reason "consent withdrawn"
        lethe forget pets --class frog --method examples --examples 300 --reason "consent withdrawn"
        lethe forget pets --class frog --until 0.01 --dry-run --reason "what would it take?"
        lethe forget pets --class frog --rank enrichment --retain-budget 0.005 --reason "consent withdrawn"
        lethe forget pets --class frog --reason "licence ended" --receipt frog.json
        lethe forget pets --class "J. D." --reason "consent withdrawn" --request 4 --approved-by "DPO"
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var actor: ActorOptions
  @OptionGroup var receipts: ReceiptOptions
  @Argument(help: "The model whose head forgets.") var model: String
  @Option(name: .customLong("class"), help: ArgumentHelp("A class to forget; may be given several times.", valueName: "name"))
  var classes: [String] = []
  @Option(
    name: .customLong("example"),
    help: ArgumentHelp("The id of a training example to forget instead; may be given several times.", valueName: "id"))
  var named: [String] = []
  @Option(help: ArgumentHelp("Why; goes into the log as a commitment.", valueName: "text")) var reason: String
  @Option(help: ArgumentHelp("Who approved it.", valueName: "text")) var approvedBy: String?
  @Option(help: ArgumentHelp("The request that it is done for.", valueName: "n")) var request: Int64?
  @Option(help: ArgumentHelp("activations or examples; counting where values are counted.", valueName: "method"))
  var method: ForgetMethod?
  @Option(help: ArgumentHelp("Mask the N pairs that the class activates most.", valueName: "n")) var pairs: Int?
  @Option(help: ArgumentHelp("Mask every pair that N random examples of the class activate.", valueName: "n")) var examples: Int?
  @Option(help: ArgumentHelp("Mask as few as bring the class's accuracy down to this share.", valueName: "share"))
  var until: Double?
  @Option(help: ArgumentHelp("Which pairs go first: frequency or enrichment (else frequency).", valueName: "order"))
  var rank: PairOrder?
  @Option(
    help: ArgumentHelp("With --until: how much accuracy the classes that stay may lose for each class, 0 to 1.", valueName: "share")
  )
  var retainBudget: Double?
  @Option(help: ArgumentHelp("Which examples are drawn follows from it.", valueName: "n")) var seed: UInt64 = 0
  @Option(help: ArgumentHelp("Threads (else one a core).", valueName: "n")) var threads: Int?
  @Flag(help: "Show what would be masked; write nothing.") var dryRun = false

  func validate() throws {
    if classes.isEmpty == named.isEmpty { throw ValidationError("Name at least one --class, or at least one --example.") }
    if [pairs != nil, examples != nil, until != nil].filter({ $0 }).count > 1 {
      throw ValidationError("Give one of --pairs, --examples and --until.")
    }
    if pairs != nil, method ?? .activations != .activations { throw ValidationError("--pairs goes with --method activations.") }
    if examples != nil, method != .examples { throw ValidationError("--examples goes with --method examples.") }
    if let count = pairs ?? examples, count < 1 { throw ValidationError("--pairs and --examples must be 1 or more.") }
    if rank != nil, method ?? .activations != .activations { throw ValidationError("--rank goes with --method activations.") }
    if let retainBudget {
      if pairs ?? examples != nil { throw ValidationError("--retain-budget goes with --until.") }
      if !(0...1).contains(retainBudget) { throw ValidationError("--retain-budget must be 0 to 1.") }
    }
    if dryRun, receipts.receipt != nil { throw ValidationError("--receipt does not go with --dry-run.") }
    if let until, !(0...1).contains(until) { throw ValidationError("--until must be 0 to 1.") }
  }

  func run() throws {
    var wanted = ForgetRequest(model: model, classes: classes, reason: reason)
    (wanted.approvedBy, wanted.method, wanted.seed, wanted.request) = (approvedBy, method, seed, request)
    wanted.choice = PairChoice(order: rank ?? .frequency, retainBudget: retainBudget)
    wanted.amount = (pairs ?? examples).map(ForgetAmount.count) ?? .until(until ?? 0)
    wanted.examples = named
    if dryRun { return try preview(wanted) }
    try receipts.check()
    let answer = try actor.withEngine(common, threads: threads) { engine in
      let event = try engine.forget(wanted)
      try receipts.write(engine, entry: event.logIndex)
      return try engine.store.read { try ForgetAnswer(event, in: $0) }
    }
    try common.show(answer) { answer in
      let names = answer.what
      Terminal.line("Forgot \(Terminal.bold(names)): \(answer.parent) → \(Terminal.bold(answer.child)), event \(answer.event)")
      Terminal.line(
        "\(answer.maskedPairs) pairs masked, \(Terminal.bytes(answer.storedBytes)) stored, log entry \(answer.logIndex)")
      Forget.effects(answer)
      receipts.tell()
      for notice in answer.recipientsToTell {
        Terminal.line(
          "Tell \(notice.receivedBy.value ?? "(redacted)"), who received \(notice.checkpoint): lethe recipient told \(notice.recipient)"
        )
      }
      Terminal.line("\(answer.parent) still knows \(names): see lethe explain \(named.isEmpty ? "--class" : "--example").")
    }
  }

  private func preview(_ request: ForgetRequest) throws {
    let preview = try actor.withEngine(common, for: .reading, threads: threads) { try $0.previewForget(request) }
    let answer = ForgetPreviewAnswer(
      parent: preview.parent.name, maskedPairs: preview.maskedPairs, activePairs: preview.activePairs,
      usablePairs: preview.usablePairs,
      amounts: preview.classes.map { ($0.name, $0.amount, $0.activePairs) },
      examples: preview.examples,
      curves: preview.classes.compactMap { item in item.curve.map { .init(item.name, $0) } })
    try common.show(answer) { answer in
      Terminal.line("Would mask \(answer.maskedPairs) of the \(answer.usablePairs) pairs of \(answer.parent); nothing was written.")
      if answer.examples > 0 { Terminal.line("\(answer.examples) training examples") }
      let unit = method ?? .activations == .activations && !preview.isCounted ? "pairs" : "examples"
      for item in answer.amounts {
        Terminal.line("\(item.class): \(item.amount) \(unit), \(item.activePairs) pairs active")
        answer.curves.first { $0.class == item.class }.map { Forget.show($0, chosen: item.amount, unit: unit) }
      }
    }
  }

  /// Every amount with what is still recognised then; an arrow points at the chosen one.
  private static func show(_ curve: ForgetPreviewAnswer.Curve, chosen: Int, unit: String) {
    let isByPairs = unit == "pairs"
    let rows = curve.points.map { point in
      ["\(point.amount == chosen ? "→" : " ") \(point.amount)"] + (isByPairs ? [] : ["\(point.pairs)"])
        + [point.train, point.validation, point.retain].map { Terminal.percent($0.value) }
    }
    let head = ["  " + unit.uppercased()] + (isByPairs ? [] : ["PAIRS"]) + ["ITS TRAINING", "ITS VALIDATION", "THOSE THAT STAY"]
    Terminal.table([head] + rows)
  }

  static func effects(_ answer: ForgetAnswer) {
    let rows = answer.measurements.map { item in
      [
        item.role, item.split, Terminal.percent(item.before.value), Terminal.percent(item.after.value),
        "\(Terminal.percent(item.low.value)) to \(Terminal.percent(item.high.value))", "\(item.n)",
      ]
    }
    Terminal.table([["EXAMPLES", "SPLIT", "BEFORE", "AFTER", "95 % INTERVAL", "N"]] + rows)
  }
}

extension ForgetPreviewAnswer.Curve {
  /// A curve as the engine traced it.
  init(_ name: String, _ curve: ForgetCurve) {
    self.init(
      class: name,
      points: curve.points.map {
        .init(amount: $0.amount, pairs: $0.pairs, train: $0.train, validation: $0.validation, retain: $0.retain)
      })
  }
}

extension ForgetMethod: ExpressibleByArgument {}
extension PairOrder: ExpressibleByArgument {}

import Bottleneck
import Ledger
import Store
import Tensors

/// What to forget, and how.
public struct ForgetRequest: Sendable {
  /// Its head is what forgets.
  public var model: String
  /// Names of classes of its data set; empty where examples are named.
  public var classes: [String]
  /// The user's ids of training examples, instead of classes.
  public var examples: [String] = []
  /// Goes sealed into the log.
  public var reason: String
  /// Who approved it, where somebody did: sealed like the reason.
  public var approvedBy: String?
  /// Nil: what the model's values allow, counting or activations.
  public var method: ForgetMethod?
  /// How many pairs or examples, or down to which accuracy; of no meaning where counts are subtracted.
  public var amount = ForgetAmount.until(0)
  /// How pairs are ranked.
  public var choice = PairChoice()
  /// Decides in which order examples are drawn (``ForgetMethod/examples``).
  public var seed: UInt64 = 0
  /// The request that it is done for.
  public var request: Int64?

  /// Forgets down to no training or validation example that is recognised, unless told otherwise.
  public init(model: String, classes: [String], reason: String) {
    (self.model, self.classes, self.reason) = (model, classes, reason)
  }
}

/// What forgetting would do, without doing it.
public struct ForgetPreview: Sendable {
  /// The head that would forget.
  public var parent: CheckpointRecord
  /// Key-value pairs that would be masked.
  public var maskedPairs: Int
  /// Pairs that any forget example selects, summed over the classes.
  public var activePairs: Int
  /// Pairs that the head still uses.
  public var usablePairs: Int
  /// Whether counts are subtracted instead of pairs masked.
  public var isCounted: Bool
  /// What would be masked for each class, N_a pairs or N_e examples, and how its accuracy falls up to there and beyond.
  public var classes: [(name: String, amount: Int, activePairs: Int, curve: ForgetCurve?)]
  /// How many training examples, where these were named.
  public var examples: Int
}

extension Engine {
  /// Takes some classes, or single examples, out of the model's head and records the result as its next checkpoint, with the effect on test.
  ///
  /// Data flow: stored codes of the class's training examples → counts → ranking → pairs (`chooseMask`) → tensors with those rows
  /// zeroed (derived: they cost a row list) → accuracy before and after → checkpoint, event, derived splits, measurements, head
  /// move and log entry, all in one transaction that is held from the first read on.
  /// - Throws: `StoreError.unknown`, `EngineError`, `RequestError`; nothing is written then.
  public func forget(_ request: ForgetRequest) throws -> EventRecord {
    let entry = NewEntry(.forget, actor: actor, reason: request.reason, approvedBy: request.approvedBy)
    let id = try store.write(entry, key: key()) { transaction in
      var request = request
      try transaction.checkWork(for: request.request, actor: actor, approvedBy: request.approvedBy)
      let event = try save(chooseMasks(&request, in: transaction), of: request, in: transaction)
      if let request = request.request { try transaction.insertRequestWork(request, event: event) }
      return event
    }
    return try store.read { try $0.event(id) }
  }

  /// What `forget` would mask; nothing is written.
  public func previewForget(_ request: ForgetRequest) throws -> ForgetPreview {
    try store.read { snapshot in
      var request = request
      let choice = try chooseMasks(&request, in: snapshot)
      let parent = choice.parent
      let curves = try curves(of: choice.masks, by: request, on: parent, in: snapshot)
      return ForgetPreview(
        parent: parent.checkpoint, maskedPairs: parent.bottleneck.usableCount - choice.model.bottleneck.usableCount,
        activePairs: choice.activePairs, usablePairs: parent.bottleneck.usableCount, isCounted: parent.counts != nil,
        classes: zip(choice.masks, curves).map { (parent.dataset.classes[$0.ordinal].shownName, $0.amount, $0.activePairs, $1) },
        examples: choice.examples?.rows.count ?? 0)
    }
  }

  /// What an act of forgetting starts from, takes, and leaves.
  private struct Choice {
    var parent: LoadedModel
    var model: LoadedModel
    var masks: [ClassMask] = []
    /// Training rows, where examples were named.
    var examples: (split: SplitRecord, rows: [Int])?
    var activePairs = 0
    var forwardPasses = 0
  }

  /// - Parameter request: its method is settled.
  private func chooseMasks(_ request: inout ForgetRequest, in snapshot: Snapshot) throws -> Choice {
    guard let id = try snapshot.modelID(request.model) else {
      throw StoreError.unknown(kind: "model", name: request.model, known: try snapshot.modelNames())
    }
    let parent = try LoadedModel(head: snapshot.head(model: id), in: snapshot, of: store)
    let ordinals = try request.classes.map { name in
      guard let found = parent.dataset.classes.first(where: { $0.shownName == name }) else {
        throw EngineError.unknownClass(name: name, dataset: parent.dataset.name, known: parent.dataset.classes.map(\.shownName))
      }
      return found.ordinal
    }
    var model = parent
    let method = try request.settleMethod(for: parent)
    if !request.examples.isEmpty {
      let (split, rows) = try rows(ofExamples: request.examples, of: parent, in: snapshot)
      let standing = try snapshot.standingGoals(parent.checkpoint, of: parent.dataset)
      let (active, passes) = try forget(rows: rows, standing: standing, on: &model, in: snapshot)
      request.amount = .count(rows.count)
      return Choice(parent: parent, model: model, examples: (split, rows), activePairs: active, forwardPasses: passes)
    }
    let masks: [ClassMask]
    if method == .counting {
      masks = try subtract(Set(ordinals).sorted(), from: &model)
    } else {
      let standing = try snapshot.standingGoals(parent.checkpoint, of: parent.dataset)
      let (amount, goal) = (request.amount, request.amount.goal)
      masks = try mask(
        Set(ordinals).sorted().map { ($0, amount, goal) }, method: method, choice: request.choice, seed: request.seed,
        standing: standing, on: &model, in: snapshot)
    }
    // Counts that were subtracted before are gone, where codes still tell what a class selected.
    let gone = try parent.counts == nil ? [] : snapshot.forgottenOrdinals(checkpoint: parent.checkpoint.id, of: parent.dataset)
    for mask in masks where mask.activePairs == 0 && !gone.contains(mask.ordinal) {
      throw EngineError.classWithoutExamples(
        name: parent.dataset.classes[mask.ordinal].shownName, dataset: parent.dataset.name)
    }
    guard model.counts != parent.counts || model.bottleneck.usableCount < parent.bottleneck.usableCount else {
      if parent.counts != nil {
        throw EngineError.nothingToDo(message: "\(parent.checkpoint.name) has no counts of it; it is forgotten already")
      }
      let already = masks.contains { $0.amount > 0 }
      throw EngineError.nothingToDo(
        message: already
          ? "every pair that this would mask is masked in \(parent.checkpoint.name) already; there is nothing left to forget"
          : "\(parent.checkpoint.name) meets the goal without masking anything; --pairs or --examples mask all the same")
    }
    return Choice(
      parent: parent, model: model, masks: masks, activePairs: masks.reduce(0) { $0 + $1.activePairs },
      forwardPasses: masks.reduce(0) { $0 + $1.forwardPasses })
  }

  /// Masks classes one after the other, in the order given, and after each sees to it that those before it stay forgotten.
  /// - Parameters:
  ///   - classes: labels, how much to mask, and the goal that stands from then on, if there is one.
  ///   - standing: the goals that stand already.
  func mask(
    _ classes: [(ordinal: Int, amount: ForgetAmount, goal: Double?)], method: ForgetMethod, choice: PairChoice, seed: UInt64,
    standing: [StandingGoal], on model: inout LoadedModel, in snapshot: Snapshot
  ) throws -> [ClassMask] {
    let codes = try model.codes(.train)
    let labels = try snapshot.labels(.train, of: model.dataset)
    var standing = standing
    return try classes.map { ordinal, amount, goal in
      progress("choosing pairs", 0.2)
      var mask = try chooseMask(
        ordinal, of: model, codes: codes, labels: labels, method: method, amount: amount, choice: choice,
        leaving: Set(classes.map(\.ordinal)), seed: seed, snapshot: snapshot)
      try Unlearning.mask(mask.pairs, in: &model.bottleneck)
      let alone = standing.allSatisfy { $0.ordinal == ordinal }
      if let goal {
        standing.append(
          StandingGoal(ordinal: ordinal, method: method, goal: goal, choice: choice.withoutBudget, seed: seed))
      }
      // Its own goal too: masking more of another class may undo it in turn.
      if !alone {
        mask.forwardPasses += try keepForgotten(standing, on: &model, codes: codes, labels: labels, snapshot: snapshot)
      }
      return mask
    }
  }

  private func save(_ choice: Choice, of request: ForgetRequest, in transaction: Transaction) throws -> Int64 {
    let (parent, model) = (choice.parent, choice.model)
    progress("measuring", 0.5)
    let after = try measure(model, part: Self.measuredPart(of: model.dataset), snapshot: transaction)
    progress("saving", 0.9)
    let child = try saveDerived(model, parent: parent, kind: .unlearned, in: transaction)
    let event = try transaction.insertEvent(
      .init(
        parent: parent.checkpoint, child: child.id, method: request.method?.rawValue ?? "", parameters: request.parameters,
        seed: Int64(bitPattern: request.seed), maskedPairs: parent.bottleneck.usableCount - model.bottleneck.usableCount,
        activePairs: choice.activePairs, forwardPasses: choice.forwardPasses,
        classes: choice.masks.map { (parent.dataset.classes[$0.ordinal].id, $0.amount, $0.activePairs) },
        examples: choice.examples.map { ($0.split.id, $0.rows) }))
    for applied in try transaction.appliedEvents(checkpoint: parent.checkpoint.id) {
      try transaction.insertAppliedEvent(checkpoint: child.id, event: applied.event, how: applied.how)
    }
    try transaction.insertAppliedEvent(checkpoint: child.id, event: event, how: .masked)
    try recordEffect(of: event, choice, child: child, after: after, in: transaction)
    try transaction.moveHead(model: child.model, from: parent.checkpoint.id, to: child.id)
    transaction.facts.describe(model: request.model, parent: parent.checkpoint, child: child)
    return event
  }

  /// Derives the splits that go and stay, and records what parent and child achieve on them. What stays is what no act of forgetting
  /// that holds in the child has removed: what was forgotten before is in neither. Examples that were named are measured themselves.
  private func recordEffect(
    of event: Int64, _ choice: Choice, child: CheckpointRecord, after: ClassAccuracies, in transaction: Transaction
  ) throws {
    let (parent, forgotten) = (choice.parent, Set(choice.masks.map(\.ordinal)))
    let (dataset, measured) = (parent.dataset, Self.measuredPart(of: parent.dataset))
    let gone = try transaction.forgottenOrdinals(checkpoint: child.id, of: dataset)
    for split in dataset.splits {
      let labels = try transaction.labels(split.part, of: dataset)
      let named = choice.examples.flatMap { $0.split.id == split.id ? $0.rows : nil }
      let goneRows = try transaction.forgottenRows(checkpoint: child.id, of: split.id)
      let goes = named ?? labels.indices.filter { forgotten.contains(labels[$0]) }
      let stays = labels.indices.filter { labels[$0] >= 0 && !gone.contains(labels[$0]) && !goneRows.contains($0) }
      let forget = try transaction.insertDerivedSplit(of: split, event: event, role: .forget, members: goes)
      let retain = try transaction.insertDerivedSplit(of: split, event: event, role: .retain, members: stays)
      if let named {
        for (checkpoint, model) in [(parent.checkpoint.id, parent), (child.id, choice.model)] {
          let figure = try accuracy(of: model, rows: named, snapshot: transaction)
          try figure.record(checkpoint: checkpoint, split: forget).map(transaction.insertMeasurement)
        }
      }
      guard split.part == measured else { continue }
      try record(after, checkpoint: child.id, split: split, of: dataset, in: transaction)
      let before =
        try recorded(checkpoint: parent.checkpoint.id, split: split, of: dataset, in: transaction)
        ?? measure(parent, part: measured, snapshot: transaction)
      for (checkpoint, figures) in [(parent.checkpoint.id, before), (child.id, after)] {
        if named == nil {
          try figures.over(forgotten).record(checkpoint: checkpoint, split: forget).map(transaction.insertMeasurement)
        }
        try figures.without(gone).record(checkpoint: checkpoint, split: retain).map(transaction.insertMeasurement)
      }
    }
  }
}

extension LoadedModel {
  /// A checkpoint with the codes that masking and measuring need.
  init(head checkpoint: CheckpointRecord, in snapshot: Snapshot, of store: Store) throws {
    let part = Engine.measuredPart(of: try snapshot.dataset(checkpoint.dataset))
    try self.init(checkpoint, codesOf: part == .train ? [.train] : [part, .train], in: snapshot, of: store)
  }
}

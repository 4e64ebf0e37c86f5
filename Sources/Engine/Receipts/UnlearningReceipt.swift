import Ledger
import Store

extension Snapshot {
  /// What the receipt of an act of forgetting says.
  func unlearningPredicate(_ entry: Int64) throws -> UnlearningPredicate {
    let facts = try soundEntry(entry)
    let event = try required(try event(entry: entry), "act of forgetting", of: entry)
    let (parent, child) = (
      try required(facts.parent, "parent", of: entry), try required(facts.child, "child", of: entry)
    )
    let splits = try splits(event: event.id)
    let figures = try ReceiptFigures(
      entry: entry, checkpoints: [event.parent: parent, event.child: child], splits: splits, in: self)
    try requireSound(.class, event.classes.map(\.classID))
    guard let parameters = try? CanonicalJSON.parse(Array(event.parameters.utf8)) else {
      throw StoreError.recordCorrupt(table: "unlearning_event", id: event.id, reason: "its parameters are not JSON")
    }
    return UnlearningPredicate(
      log: try place(of: entry), time: facts.time, model: try required(facts.model, "model", of: entry), event: event.id,
      parent: parent, child: child, dataset: try named(dataset(event.dataset)),
      classes: try event.classes.map { item in
        UnlearningPredicate.ForgottenClass(
          item: NamedClass(try committedClass(item.classID)), amount: Int64(item.amount), activePairs: Int64(item.activePairs))
      },
      forgottenExamples: splits.filter { $0.role == .forget }.map(NamedDataset.Split.init), method: event.method,
      parameters: parameters, maskedPairs: Int64(event.maskedPairs), activePairs: Int64(event.activePairs),
      forwardPasses: Int64(event.forwardPasses), storedBytes: Int64(event.storedBytes), seed: UInt64(bitPattern: event.seed),
      engineVersion: try checkpoint(event.child).engineVersion, measurements: figures.figures, sealed: facts.sealed)
  }
}

extension NamedClass {
  init(_ item: CommittedClass) {
    self.init(ordinal: Int64(item.ordinal), commitment: item.commitment)
  }
}

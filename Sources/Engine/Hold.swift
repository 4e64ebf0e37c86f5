import Ledger
import Store

/// What a hold shall be placed on, as a user names it.
package enum HoldTarget: Sendable {
  /// A model, or a checkpoint such as `pets@1` or a digest's prefix.
  case named(String)
  /// A class; the data set may be left out where only one has the class.
  case `class`(String, dataset: String?)
  case dataset(String)
}

/// A hold to be placed.
package struct HoldRequest: Sendable {
  package var target: HoldTarget
  package var reason: String
  /// Who answers for it.
  package var owner: String
  /// When somebody looks at it again.
  package var review: CalendarDate

  package init(on target: HoldTarget, reason: String, owner: String, review: CalendarDate) {
    (self.target, self.reason, self.owner, self.review) = (target, reason, owner, review)
  }
}

extension Engine {
  /// Places a legal hold: until it is lifted nothing that it names can be erased. It never stops forgetting.
  /// - Throws: `StoreError.unknown`, `EngineError.unknownClass`, `.ambiguousClass`, `.emptyText`.
  package func placeHold(_ request: HoldRequest) throws -> HoldRecord {
    try Self.refuseEmpty(request.reason, option: "--reason")
    try Self.refuseEmpty(request.owner, option: "--owner")
    let entry = NewEntry(.hold, actor: actor, reason: request.reason, owner: request.owner)
    let id = try store.write(entry, key: key()) { transaction in
      try transaction.insertHold(on: subject(request.target, in: transaction), review: request.review)
    }
    return try store.read { try $0.hold(id) }
  }

  /// Ends a hold.
  /// - Throws: `StoreError.unknown`, `EngineError.alreadyLifted`, `.emptyText`.
  package func liftHold(_ id: Int64, reason: String) throws -> HoldRecord {
    try Self.refuseEmpty(reason, option: "--reason")
    try store.write(NewEntry(.lift, actor: actor, reason: reason), key: key()) { transaction in
      if let lift = try transaction.hold(id).lift { throw EngineError.alreadyLifted(hold: id, time: lift.time) }
      try transaction.insertHoldLift(id)
    }
    return try store.read { try $0.hold(id) }
  }

  /// Finds what is named and states it in the leaf.
  private func subject(_ target: HoldTarget, in transaction: Transaction) throws -> HoldSubject {
    switch target {
    case .named(let text):
      if let id = try transaction.modelID(text) {
        transaction.facts["model"] = .string(text)
        return .model(id)
      }
      let checkpoint = try transaction.checkpoint(named: text)
      transaction.facts["model"] = .string(checkpoint.modelName)
      transaction.facts["parent"] = .string(checkpoint.name)
      transaction.facts["parent_digest"] = .string(checkpoint.digest.description)
      return .checkpoint(checkpoint.id)
    case .dataset(let name):
      let dataset = try transaction.dataset(named: name)
      transaction.facts["dataset"] = .string(name)
      return .dataset(dataset.id)
    case .class(let name, let dataset):
      let (found, id) = try transaction.findClass(name, dataset: dataset)
      transaction.facts["dataset"] = .string(found.name)
      return .class(id)
    }
  }

  /// - Throws: `EngineError.emptyText` for a text that says nothing.
  static func refuseEmpty(_ text: String, option: String) throws(EngineError) {
    if text.allSatisfy(\.isWhitespace) { throw .emptyText(option: option) }
  }
}

extension Snapshot {
  /// The class of a name, in one data set or in the only one that has it.
  func findClass(_ name: String, dataset: String?) throws -> (dataset: DatasetRecord, id: Int64) {
    let candidates = try dataset.map { [try self.dataset(named: $0)] } ?? datasets()
    let having = candidates.compactMap { set in set.classes.first { $0.shownName == name }.map { (set, $0.id) } }
    if having.count > 1 { throw EngineError.ambiguousClass(name: name, datasets: having.map(\.0.name)) }
    if let found = having.first { return found }
    guard dataset != nil, let set = candidates.first else {
      throw StoreError.unknown(kind: "class", name: name, known: try classNames())
    }
    throw EngineError.unknownClass(name: name, dataset: set.name, known: set.classes.map(\.shownName))
  }
}

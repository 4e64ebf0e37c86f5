import Bottleneck
import Ledger
import Store

// What an act of forgetting was asked for, as its event records it, and read from there.

extension ForgetRequest {
  /// The goal as the event records it; fractions are text.
  var parameters: JSONValue {
    var fields: [String: JSONValue] =
      switch amount {
      case .until(let goal): ["until": .string("\(goal)")]
      case .count(let count): [method != .examples && examples.isEmpty ? "pairs" : "examples": .integer(Int64(count))]
      }
    // What is not said is by frequency, without a budget: so it was before there was a choice.
    if choice.order != .frequency { fields["rank"] = .string(choice.order.rawValue) }
    if let budget = choice.retainBudget { fields["retain_budget"] = .string("\(budget)") }
    return .object(fields)
  }
}

extension EventRecord {
  /// How its pairs were chosen.
  /// - Throws: `StoreError.recordCorrupt`.
  func forgetMethod() throws -> ForgetMethod {
    guard let method = ForgetMethod(rawValue: method) else {
      throw StoreError.recordCorrupt(table: "unlearning_event", id: id, reason: "its method is unknown")
    }
    return method
  }

  /// How the event's pairs were ranked, and within which budget.
  /// - Throws: `StoreError.recordCorrupt`.
  func choice() throws -> PairChoice {
    let corrupt = StoreError.recordCorrupt(table: "unlearning_event", id: id, reason: "its parameters name no ranking of ours")
    guard let fields = try? CanonicalJSON.parse(Array(parameters.utf8)) else { throw corrupt }
    var choice = PairChoice()
    if let rank = fields["rank"] {
      guard let order = rank.text.flatMap(PairOrder.init) else { throw corrupt }
      choice.order = order
    }
    if let text = fields["retain_budget"] {
      guard let budget = text.text.flatMap({ Double($0) }) else { throw corrupt }
      choice.retainBudget = budget
    }
    return choice
  }

  /// The goal that the event recorded.
  /// - Throws: `StoreError.recordCorrupt`.
  func amount() throws -> ForgetAmount {
    guard case .object(let fields)? = try? CanonicalJSON.parse(Array(parameters.utf8)) else {
      throw StoreError.recordCorrupt(table: "unlearning_event", id: id, reason: "its parameters are not JSON")
    }
    switch (fields["until"], fields["pairs"] ?? fields["examples"]) {
    case (.string(let text)?, _):
      if let goal = Double(text) { return .until(goal) }
    case (_, .integer(let count)?): return .count(Int(count))
    default: break
    }
    throw StoreError.recordCorrupt(table: "unlearning_event", id: id, reason: "its parameters name no amount")
  }
}

import Foundation
import Store
import Testing

@testable import Engine

@Suite("Retention")
struct RetentionTests {
  private let bench: Workbench

  /// `pets@1` trained, 2 and 3 after forgetting, 4 trained, 5 after forgetting: the head.
  init() throws {
    bench = try Workbench.trained()
    try bench.forget("ant", amount: .count(5))
    try bench.forget("bee", amount: .count(5))
    _ = try bench.engine.train(Workbench.training(seed: 8))
    try bench.forget("cat", amount: .count(5))
  }

  private func rule(last: Int? = nil, days: Int? = nil) throws {
    _ = try bench.engine.setRetention(model: "pets", keepLast: last, keepDays: days, reason: "policy")
  }

  private func going(at now: Date = Date()) throws -> [Int] {
    try bench.engine.planRetention(model: "pets", at: now).flatMap { $0.going.map(\.number) }
  }

  @Test("keeps the last n, those younger than d days, and the head")
  func plan() throws {
    let later = Date(timeIntervalSinceNow: 10 * 86_400)
    try rule(last: 2)
    #expect(try going() == [1, 2, 3])
    try rule(last: 1)
    #expect(try going() == [1, 2, 3, 4])
    try rule(last: 9)
    #expect(try going() == [])
    try rule(days: 0)
    #expect(try going(at: later) == [1, 2, 3, 4], "the head stays, however old")
    try rule(days: 11)
    #expect(try going(at: later) == [])
    try rule(days: 9)
    #expect(try going(at: later) == [1, 2, 3, 4])
    try rule(last: 3, days: 9)
    #expect(try going(at: later) == [1, 2] && going() == [])
    try rule()
    #expect(try going(at: later) == [])
    // Back to an old one: it is the head then, and the last n are others.
    try rule(last: 1)
    try bench.rollback(to: 1, reinstate: true)
    #expect(try going() == [2, 3, 4])
  }

  @Test("a hold keeps what the rule would not: on the checkpoint, the model, the data set, or a class that it knows")
  func holds() throws {
    try rule(last: 1)
    let date = try CalendarDate("2031-01-31")
    for (target, left) in [
      (HoldTarget.named("pets@2"), [1, 3, 4]), (.named("pets"), []), (.dataset("animals"), []),
      (.class("ant", dataset: nil), [2, 3, 4]),
    ] {
      let hold = try bench.engine.placeHold(HoldRequest(on: target, reason: "r", owner: "o", review: date))
      let plan = try #require(try bench.engine.planRetention(model: nil).first)
      #expect(plan.going.map(\.number) == left, "\(hold.subject)")
      #expect(plan.items.filter { $0.holds == [hold.id] }.count == 4 - left.count)
      _ = try bench.engine.liftHold(hold.id, reason: "over")
    }
    #expect(try going() == [1, 2, 3, 4])
  }

  @Test("removes the bytes and nothing else: the head answers as before, records stay, and a second run finds nothing")
  func apply() throws {
    try rule(last: 2)
    let (head, digest) = (try bench.tensorDigests("pets@5"), try bench.checkpoint("pets@1").digest)
    let before = try bench.store.read { try $0.statistics() }.storedChunkBytes
    let result = try #require(try bench.engine.applyRetention(model: "pets", reason: nil).first)
    guard case .certified = result.outcome else {
      Issue.record("\(String(describing: result.outcome))")
      return
    }
    #expect(result.plan.storedBytes > 0 && (result.erasure?.removedBytes ?? 0) > 0 && result.erasure?.kind == .retention)
    #expect(try bench.store.read { try $0.statistics() }.storedChunkBytes < before)
    #expect(try bench.tensorDigests("pets@5") == head)
    _ = try bench.model("pets@5")
    _ = try bench.model("pets@4")
    #expect(try bench.checkpoint("pets@1").digest == digest)
    #expect { _ = try bench.model("pets@1") } throws: { ($0 as? StoreError)?.code == "erased" }
    #expect(bench.findings() == [])
    #expect(try bench.store.read { try $0.exclusionList() }.records == [], "age alone forbids nothing")
    let entries = try bench.store.read { try $0.lastSignedTreeHead() }.size
    let again = try #require(try bench.engine.applyRetention(model: nil, reason: nil).first)
    #expect(again.erasure == nil && again.plan.items.count == 2)
    #expect(try bench.store.read { try $0.lastSignedTreeHead() }.size == entries)
    // The head goes on.
    try bench.forget("dog", amount: .count(5))
    #expect(bench.findings() == [])
  }

  @Test("a derived checkpoint survives the one that it was derived from")
  func derived() throws {
    try bench.rollback(to: 2)
    try rule(last: 1)
    let head = try #require(try bench.store.read { try $0.checkpoints(model: "pets").last })
    let digests = try bench.tensorDigests(head.name)
    #expect(try going().contains(1))
    _ = try bench.engine.applyRetention(model: "pets", reason: "policy")
    #expect(try bench.tensorDigests(head.name) == digests)
    _ = try bench.model(head.name)
    #expect(bench.findings() == [])
  }

  @Test("rules that make no sense are refused, and nothing is written")
  func refused() throws {
    let before = try tableCounts(bench.store)
    #expect(throws: EngineError.outOfRange(option: "--keep-last", value: "0", allowed: "1 or more")) { try rule(last: 0) }
    #expect(throws: EngineError.outOfRange(option: "--keep-days", value: "-1", allowed: "0 or more")) { try rule(days: -1) }
    #expect(throws: StoreError.unknown(kind: "model", name: "cars", known: ["pets"])) {
      _ = try bench.engine.setRetention(model: "cars", keepLast: 1, keepDays: nil, reason: "r")
    }
    #expect(throws: StoreError.unknown(kind: "model", name: "cars", known: ["pets"])) {
      _ = try bench.engine.planRetention(model: "cars")
    }
    #expect { _ = try bench.engine.planRetention(model: "pets") } throws: { ($0 as? EngineError)?.code == "nothing_to_do" }
    #expect(try bench.engine.planRetention(model: nil).isEmpty)
    #expect(try tableCounts(bench.store) == before)
  }
}

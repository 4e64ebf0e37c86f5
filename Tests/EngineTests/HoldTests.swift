import Ledger
import Store
import Testing

@testable import Engine

@Suite("Legal holds")
struct HoldTests {
  private let bench: Workbench

  init() throws { bench = try Workbench.trained() }

  private func place(_ target: HoldTarget, review: String = "2031-01-31") throws -> HoldRecord {
    try bench.engine.placeHold(HoldRequest(on: target, reason: "case 17", owner: "legal", review: CalendarDate(review)))
  }

  @Test("are placed on a model, a checkpoint, a class or a data set, and say who answers for them")
  func place() throws {
    let digest = try bench.checkpoint("pets@1").digest
    let targets: [(target: HoldTarget, subject: String)] = [
      (.named("pets"), "model pets"), (.named("pets@1"), "checkpoint pets@1"), (.named(digest.description), "checkpoint pets@1"),
      (.class("bee", dataset: nil), "class animals/bee"), (.class("ant", dataset: "animals"), "class animals/ant"),
      (.dataset("animals"), "dataset animals"),
    ]
    for (target, subject) in targets {
      let hold = try place(target)
      #expect(hold.subject == subject)
      #expect([hold.model, hold.checkpoint, hold.classID, hold.dataset].compactMap(\.self).count == 1)
      #expect([hold.owner, hold.reason, hold.actor] == ["legal", "case 17", "Ada"])
      #expect(hold.review == "2031-01-31" && !hold.isOverdue && hold.lift == nil && !hold.time.isEmpty)
    }
    let facts = try bench.store.read { try $0.logEntries(last: targets.count) }.map { entry -> [String] in
      guard case .object(let leaf) = entry.leaf else { return [] }
      return Set(leaf.keys).subtracting(["action", "format", "rows", "sealed", "time"]).sorted()
    }
    #expect(
      facts == [
        ["model"], ["model", "parent", "parent_digest"], ["model", "parent", "parent_digest"], ["dataset"], ["dataset"],
        ["dataset"],
      ])
    #expect(bench.findings() == [])
  }

  @Test("are listed by the date of review until they are lifted, and an old date is overdue")
  func list() throws {
    for (target, review) in [("pets", "2031-05-01"), ("pets@1", "2001-02-03"), ("pets", "2030-12-31")] {
      _ = try place(.named(target), review: review)
    }
    func inForce() throws -> [Int64] { try bench.store.read { try $0.holdsInForce() }.map(\.id) }
    #expect(try inForce() == [2, 3, 1])
    #expect(try bench.store.read { try $0.holdsInForce() }.map(\.isOverdue) == [true, false, false])

    let lifted = try bench.engine.liftHold(3, reason: "settled")
    #expect(lifted.lift?.reason == "settled" && lifted.lift?.actor == "Ada" && lifted.reason == "case 17")
    #expect(try inForce() == [2, 1])
    #expect(try bench.store.read { try $0.holds() }.map(\.id) == [2, 1, 3])
    #expect(bench.findings() == [])
  }

  @Test("never stop forgetting, whatever they are on")
  func forgetting() throws {
    for target in [
      .named("pets"), .named("pets@1"), .class("bee", dataset: nil), .dataset("animals"),
    ] as [HoldTarget] { _ = try place(target) }
    let event = try bench.forget("bee")
    #expect(event.childName == "pets@2")
    #expect(try bench.store.read { try $0.holdsInForce() }.count == 4)
    _ = try bench.rollback(to: 1)
    #expect(bench.findings() == [])
  }

  @Test("that make no sense are refused, and nothing is written")
  func refused() throws {
    _ = try bench.engine.importDataset(bench.request("zoo", Workbench.examples(seed: 2)))
    _ = try place(.named("pets"))
    _ = try bench.engine.liftHold(1, reason: "settled")
    let before = try tableCounts(bench.store)
    #expect(throws: StoreError.unknown(kind: "model", name: "cars", known: ["pets"])) { try place(.named("cars")) }
    #expect(throws: StoreError.unknown(kind: "checkpoint", name: "pets@9", known: ["pets@1"])) { try place(.named("pets@9")) }
    #expect(throws: StoreError.unknown(kind: "dataset", name: "toys", known: ["zoo", "animals"])) { try place(.dataset("toys")) }
    #expect(throws: EngineError.ambiguousClass(name: "bee", datasets: ["animals", "zoo"])) {
      try place(.class("bee", dataset: nil))
    }
    #expect(throws: StoreError.unknown(kind: "class", name: "emu", known: Workbench.classes)) {
      try place(.class("emu", dataset: nil))
    }
    #expect(throws: EngineError.unknownClass(name: "emu", dataset: "zoo", known: Workbench.classes)) {
      try place(.class("emu", dataset: "zoo"))
    }
    #expect(throws: StoreError.unknown(kind: "hold", name: "2", known: ["1"])) { try bench.engine.liftHold(2, reason: "r") }
    let lifted = try #require(try bench.store.read { try $0.hold(1) }.lift)
    #expect(throws: EngineError.alreadyLifted(hold: 1, time: lifted.time)) { try bench.engine.liftHold(1, reason: "again") }
    #expect(throws: EngineError.emptyText(option: "--reason")) { try bench.engine.liftHold(1, reason: " \n") }
    let date = try CalendarDate("2031-01-31")
    #expect(throws: EngineError.emptyText(option: "--owner")) {
      try bench.engine.placeHold(HoldRequest(on: .named("pets"), reason: "r", owner: "", review: date))
    }
    #expect(try tableCounts(bench.store) == before)
    #expect(bench.findings() == [])
  }

  @Test(
    "want a day that there is",
    arguments: [
      "", "soon", "2026-1-1", "2026-02-29", "2026-02-30", "2026-13-01", "2026-00-10", "2026-04-31", "2026-12-31T00:00:00Z",
      "31.12.2026", " 2026-12-31", "0000-01-01", "-026-01-01", "２０２６-12-31", "2026-12-31\u{0}",
    ])
  func badDates(text: String) {
    #expect(throws: StoreError.badDate(text)) { try CalendarDate(text) }
  }

  @Test("take any other day", arguments: ["2024-02-29", "2026-12-31", "9999-12-31", "0001-01-01"])
  func goodDates(text: String) throws { #expect(try CalendarDate(text).description == text) }
}

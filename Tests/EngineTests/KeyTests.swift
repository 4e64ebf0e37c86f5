import Ledger
import Store
import Testing

@testable import Engine

/// Without the store's own key nothing is written, and nobody computes for long before hearing so.
@Suite struct KeyTests {
  private static let missing = EngineError.keyMissing(path: "somewhere")

  private func refused(
    _ bench: Workbench, _ error: some Error & Equatable, _ key: @escaping @Sendable () throws -> SigningKey
  ) throws {
    let engine = Engine(store: bench.store, key: key, actor: "Eve", threads: 1) { stage, _ in
      #expect(stage != "keys", "learning began")
    }
    let before = try tableCounts(bench.store)
    let request = try bench.request("more", Workbench.examples())
    #expect(throws: error) { try engine.importDataset(request) }
    #expect(throws: error) { try engine.train(Workbench.training()) }
    #expect(throws: error) { try engine.forget(Workbench.forgetting(["bee"])) }
    #expect(throws: error) { try engine.rollback(RollbackRequest(model: "pets", number: 1, reason: "")) }
    #expect(try tableCounts(bench.store) == before)
    #expect(bench.findings() == [])
    // Reading needs no key.
    _ = try engine.evaluate("pets", part: .test)
    _ = try engine.previewForget(Workbench.forgetting(["dog"]))
    _ = try engine.previewRollback(RollbackRequest(model: "pets", number: 1, reason: ""))
  }

  @Test func aMissingKey() throws {
    let bench = try Workbench.trained()
    try bench.forget("ant")
    try refused(bench, Self.missing) { throw Self.missing }
  }

  @Test func aKeyOfAnotherStore() throws {
    let bench = try Workbench.trained()
    try bench.forget("ant")
    let other = try SigningKey(name: "key")
    let names = try [bench.key, other].map { try $0.named("example.com/log").verifierKey.description }
    try refused(bench, StoreError.wrongKey(expected: names[0], given: names[1])) { other }
  }

  /// One key serves several stores: a log signs under its own name.
  @Test func aKeyUnderAnotherNameIsTheSameKey() throws {
    let bench = try Workbench.trained()
    let renamed = try bench.key.named("other")
    let engine = Engine(store: bench.store, key: { renamed }, actor: "Ada", threads: 1)
    _ = try engine.forget(Workbench.forgetting(["bee"]))
    #expect(bench.findings() == [])
  }
}

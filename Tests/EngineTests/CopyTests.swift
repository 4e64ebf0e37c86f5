import Foundation
import Store
import Testing

@testable import Engine

@Suite("Registered copies")
struct CopyTests {
  private let bench: Workbench

  init() throws { bench = try Workbench() }

  @Test("are listed until they are clear, those beyond their date as overdue")
  func list() throws {
    let added = try bench.engine.addCopy(.backup, at: "s3://archive/über", clearBy: CalendarDate("2031-01-31"))
    #expect(added.kind == .backup && added.logSize == nil)
    #expect([added.location, added.clearBy] == ["s3://archive/über", "2031-01-31"])
    #expect(!added.isOverdue && added.clearing == nil && added.actor == "Ada")
    _ = try bench.engine.addCopy(.snapshot, at: "host 7", clearBy: CalendarDate("2001-01-31"))
    _ = try bench.engine.addCopy(.other, at: "a drawer", clearBy: nil)
    #expect(try bench.store.read { try $0.copies() }.map(\.isOverdue) == [false, true, false])

    let cleared = try bench.engine.clearCopy(2, reason: "gone with the host")
    #expect(cleared.clearing?.actor == "Ada" && !cleared.isOverdue)
    #expect(try bench.store.read { try $0.copies() }.map(\.id) == [1, 3])
    #expect(try bench.store.read { try $0.copies(all: true) }.map(\.id) == [1, 2, 3])
    #expect(bench.findings() == [])
  }

  @Test("that make no sense are refused, and nothing is written")
  func refused() throws {
    _ = try bench.engine.addCopy(.replica, at: "host 8", clearBy: nil)
    let clearing = try #require(try bench.engine.clearCopy(1, reason: nil).clearing)
    let before = try tableCounts(bench.store)
    #expect(throws: EngineError.alreadyClear(copy: 1, time: clearing.time)) { try bench.engine.clearCopy(1, reason: nil) }
    #expect(throws: StoreError.unknown(kind: "copy", name: "7", known: ["1"])) { try bench.engine.clearCopy(7, reason: nil) }
    #expect(throws: EngineError.emptyText(option: "the location")) { try bench.engine.addCopy(.other, at: " ", clearBy: nil) }
    #expect(throws: StoreError.self) { try bench.engine.addCopy(.other, at: "a\u{0}b", clearBy: nil) }
    #expect(throws: EngineError.self) {
      try bench.engine.addCopy(.other, at: String(repeating: "x", count: 4_097), clearBy: nil)
    }
    #expect(try tableCounts(bench.store) == before)
  }

  @Test("a backup that holds the entry of an erasure does not hold what that removed")
  func afterErasing() throws {
    func copies(of entry: Int64) throws -> [String] { try bench.store.read { try $0.copiesNotClear(of: entry) } }
    _ = try bench.engine.addCopy(.other, at: "a drawer", clearBy: nil)
    let backup = try bench.engine.backup(to: bench.folder.path("b.db"), clearBy: nil)
    #expect(backup.logSize == 3 && backup.copy.logSize == 3)
    #expect(try copies(of: 2).count == 1, "where nobody knows, it may")
    #expect(try copies(of: 3).count == 2)
    #expect(try copies(of: 3)[1].hasPrefix("backup 2: /"))
  }

  @Test("what a killed restoration left beside the store is seen by the scan of an erasure")
  func leftover() throws {
    let bench = try Workbench.trained()
    try bench.forget("bee")
    // As much as a restoration had copied when it was killed.
    let left = bench.folder.path("lethe.db.lethe-partial")
    let backup = bench.folder.path("b.db")
    _ = try bench.engine.backup(to: backup, clearBy: nil)
    try FileManager.default.copyItem(atPath: backup, toPath: left)
    let first = try bench.engine.erase(EraseRequest(model: "pets", .classes(["bee"])))
    guard case .found(let hits) = first.outcome else {
      Issue.record("\(String(describing: first.outcome))")
      return
    }
    #expect(!hits.isEmpty && hits.allSatisfy { $0.file.hasSuffix(".lethe-partial") })
    #expect(!first.isComplete)
    try FileManager.default.removeItem(atPath: left)
    #expect(try bench.engine.erase(EraseRequest(model: "pets", .classes(["bee"]))).isComplete)
    #expect(bench.findings() == [])
  }
}

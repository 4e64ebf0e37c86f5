import Foundation
import Testing

@testable import Store

/// How far a verification goes: what it reads by choice, and that damage in one place hides nothing in another.
@Suite("Depth of verification")
struct VerifyDepthTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func verify(_ path: String, _ subset: DataSubset = .all) throws -> Verification {
    let store = try Store.open(at: path, for: .reading)
    defer { try? store.close() }
    return store.verify(reading: subset)
  }

  @Test("a subset reads its share, says what it passed over, and all subsets together read everything")
  func subsets() throws {
    let path = try FilledStore.copy(to: folder)
    let whole = try verify(path)
    #expect(whole.ok && whole.notChecked == [])
    let chunks = try SQLite.integer("SELECT count(*) FROM chunk", on: path)
    let tensors = try SQLite.integer("SELECT count(*) FROM tensor", on: path)
    for count in [2, 3, 7, 1_000] {
      let parts = try (1...min(count, 40)).map { try verify(path, #require(DataSubset($0, of: count))) }
      #expect(parts.allSatisfy { $0.ok && $0.root == whole.root && $0.logSize == whole.logSize })
      #expect(parts.reduce(0) { $0 + $1.checkedBytes } == whole.checkedBytes)
      #expect(parts.allSatisfy { part in part.notChecked.allSatisfy { $0.reason.contains("/\(count)") } })
    }
    let none = try verify(path, #require(DataSubset(999, of: 1_000)))
    #expect(none.checkedBytes == 0)
    #expect(none.notChecked.map(\.subject) == ["bytes of \(chunks) chunks", "bytes of \(tensors) tensors as a whole"])
  }

  @Test("a changed chunk is found by the subset that has it and no other; a changed row by every one")
  func subsetsFind() throws {
    let path = try FilledStore.copy(to: folder)
    try SQLite.tamper("UPDATE chunk SET bytes = zeroblob(length(bytes)) WHERE id = 4", on: path)
    let found = try (1...5).map {
      try !verify(path, #require(DataSubset($0, of: 5))).findings.filter { $0.subject == "chunk 4" }.isEmpty
    }
    #expect(found == [false, false, false, false, true])
    try SQLite.tamper("UPDATE measurement SET value = 0.5 WHERE id = 1", on: path)
    for number in 1...5 {
      #expect(try verify(path, #require(DataSubset(number, of: 5))).findings.contains { $0.code == .rowsChanged })
    }
  }

  @Test(
    "what is no subset is none",
    arguments: ["", "1", "0/3", "4/3", "-1/3", "1/0", "1/2/3", "a/b", " 1/2", "1/1000001", "1/99999999999999999999"])
  func noSubset(text: String) {
    #expect(DataSubset(text) == nil)
  }

  @Test("what was blanked is not checked, and is said to be")
  func blanked() throws {
    let path = try FilledStore.copy(to: folder)
    try SQLite.tamper(
      "UPDATE class SET name = NULL, salt = NULL WHERE id < 3; UPDATE sealed_field SET value = NULL, salt = NULL WHERE entry = 3",
      on: path)
    let result = try verify(path)
    #expect(result.ok && result.findings == [])
    #expect(result.notChecked.map(\.subject) == ["sealed fields", "table class"])
    #expect(result.notChecked.map(\.reason) == ["3 of them were blanked", "name and salt of 2 rows were blanked"])
  }

  @Test("a stale index is found, and everything else is checked")
  func staleIndex() throws {
    let path = try FilledStore.copy(to: folder)
    let whole = try verify(path)
    // An index that leaves every row out, under the name and text of the real one.
    for sql in [
      "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = sql || ' WHERE 0' WHERE name = 'head_move_by_model'",
      "REINDEX head_move_by_model",
      "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, ' WHERE 0', '') WHERE name = 'head_move_by_model'",
    ] { try SQLite.run(sql, on: path) }
    let result = try verify(path)
    #expect(Set(result.findings.map(\.code)).contains(.databaseDamaged), "\(result.findings)")
    #expect(result.findings.contains { $0.message.contains("head_move_by_model") })
    #expect((result.root, result.logSize, result.checkedBytes) == (whole.root, whole.logSize, whole.checkedBytes))
    #expect(result.notChecked == [])
  }

  @Test("with any page destroyed, what is wrong elsewhere is found all the same")
  func destroyedPage() throws {
    let path = try FilledStore.copy(to: folder)
    try SQLite.tamper(
      "UPDATE measurement SET value = 0.5 WHERE id = 1; UPDATE chunk SET digest = zeroblob(32) WHERE id = 1", on: path)
    let bytes = try [UInt8](folder.bytes())
    let pages = try SQLite.lines("SELECT pageno, name FROM dbstat ORDER BY pageno", on: path).map { $0.split(separator: "|") }
    var generator = Seeded(21)
    for page in pages where LongTests.areWanted || Int.random(in: 0..<3, using: &generator) == 0 {
      let (number, table) = (try #require(Int(page[0])), String(page[1]))
      // The schema's own page, and the tables that say what the rows and chunks should be.
      if number == 1 || table.hasPrefix("sqlite_schema") { continue }
      var damaged = bytes
      damaged.replaceSubrange(((number - 1) * 4_096)..<(number * 4_096), with: generator.bytes(4_096))
      try folder.write(damaged, to: "damaged.db")
      let codes = Set(try verify(folder.path("damaged.db")).findings.map(\.code.rawValue))
      if !table.hasPrefix("measurement"), !table.hasPrefix("log_entry") {
        #expect(codes.contains("rows.changed"), "\(page): \(codes)")
      }
      if !table.hasPrefix("chunk"), !table.contains("autoindex_chunk") {
        #expect(codes.contains("chunk.corrupt"), "\(page): \(codes)")
      }
      #expect(codes.contains("database.damaged") || table == "chunk", "\(page): \(codes)")
    }
  }

  @Test("pages that form a circle end the verification, which says so")
  func circle() throws {
    let path = try FilledStore.copy(to: folder)
    // Leaves of the table with most rows all become the first one: its rows come again and again.
    let leaves = try SQLite.lines("SELECT pageno FROM dbstat WHERE name = 'chunk' AND pagetype = 'leaf'", on: path).compactMap {
      Int($0)
    }
    let root = try #require(
      try SQLite.lines("SELECT pageno FROM dbstat WHERE name = 'chunk' AND pagetype = 'internal'", on: path).compactMap { Int($0) }
        .first)
    var bytes = try [UInt8](folder.bytes())
    for leaf in leaves.dropFirst() {
      let number = withUnsafeBytes(of: UInt32(leaf).bigEndian) { Array($0) }
      let first = withUnsafeBytes(of: UInt32(leaves[0]).bigEndian) { Array($0) }
      let page = ((root - 1) * 4_096)..<(root * 4_096)
      for place in page.dropLast(3) where Array(bytes[place..<(place + 4)]) == number {
        bytes.replaceSubrange(place..<(place + 4), with: first)
      }
    }
    try folder.write(bytes, to: "circle.db")
    let result = try verify(folder.path("circle.db"))
    #expect(!result.ok)
    #expect(result.findings.allSatisfy { $0.code == .databaseDamaged }, "\(result.findings)")
    #expect(result.notChecked.map(\.subject) == ["log", "rows", "chunks and tensors", "lineage"])
  }

  @Test("a clock that went back is told of and is no damage")
  func clock() throws {
    let (store, key) = try newStore(folder)
    defer { try? store.close() }
    for seconds in [100.0, 50, 60, 100, 99] {
      let time = NewEntry.sample(.train).time.addingTimeInterval(seconds)
      try store.write(NewEntry(.import, actor: "Ada", time: time), key: key) {
        _ = try $0.insertTensor([UInt8(seconds)], shape: [1])
      }
    }
    let result = store.verify()
    #expect(result.ok)
    #expect(result.findings.map(\.code) == [.timeBackwards, .timeBackwards])
    #expect(result.findings.map(\.subject) == ["log entry 2", "log entry 5"], "once for each jump")
    #expect(result.findings.allSatisfy { $0.severity == .warning })
    #expect(try store.read { try $0.logEntries() }.map(\.index) == [0, 1, 2, 3, 4, 5])
  }
}

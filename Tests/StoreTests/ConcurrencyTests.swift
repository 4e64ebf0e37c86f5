import Foundation
import Ledger
import Testing

@testable import Store

@Suite("Several writers and readers")
struct ConcurrencyTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  /// A `sqlite3` process that takes commands and answers with lines.
  private final class OtherProcess: @unchecked Sendable {
    private let process = Process()
    private let (stdin, stdout) = (Pipe(), Pipe())

    init(_ path: String) throws {
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["sqlite3", "-batch", path]
      (process.standardInput, process.standardOutput) = (stdin, stdout)
      try process.run()
    }

    /// Runs a command and waits until it is done.
    func run(_ sql: String) throws {
      try stdin.fileHandleForWriting.write(contentsOf: Data((sql + "; SELECT 'done';\n").utf8))
      var answer = ""
      while !answer.contains("done") {
        let data = stdout.fileHandleForReading.availableData
        if data.isEmpty { break }
        answer += String(decoding: data, as: UTF8.self)
      }
      #expect(answer.contains("done"))
    }

    func end() throws {
      try stdin.fileHandleForWriting.close()
      process.waitUntilExit()
    }
  }

  @Test("threads, and several openings of one file, lose nothing and leave no gaps")
  func threads() throws {
    let (store, key) = try newStore(folder)
    let path = folder.path()
    let problems = parallel(6) { writer -> String? in
      do {
        // Half of them write through an opening of their own, as other processes would.
        let own = writer % 2 == 0 ? store : try Store.open(at: path)
        for number in 0..<5 {
          try own.write(.sample(.train), key: key) { _ = try $0.modelOrNew("w\(writer).\(number)") }
          guard try own.read({ try $0.modelID("w\(writer).\(number)") }) != nil else { return "not there after the write" }
        }
        return nil
      } catch {
        return "\(error)"
      }
    }
    #expect(problems.compactMap(\.self) == [])
    let names = try store.read { try $0.modelNames() }
    #expect(Set(names) == Set((0..<6).flatMap { writer in (0..<5).map { "w\(writer).\($0)" } }))
    #expect(try SQLite.lines("SELECT log_index FROM log_entry", on: path) == (0...30).map(String.init))
    #expect(try SQLite.lines("SELECT entry FROM model ORDER BY id", on: path) == (1...30).map(String.init))
    #expect(store.verify().findings.filter { $0.code != .modelHeadMissing } == [])
  }

  @Test("a writer waits for another process, and says that it was busy when that takes too long")
  func busy() throws {
    let (first, key) = try newStore(folder)
    let impatient = try Store.open(at: folder.path(), busyTimeout: 0.01)
    let other = try OtherProcess(folder.path())
    try other.run("BEGIN IMMEDIATE")
    #expect(throws: StoreError.busy(path: folder.path())) {
      try impatient.write(.sample(.train), key: key) { _ = try $0.modelOrNew("pets") }
    }
    #expect(try impatient.read { try $0.modelNames() } == [], "readers don't wait")
    // One end of the pair writes and has to wait until the other end lets go.
    let ended = parallel(2) { index -> String in
      do {
        if index == 0 {
          try first.write(.sample(.train), key: key) { _ = try $0.modelOrNew("pets") }
        } else {
          try other.run("COMMIT")
        }
        return "done"
      } catch {
        return "\(error)"
      }
    }
    #expect(ended == ["done", "done"])
    try other.end()
    #expect(try first.read { try $0.modelNames() } == ["pets"])
  }

  @Test("a reader sees one state, whatever is written meanwhile")
  func snapshot() throws {
    let (store, key) = try newStore(folder)
    try store.read { snapshot in
      #expect(try snapshot.modelNames() == [])
      try store.write(.sample(.train), key: key) { _ = try $0.modelOrNew("pets") }
      #expect(try snapshot.modelNames() == [])
    }
    #expect(try store.read { try $0.modelNames() } == ["pets"])
  }
}

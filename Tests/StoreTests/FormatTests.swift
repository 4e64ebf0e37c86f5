import Foundation
import Testing

@testable import Store

/// `schema/FORMAT.md` says what is true.
@Suite("The format's document")
struct FormatTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private static func tool(_ name: String) -> Bool { (try? run("which", [name]).status) == 0 }

  @Test("names every table and view of the schema, and every record table's evidence is described by it")
  func names() throws {
    let path = try FilledStore.copy(to: folder, erased: true)
    let text = try Repository.text("schema/FORMAT.md")
    for name in try SQLite.lines("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')", on: path) {
      #expect(text.contains("`\(name)`"), "\(name)")
    }
    for table in RecordTable.all {
      for column in table.erasable { #expect(text.contains("`\(column)`"), "\(table.name).\(column)") }
    }
    for action in NewEntry.Action.allCases { #expect(text.contains("`\(action.rawValue)`")) }
  }

  @Test("leaves have the members that it lists")
  func leaves() throws {
    let path = try FilledStore.copy(to: folder, erased: true)
    let keys = try SQLite.lines("SELECT DISTINCT key FROM log_entry, json_each(leaf)", on: path)
    let common = ["action", "format", "rows", "sealed", "time"]
    #expect(Set(keys).isSuperset(of: common))
    let text = try Repository.text("schema/FORMAT.md")
    for key in keys { #expect(text.contains("`\(key)`"), "\(key)") }
    for key in common {
      #expect(try SQLite.integer("SELECT count(*) FROM log_entry WHERE leaf ->> '$.\(key)' IS NULL", on: path) == 0)
    }
  }

  @Test("its commands run, and every comparison holds", .enabled(if: tool("lz4") && tool("openssl") && tool("sha256sum")))
  func byHand() throws {
    let path = try FilledStore.copy(to: folder)
    let text = try Repository.text("schema/FORMAT.md")
    let blocks = text.components(separatedBy: "```sh\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
    #expect(blocks.count == 6)
    let work = folder.path("work")
    try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
    for block in blocks {
      let script = "set -eu; cd '\(work)'; STORE='\(path)'\n\(block)"
      #expect(try run("bash", ["-c", script]).status == 0, "\(block)")
    }
    // The same commands fail on another content: they do compare something.
    try SQLite.tamper(
      """
      UPDATE log_node SET hash = zeroblob(32); UPDATE log_checkpoint SET note = replace(note, 'example.com/log' || char(10), 'x' || char(10));
      UPDATE model SET name = 'other'; UPDATE class SET name = name || 'x'; UPDATE chunk SET digest = randomblob(32)
      """, on: path)
    for block in blocks {
      let script = "set -eu; cd '\(work)'; STORE='\(path)'\n\(block)"
      #expect(try run("bash", ["-c", script]).status != 0, "\(block)")
    }
  }

  @Test("views answer from the filled store")
  func views() throws {
    let path = try FilledStore.copy(to: folder)
    let erased = try folder.write(FilledStore.erased.get().bytes, to: "erased.db")
    for view in try SQLite.lines("SELECT name FROM sqlite_schema WHERE type = 'view'", on: erased) {
      #expect(try SQLite.integer("SELECT count(*) FROM \(view)", on: erased) > 0, "\(view)")
    }
    #expect(try SQLite.lines("SELECT head FROM model_head", on: path) == ["pets@4"])
    #expect(
      try SQLite.lines("SELECT class, parent, child, actor, reason, in_force FROM forgotten_classes", on: path)
        == ["cat|pets@1|pets@2|Ada|art. 17|0", "owl|pets@2|pets@3|Ada|art. 17|1"])
    #expect(
      try SQLite.lines("SELECT checkpoint, parent, kind, forgotten FROM checkpoint_lineage", on: path) == [
        "pets@1||trained|", "pets@2|pets@1|unlearned|cat", "pets@3|pets@2|unlearned|cat, owl", "pets@4|pets@1|rolled back|cat, owl",
      ])
    #expect(
      try SQLite.lines("SELECT log_index, action FROM history", on: path)
        == ["6|reinstate", "5|rollback", "4|forget", "3|forget", "2|train", "1|import", "0|init"])
    #expect(
      try SQLite.lines("SELECT checkpoint, part, class, value, n FROM measurements LIMIT 2", on: path)
        == ["pets@1|test||0.25|12", "pets@1|test|cat|0.25|12"])
  }
}

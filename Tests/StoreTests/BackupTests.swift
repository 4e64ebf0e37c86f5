import Foundation
import Ledger
import Testing

@testable import Store

@Suite("Backups")
struct BackupTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func filled() throws -> Store { try Store.open(at: FilledStore.copy(to: folder)) }

  private func content(_ name: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder.path(name)))) }

  private func mode(_ name: String) -> mode_t {
    var status = stat()
    return stat(folder.path(name), &status) == 0 ? status.st_mode & 0o777 : 0
  }

  @Test("are whole files with the store's content and mode, and open in a folder that cannot be written to")
  func whole() throws {
    let store = try filled()
    chmod(folder.path(), 0o640)
    let backup = try StoreBackup(of: store, at: folder.path("b.db"))
    let (size, root, verification) = try backup.write()
    #expect(!FileManager.default.fileExists(atPath: folder.path("b.db")), "it gets its name last")
    try backup.install()
    let head = try store.read { try $0.lastSignedTreeHead() }
    #expect(size == head.size && root == head.root && verification.ok && verification.checkedBytes > 0)
    withExtendedLifetime(backup) {}
    #expect(codes(folder.path("b.db")) == [])
    #expect(mode("b.db") == 0o640)
    #expect(try SQLite.dump(folder.path("b.db")) == SQLite.dump(folder.path()))
    // No write-ahead log: byte 18 of the header says what a writer needs (https://www.sqlite.org/fileformat.html).
    let copied = try StoreBackup(of: store, at: folder.path("c.db"))
    _ = try copied.write()
    try copied.install()
    #expect(try content("c.db")[18] == 1)
  }

  @Test("leave nothing but themselves behind")
  func clean() throws {
    let store = try filled()
    do {
      let backup = try StoreBackup(of: store, at: folder.path("b.db"))
      _ = try backup.write()
      try backup.install()
    }
    try store.close()
    #expect(try folder.names() == ["b.db", "lethe.db"])
  }

  @Test("never take the place of a file, nor of a broken link")
  func taken() throws {
    let store = try filled()
    try folder.write([1, 2, 3], to: "b.db")
    #expect(symlink("nowhere", folder.path("link.db")) == 0)
    for name in ["b.db", "link.db"] {
      #expect(throws: StoreError.alreadyExists(path: folder.path(name))) { _ = try StoreBackup(of: store, at: folder.path(name)) }
    }
    // Somebody else was quicker.
    let backup = try StoreBackup(of: store, at: folder.path("late.db"))
    _ = try backup.write()
    try folder.write([4], to: "late.db")
    #expect(throws: StoreError.alreadyExists(path: folder.path("late.db"))) { try backup.install() }
    #expect(try content("b.db") == [1, 2, 3] && content("late.db") == [4])
    #expect { _ = try StoreBackup(of: store, at: folder.path("none/b.db")) } throws: {
      ($0 as? StoreError)?.code == "store.unusable"
    }
  }

  @Test("what a dead one left is removed, and a living one is left alone")
  func leftovers() throws {
    let store = try filled()
    for suffix in ["", "-wal", "-shm", "-journal"] { try folder.write([9], to: "b.db" + PartialFile.suffix + suffix) }
    do {
      let backup = try StoreBackup(of: store, at: folder.path("b.db"))
      #expect(throws: StoreError.busy(path: folder.path("b.db") + PartialFile.suffix)) {
        _ = try StoreBackup(of: store, at: folder.path("b.db"))
      }
      _ = try backup.write()
      try backup.install()
    }
    #expect(codes(folder.path("b.db")) == [])
    // One that died between giving the file its name and taking the temporary one away; the file was moved on since.
    try FileManager.default.moveItem(atPath: folder.path("b.db"), toPath: folder.path("moved.db"))
    #expect(link(folder.path("moved.db"), folder.path("b.db") + PartialFile.suffix) == 0)
    let moved = try content("moved.db")
    do {
      let backup = try StoreBackup(of: store, at: folder.path("b.db"))
      _ = try backup.write()
      try backup.install()
    }
    #expect(try content("moved.db") == moved)
    try store.close()
    #expect(try folder.names() == ["b.db", "lethe.db", "moved.db"])
  }

  @Test("of a damaged store are refused, and leave nothing")
  func damaged() throws {
    let path = try FilledStore.copy(to: folder)
    try SQLite.tamper("UPDATE chunk SET bytes = zeroblob(length(bytes)) WHERE id = 1", on: path)
    let store = try Store.open(at: path)
    do {
      let backup = try StoreBackup(of: store, at: folder.path("b.db"))
      #expect { _ = try backup.write() } throws: {
        ($0 as? StoreError)?.code == "copy.damaged" && ($0 as? StoreError)?.isDamage == true
      }
    }
    try store.close()
    #expect(try folder.names() == ["lethe.db"])
  }

  @Test("of a busy store hold one state that was committed")
  func busy() throws {
    let (store, key) = try newStore(folder)
    try FilledStore.fill(store, key: key)
    let problems = parallel(3) { index -> String? in
      do {
        for round in 0..<6 {
          if index == 0 {
            let backup = try StoreBackup(of: store, at: folder.path("b\(round).db"))
            let (size, root, _) = try backup.write()
            try backup.install()
            let then = try SQLite.lines("SELECT lower(hex(root)) FROM log_checkpoint WHERE size = \(size)", on: folder.path())
            if then != [root.hex] { return "backup \(round) ends with a head that the store never had" }
          } else {
            let own = try Store.open(at: folder.path())
            try own.write(.sample(.copyAdd), key: key) {
              _ = try $0.insertCopy(kind: .other, location: "w\(index).\(round)", logSize: nil, clearBy: nil)
            }
            try own.close()
          }
        }
        return nil
      } catch {
        return "\(error)"
      }
    }
    #expect(problems.compactMap(\.self) == [])
    for round in 0..<6 { #expect(codes(folder.path("b\(round).db")) == []) }
  }
}

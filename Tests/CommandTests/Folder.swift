import Foundation

/// A temporary folder that goes with the test.
final class Folder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("lethe-command-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { remove() }

  func remove() { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  /// Writes a file and returns its path.
  func write(_ bytes: [UInt8], _ name: String) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }

  func write(text: String, _ name: String) throws -> String { try write(Array(text.utf8), name) }
}

/// The bytes of a file.
func bytes(of path: String) throws -> [UInt8] {
  try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
}

/// Whether there is something at the path.
func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

/// What the machine may lack, and how many rounds the random tests take.
enum Machine {
  static let hasSQLite = exists("/usr/bin/sqlite3")
  /// Whether this user may mount a folder elsewhere.
  static let canMount: Bool = {
    guard getuid() == 0, let folders = try? (Folder(), Folder()),
      let bound = try? run("/usr/bin/mount", ["--bind", folders.0.path, folders.1.path], in: folders.0), bound.code == 0
    else { return false }
    return (try? run("/usr/bin/umount", [folders.1.path], in: folders.0))?.code == 0
  }()
  static let longTests = ProcessInfo.processInfo.environment["LETHE_LONG_TESTS"] != nil
}

import Dispatch
import Foundation
import Synchronization

/// The folder that a site is written to: only what changed is written, so that times of files and transfers follow the store.
package struct SiteFolder {
  /// What was done.
  package struct Tally: Sendable {
    package var pages = 0
    package var written = 0
    package var bytesWritten = 0
  }

  package let path: String
  package private(set) var tally = Tally()
  private var made = Set<String>()

  /// Says whose site the folder is; nothing else in it is read.
  private static let mark = "site.json"

  private struct Mark: Codable {
    var origin: String
    var schema: String
  }

  /// Opens the folder, or makes it.
  /// - Throws: `SiteError`; nothing is written where something else lies.
  package init(_ path: String, origin: String) throws {
    self.path = path
    let manager = FileManager.default
    let mark = "\(path)/\(Self.mark)"
    if let data = manager.contents(atPath: mark) {
      guard let found = try? JSONDecoder().decode(Mark.self, from: data), found.schema == "lethe/site-folder/v1" else {
        throw SiteError.notASite(folder: path)
      }
      guard found.origin == origin else { throw SiteError.otherStore(folder: path, origin: found.origin) }
    } else if manager.fileExists(atPath: path) {
      guard let names = try? manager.contentsOfDirectory(atPath: path), names.isEmpty else {
        throw SiteError.notASite(folder: path)
      }
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try put(Self.mark, encoder.encode(Mark(origin: origin, schema: "lethe/site-folder/v1")) + Data("\n".utf8))
  }

  /// Writes a page unless it is there as it should be.
  package mutating func put(_ name: String, _ page: Page) throws {
    tally.pages += 1
    try put(name, Data(page.html.utf8))
  }

  /// Draws so many pages on all cores, and writes those that are not there as they should be.
  package mutating func put(_ count: Int, _ draw: @Sendable (Int) -> (name: String, page: Page)) throws {
    guard count > 0 else { return }
    try makeFolder(of: draw(0).name)
    let path = path
    let done = Mutex<(written: Int, bytes: Int, fault: SiteError?)>((0, 0, nil))
    DispatchQueue.concurrentPerform(iterations: count) { number in
      let (name, page) = draw(number)
      do throws(SiteError) {
        let bytes = try Self.write(Data(page.html.utf8), to: "\(path)/\(name)")
        if bytes > 0 { done.withLock { ($0.written, $0.bytes) = ($0.written + 1, $0.bytes + bytes) } }
      } catch {
        done.withLock { $0.fault = $0.fault ?? error }
      }
    }
    let (written, bytes, fault) = done.withLock { $0 }
    if let fault { throw fault }
    tally.pages += count
    tally.written += written
    tally.bytesWritten += bytes
  }

  private mutating func put(_ name: String, _ data: Data) throws {
    try makeFolder(of: name)
    let bytes = try Self.write(data, to: "\(path)/\(name)")
    if bytes > 0 { (tally.written, tally.bytesWritten) = (tally.written + 1, tally.bytesWritten + bytes) }
  }

  private mutating func makeFolder(of name: String) throws {
    let folder = URL(fileURLWithPath: "\(path)/\(name)").deletingLastPathComponent().path
    guard made.insert(folder).inserted else { return }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw SiteError.unwritable(path: folder, reason: error.localizedDescription)
    }
  }

  /// The file has its name only when it is complete. It is not flushed to the disk: it can be written again at any time.
  /// - Returns: how many bytes were written; 0 if the file was there as it should be.
  private static func write(_ data: Data, to path: String) throws(SiteError) -> Int {
    if FileManager.default.contents(atPath: path) == data { return 0 }
    do {
      try data.write(to: URL(fileURLWithPath: path), options: .atomic)
      return data.count
    } catch {
      throw .unwritable(path: path, reason: error.localizedDescription)
    }
  }
}

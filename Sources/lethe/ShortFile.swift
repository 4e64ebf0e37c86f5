import Foundation
@preconcurrency import Glibc
import Tensors

/// A short file that somebody else wrote, such as a note, a key or a receipt: never more of it is read than it may hold.
enum ShortFile {
  /// All bytes of a file, and one more than `limit` if it is longer, so that whoever takes it apart says so.
  /// - Throws: `EvidenceError.unreadable`.
  static func read(_ path: String, atMost limit: Int) throws -> [UInt8] {
    do throws(InputFile.Fault) {
      return try InputFile(path: path).bytes(limit + 1)
    } catch {
      throw EvidenceError.unreadable(path: path, Self.reason(error))
    }
  }

  /// Writes a file under its name when it is complete, in place of one that had it.
  /// - Throws: `EvidenceError.unwritable`.
  static func write(_ bytes: [UInt8], to path: String) throws {
    do throws(InputFile.Fault) {
      let file = try OutputFile(path: path)
      try bytes.withUnsafeBufferPointer { buffer throws(InputFile.Fault) in try file.append(UnsafeRawBufferPointer(buffer)) }
      try file.commit()
    } catch {
      throw EvidenceError.unwritable(path: path, Self.reason(error))
    }
  }

  /// Whether a file could be written under a name: a look beforehand, which cannot foresee all.
  /// - Throws: `EvidenceError.unwritable`.
  static func requireWritable(_ path: String) throws {
    var isFolder = ObjCBool(false)
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw EvidenceError.unwritable(path: path, "it is a folder")
    }
    guard access(URL(fileURLWithPath: path).deletingLastPathComponent().path, W_OK) == 0 else {
      throw EvidenceError.unwritable(path: path, systemMessage(errno))
    }
  }

  private static func reason(_ fault: InputFile.Fault) -> String {
    switch fault {
    case .system(let operation, let code): "\(operation): \(systemMessage(code))"
    case .notRegularFile: "it is not a file"
    }
  }
}

import Foundation
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

  private static func reason(_ fault: InputFile.Fault) -> String {
    switch fault {
    case .system(let operation, let code): "\(operation): \(systemMessage(code))"
    case .notRegularFile: "it is not a file"
    }
  }
}

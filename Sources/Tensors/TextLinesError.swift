/// What is wrong with a file of names, where, and what to do about it.
package struct TextLinesError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file as the caller named it.
  package let path: String
  /// The line, counted from 1 as editors do; 0 where the file as a whole is at fault.
  package let line: Int
  /// What is wrong.
  package let fault: Fault

  /// The ways in which a file of names can be wrong.
  package enum Fault: Error, Hashable, Sendable {
    /// The system refused to open or read, with this `errno`.
    case system(operation: String, code: Int32)
    /// The path names a folder, pipe or device.
    case notRegularFile
    /// The bytes of the line are not UTF-8.
    case notUTF8
    /// A character of an array of strings is none.
    case notUnicode(UInt32)
    /// The file begins with a byte order mark, which would become part of the first name.
    case byteOrderMark
    /// The line is empty or holds nothing but spaces.
    case empty
    /// The line holds a control character or a Unicode line separator.
    case controlCharacter(scalar: UInt32)
    /// The line is longer than ``TextLines/maximumLineBytes``.
    case lineTooLong
    /// The file has more lines than its use allows.
    case tooManyLines(limit: Int)
    /// The name has stood before.
    case duplicate(firstLine: Int)
  }

  /// File, place, problem and remedy in one line.
  package var description: String {
    (line > 0 ? "\(path), line \(line): " : "\(path): ") + "\(fault.problem); \(fault.remedy)"
  }
}

extension TextLinesError.Fault {
  /// What is wrong, in words.
  package var problem: String {
    switch self {
    case .system(let operation, let code): "\(operation) failed: \(systemMessage(code)) (errno \(code))"
    case .notRegularFile: "not a regular file"
    case .notUTF8: "not UTF-8"
    case .notUnicode(let number): "U+\(Self.hex(number)) is no Unicode character"
    case .byteOrderMark: "the file begins with a byte order mark"
    case .empty: "the name is empty"
    case .controlCharacter(let scalar): "the name holds the control character U+\(Self.hex(scalar))"
    case .lineTooLong: "the name is longer than \(TextLines.maximumLineBytes) bytes"
    case .tooManyLines(let limit): "the file has more than \(limit) lines"
    case .duplicate(let firstLine): "the name stands already on line \(firstLine)"
    }
  }

  /// What the user can do, in words.
  package var remedy: String {
    switch self {
    case .system: "check the path, its permissions and the disk"
    case .notRegularFile: "name a file; save a stream to disk first"
    case .notUTF8: "save the file as UTF-8"
    case .notUnicode: "save the array with numpy again"
    case .byteOrderMark: "save it as UTF-8 without one"
    case .empty: "give every class or example a name, and nothing else"
    case .controlCharacter: "remove it"
    case .lineTooLong: "shorten the name"
    case .tooManyLines: "write one line a name"
    case .duplicate: "give every class a name of its own"
    }
  }

  private static func hex(_ scalar: UInt32) -> String {
    let digits = String(scalar, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}

import Foundation
import Ledger
import Store

/// A list of what must not come back, as a file that `exclusion export` wrote: exactly what `exclusion list --json` prints, and a
/// newline.
///
/// Whatever says the same in other bytes is refused: spaces, another order, names that stand twice or that nobody knows. So two
/// readers cannot understand a list in two ways.
package enum ExclusionListFile {
  /// The longest file that is read: about half a million entries.
  package static let maximumBytes = 64 << 20

  /// Writes a list to a new file.
  /// - Throws: `StoreError.alreadyExists`, `.unusable`.
  package static func write(_ list: ExclusionListAnswer, to path: String) throws {
    try NewFile.write(Array((try list.json() + "\n").utf8), to: path)
  }

  /// Reads a list.
  /// - Throws: `ExclusionListError`.
  package static func read(_ path: String) throws -> ExclusionList {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw ExclusionListError(path: path, fault: .unreadable(String(cString: strerror(errno))))
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw ExclusionListError(path: path, fault: .unreadable("it is not a file")) }
    guard status.st_size <= maximumBytes else { throw ExclusionListError(path: path, fault: .tooLarge) }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw ExclusionListError(path: path, fault: .unreadable("it cannot be opened"))
    }
    defer { try? handle.close() }
    // The size may have changed meanwhile.
    guard let data = try? handle.read(upToCount: maximumBytes + 1) ?? Data() else {
      throw ExclusionListError(path: path, fault: .unreadable("it cannot be read"))
    }
    do throws(ExclusionListError.Fault) {
      return try parse(data)
    } catch {
      throw ExclusionListError(path: path, fault: error)
    }
  }

  static func parse(_ data: Data) throws(ExclusionListError.Fault) -> ExclusionList {
    guard data.count <= maximumBytes else { throw .tooLarge }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let answer = try? decoder.decode(ExclusionListAnswer.self, from: data) else { throw .malformed }
    // Its own text must be the file's: this also holds `schema` to what it has to say.
    guard let text = try? answer.json(), Array((text + "\n").utf8) == Array(data) else { throw .malformed }
    guard !answer.origin.isEmpty, answer.logSize > 0, let root = try? Digest(text: answer.root) else { throw .malformed }
    var records: [ExclusionRecord] = []
    for (index, item) in answer.exclusions.enumerated() {
      guard let digest = try? Digest(text: item.digest) else { throw .badEntry(index) }
      // Sorted as texts, which is the order of the digests too.
      if index > 0,
        (answer.exclusions[index - 1].kind.rawValue, answer.exclusions[index - 1].digest) >= (item.kind.rawValue, item.digest)
      {
        throw .badEntry(index)
      }
      records.append(ExclusionRecord(kind: item.kind, digest: digest, erasure: item.erasure.value))
    }
    return ExclusionList(origin: answer.origin, logSize: answer.logSize, root: root, records: records)
  }
}

/// Why a file is no list of what must not come back.
package struct ExclusionListError: Error, Equatable {
  package enum Fault: Error, Equatable {
    /// The system does not give its bytes.
    case unreadable(String)
    /// More than 64 MiB.
    case tooLarge
    /// Not the JSON that `exclusion export` writes, byte for byte.
    case malformed
    /// An entry, counted from 0, without a digest, out of order or there twice.
    case badEntry(Int)
  }

  package var path: String
  package var fault: Fault

  /// What is wrong, in a sentence.
  package var message: String {
    switch fault {
    case .unreadable(let reason): "\(path) cannot be read: \(reason)"
    case .tooLarge: "\(path) has more than \(ExclusionListFile.maximumBytes >> 20) MiB"
    case .malformed: "\(path) is not a list that `lethe exclusion export` wrote"
    case .badEntry(let index): "entry \(index) of \(path) is malformed, out of order or there twice"
    }
  }

  /// What the reader can do about it.
  package var remedy: String {
    switch fault {
    case .unreadable: "check the path and its permissions"
    case .tooLarge, .malformed, .badEntry: "export the list anew; lists are read only as they were written"
    }
  }
}

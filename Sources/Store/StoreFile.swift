import Foundation

/// The file at a store's path, as the system sees it, before SQLite is asked to open it.
struct StoreFile {
  /// As the user gave it.
  let path: String
  /// Absolute, so that SQLite takes no name for a URI (https://www.sqlite.org/uri.html) and no later change of folder matters.
  let location: String

  /// - Throws: `StoreError.notFound`, `StoreError.notAFile`: opening a pipe would wait for ever, and a device may do anything.
  init(_ path: String) throws {
    self.path = path
    location = Self.absolute(path)
    var status = stat()
    guard stat(location, &status) == 0 else {
      let code = errno
      if code == ENOENT || code == ENOTDIR || code == ENAMETOOLONG { throw StoreError.notFound(path: path) }
      throw StoreError.unusable(path: path, message: String(cString: strerror(code)))
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw StoreError.notAFile(path: path, kind: "a folder")
    case S_IFIFO: throw StoreError.notAFile(path: path, kind: "a pipe")
    case S_IFSOCK: throw StoreError.notAFile(path: path, kind: "a socket")
    default: throw StoreError.notAFile(path: path, kind: "a device")
    }
  }

  static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
  }

  /// Why the file cannot be written to, or no file made beside it as SQLite must, if that is so.
  var obstacle: String? {
    for (place, name) in [(location, "the file"), (Self.folder(of: resolved), "its folder")] where access(place, W_OK) != 0 {
      return "\(name) cannot be written to: \(String(cString: strerror(errno)))"
    }
    return nil
  }

  /// Size in bytes of a file beside this one, or nil if there is none.
  func size(of suffix: String) -> Int? {
    var status = stat()
    return stat(resolved + suffix, &status) == 0 ? Int(status.st_size) : nil
  }

  /// How the file contradicts its own header (https://www.sqlite.org/fileformat.html §1.3).
  var malformation: String {
    let header = (try? FileHandle(forReadingFrom: URL(fileURLWithPath: location)).read(upToCount: 100)) ?? Data()
    guard header.count == 100, let size = size(of: "") else { return "the file is malformed" }
    func number(_ range: Range<Int>) -> Int { header[range].reduce(0) { $0 << 8 | Int($1) } }
    let claimed = number(16..<18) * number(28..<32)
    return size < claimed ? "the file is truncated: \(size) bytes of \(claimed)" : "the file is malformed"
  }

  /// The location as a URI with parameters; every byte that means something there is escaped.
  func uri(_ parameters: String) -> String {
    let plain = UInt8(ascii: "a")...UInt8(ascii: "z")
    let path = location.utf8.map { byte in
      byte == UInt8(ascii: "/") || plain.contains(byte | 0x20)
        ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    return "file://\(path.joined())?\(parameters)"
  }

  /// Where a symbolic link leads: SQLite keeps the write-ahead log beside the file itself.
  private var resolved: String {
    guard let real = realpath(location, nil) else { return location }
    defer { free(real) }
    return String(cString: real)
  }

  /// Makes a new name in the folder survive a power failure.
  /// - Throws: `StoreError.inputOutput`.
  static func syncFolder(of path: String) throws {
    let descriptor = Foundation.open(folder(of: absolute(path)), O_RDONLY)
    // A folder that may be searched but not read cannot be synced by anybody.
    guard descriptor >= 0 else { return }
    defer { Foundation.close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw StoreError.inputOutput(path: path, message: "its folder cannot be synced: \(String(cString: strerror(errno)))")
    }
  }

  private static func folder(of location: String) -> String {
    let folder = location[..<(location.lastIndex(of: "/") ?? location.startIndex)]
    return folder.isEmpty ? "/" : String(folder)
  }
}

import Foundation

/// Files that hold a secret: made whole or not at all, and readable by their owner alone.
enum KeyFile {
  /// The mode of a key file: its owner reads and writes it, nobody else does anything.
  private static let mode: mode_t = 0o600

  /// Reads a file, if nobody but its owner can.
  ///
  /// The file is opened once and then judged by its descriptor, so it can't be swapped between check and reading.
  /// Symbolic links are followed: secrets are often mounted as such. A file is read up to one byte beyond
  /// `maximumBytes`, so that the caller can tell that it is too long.
  static func read(path: String, maximumBytes: Int) throws(SigningKeyFileError) -> [UInt8] {
    // O_NONBLOCK: opening a named pipe must not wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw errno == ENOENT ? .notFound(path: path) : .system(path: path, step: "open", code: errno)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(path: path, step: "fstat", code: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notARegularFile(path: path) }
    guard status.st_mode & 0o077 == 0 else { throw .readableByOthers(path: path, mode: status.st_mode & 0o777) }

    var buffer = [UInt8](repeating: 0, count: maximumBytes + 1)
    var count = 0
    while count < buffer.count {
      let got = buffer[count...].withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw .system(path: path, step: "read", code: errno) }
      if got == 0 { break }
      count += got
    }
    return Array(buffer[..<count])
  }

  /// Makes a file with this content, unless one of that name is there.
  ///
  /// The content is written in full to a temporary file in the same folder, synced, and then linked to its name, which
  /// fails if the name is taken: a file of that name is complete or absent and never overwritten. Missing folders are made
  /// with mode 0700.
  ///
  /// - Returns: whether the file was made; false if there was one.
  static func create(path: String, content: [UInt8]) throws(SigningKeyFileError) -> Bool {
    let file = URL(fileURLWithPath: path)
    let folder = file.deletingLastPathComponent().path
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw .folder(path: folder)
    }

    var template = Array("\(folder)/.\(file.lastPathComponent).XXXXXX".utf8CString)
    let descriptor = template.withUnsafeMutableBufferPointer { $0.baseAddress.map { mkstemp($0) } ?? -1 }
    guard descriptor >= 0 else { throw .system(path: path, step: "mkstemp", code: errno) }
    defer {
      close(descriptor)
      unlink(template)
    }
    guard fchmod(descriptor, mode) == 0 else { throw .system(path: path, step: "fchmod", code: errno) }
    // A local file takes so short a text whole; a full disk shows as an error or as fewer bytes.
    guard content.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) == content.count else {
      throw .system(path: path, step: "write", code: errno)
    }
    guard fsync(descriptor) == 0 else { throw .system(path: path, step: "fsync", code: errno) }
    guard link(template, path) == 0 else {
      guard errno == EEXIST else { throw .system(path: path, step: "link", code: errno) }
      return false
    }
    try sync(folder: folder)
    return true
  }

  /// Makes a folder's entries durable: without it a crash could lose the new name, and with it the key.
  private static func sync(folder: String) throws(SigningKeyFileError) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(path: folder, step: "open", code: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .system(path: folder, step: "fsync", code: errno) }
  }
}

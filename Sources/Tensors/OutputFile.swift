#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that appears under its name only when it is complete.
///
/// Bytes go to a temporary neighbour, which ``commit()`` flushes and renames; without it the neighbour is removed.
package final class OutputFile {
  private let path: String
  private let temporary: String
  private let descriptor: Int32
  private var isCommitted = false

  /// Creates the temporary neighbour.
  package init(path: String) throws(InputFile.Fault) {
    guard !path.utf8.contains(0) else { throw .system(operation: "open", code: EINVAL) }
    self.path = path
    temporary = path + "." + String(UInt64.random(in: 0...UInt64.max), radix: 16) + ".partial"
    // O_EXCL: never write through a link or a file that someone else put there.
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .system(operation: "open", code: errno) }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    if !isCommitted { unlink(temporary) }
  }

  /// Appends bytes.
  package func append(_ bytes: UnsafeRawBufferPointer) throws(InputFile.Fault) {
    var written = 0
    while written < bytes.count {
      let count = write(descriptor, bytes.baseAddress.map { $0 + written }, min(bytes.count - written, 1 << 30))
      if count < 0 {
        if errno == EINTR { continue }
        throw .system(operation: "write", code: errno)
      }
      written += count
    }
  }

  /// Flushes the bytes to the disk and gives the file its name, in place of a file that had it.
  package func commit() throws(InputFile.Fault) {
    try flush(descriptor)
    guard rename(temporary, path) == 0 else { throw .system(operation: "rename", code: errno) }
    isCommitted = true
    try flushFolder()
  }

  /// Flushes the bytes to the disk and gives the file its name, which no other file may have: EEXIST then.
  ///
  /// A second name and the removal of the first, since `rename(2)` would replace a file that appeared meanwhile.
  package func commitAsNew() throws(InputFile.Fault) {
    try flush(descriptor)
    guard link(temporary, path) == 0 else { throw .system(operation: "link", code: errno) }
    unlink(temporary)
    isCommitted = true
    try flushFolder()
  }

  /// A name lies in its folder: unless that reaches the disk as well, the file may be gone after a crash (fsync(2)).
  private func flushFolder() throws(InputFile.Fault) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(operation: "open", code: errno) }
    defer { close(descriptor) }
    try flush(descriptor)
  }

  private func flush(_ descriptor: Int32) throws(InputFile.Fault) {
    guard fsync(descriptor) == 0 else { throw .system(operation: "fsync", code: errno) }
  }
}

/// The error number of a name that is taken.
let fileExists = EEXIST

/// Whether something has the name: a file, a folder, or a link that leads nowhere.
package func nameIsTaken(_ path: String) -> Bool {
  var status = stat()
  return lstat(path, &status) == 0
}

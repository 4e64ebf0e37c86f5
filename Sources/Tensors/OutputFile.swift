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
final class OutputFile {
  private let path: String
  private let temporary: String
  private let descriptor: Int32
  private var isCommitted = false

  /// Creates the temporary neighbour.
  init(path: String) throws(InputFile.Fault) {
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
  func append(_ bytes: UnsafeRawBufferPointer) throws(InputFile.Fault) {
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
  func commit() throws(InputFile.Fault) {
    guard fsync(descriptor) == 0 else { throw .system(operation: "fsync", code: errno) }
    guard rename(temporary, path) == 0 else { throw .system(operation: "rename", code: errno) }
    isCommitted = true
  }
}

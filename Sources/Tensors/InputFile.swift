#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A regular file opened for reading, from front to back or at any place.
///
/// Plain `read(2)` rather than a memory map: a mapped file that another process shortens kills the reader with SIGBUS,
/// a read one merely ends early, which is a typed error.
package final class InputFile {
  /// Why a file could not be opened or read.
  package enum Fault: Error {
    case system(operation: String, code: Int32)
    case notRegularFile
  }

  /// The size when the file was opened.
  package let size: Int
  private let descriptor: Int32

  /// Opens a file.
  ///
  /// Anything but a regular file is refused, and O_NONBLOCK keeps a named pipe from blocking before that is known.
  package init(path: String) throws(Fault) {
    // A NUL would end the C string early and open another file than the one named.
    guard !path.utf8.contains(0) else { throw .system(operation: "open", code: EINVAL) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw .system(operation: "open", code: errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw .system(operation: "fstat", code: code)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .notRegularFile
    }
    self.descriptor = descriptor
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Whether there is a regular file at the path.
  static func isFile(_ path: String) -> Bool {
    var status = stat()
    return !path.utf8.contains(0) && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Fills the buffer and returns the number of bytes read, smaller than the buffer only at the end of the file.
  func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(Fault) -> Int {
    var filled = 0
    while filled < buffer.count {
      // Linux reads at most 0x7ffff000 bytes a call; Darwin refuses more than Int32.max.
      let wanted = min(buffer.count - filled, 1 << 30)
      let got = read(descriptor, buffer.baseAddress.map { $0 + filled }, wanted)
      if got == 0 { break }
      if got < 0 {
        if errno == EINTR { continue }
        throw .system(operation: "read", code: errno)
      }
      filled += got
    }
    return filled
  }

  /// Fills the buffer with what lies at `offset` and returns the number of bytes read, smaller than the buffer only at the end of
  /// the file. Where ``fill(_:)`` goes on is not touched.
  func fill(_ buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(Fault) -> Int {
    var filled = 0
    while filled < buffer.count {
      let got = pread(
        descriptor, buffer.baseAddress.map { $0 + filled }, min(buffer.count - filled, 1 << 30), off_t(offset + filled))
      if got == 0 { break }
      if got < 0 {
        if errno == EINTR { continue }
        throw .system(operation: "read", code: errno)
      }
      filled += got
    }
    return filled
  }

  /// Reads the next bytes, fewer than `count` only at the end of the file.
  package func bytes(_ count: Int) throws(Fault) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = try bytes.withUnsafeMutableBufferPointer { buffer throws(Fault) in
      try fill(UnsafeMutableRawBufferPointer(buffer))
    }
    bytes.removeLast(count - got)
    return bytes
  }
}

/// The system's words for an error number.
package func systemMessage(_ code: Int32) -> String {
  strerror(code).map { String(cString: $0) } ?? "error \(code)"
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that appears under its name only when it is complete.
///
/// Bytes go to a temporary neighbour, which ``commit()`` flushes and renames; without it the neighbour is removed. A process that is killed
/// cannot do so: then the next one that writes the same file does. The living are told from the dead by a lock (flock(2)) on the neighbour,
/// which the system lets go with the process.
package final class OutputFile {
  private let path: String
  private let temporary: String
  private let descriptor: Int32
  private var isCommitted = false

  /// Creates the temporary neighbour.
  package init(path: String) throws(InputFile.Fault) {
    guard !path.utf8.contains(0) else { throw .system(operation: "open", code: EINVAL) }
    self.path = path
    Self.removeLeftovers(of: path)
    while true {
      let name = path + "." + String(UInt64.random(in: 0...UInt64.max), radix: 16) + Self.suffix
      // O_EXCL: never write through a link or a file that someone else put there.
      let file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      guard file >= 0 else { throw .system(operation: "open", code: errno) }
      // Whoever saw it before it was locked took it for a dead one's, and it has no name any more. A file system without locks has no
      // leftovers removed either.
      var status = stat()
      if flock(file, LOCK_EX) != 0 || fstat(file, &status) != 0 || status.st_nlink > 0 {
        (temporary, descriptor) = (name, file)
        return
      }
      close(file)
    }
  }

  private static let suffix = ".partial"

  /// Removes what dead processes left of the same file: regular files with its name, a number and the suffix, which nobody has locked.
  private static func removeLeftovers(of path: String) {
    let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    let (folder, prefix) = (String(path[..<start]), String(path[start...]) + ".")
    guard let listing = opendir(folder.isEmpty ? "." : folder) else { return }
    defer { closedir(listing) }
    while let entry = readdir(listing) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) { String(cString: $0) }
      }
      guard name.hasPrefix(prefix), name.hasSuffix(suffix), name.count > prefix.count + suffix.count,
        UInt64(name.dropFirst(prefix.count).dropLast(suffix.count), radix: 16) != nil
      else { continue }
      let file = open(folder + name, O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)
      guard file >= 0 else { continue }
      var status = stat()
      if flock(file, LOCK_EX | LOCK_NB) == 0, fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
        unlink(folder + name)
      }
      close(file)
    }
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

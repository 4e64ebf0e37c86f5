import Foundation

/// A file that is built under a temporary name beside its place and gets its name when it is complete: there is a whole file or
/// none, whenever the process dies.
///
/// The temporary name is always the same, so that the next one who builds there removes what a dead one left. The living are told
/// from the dead by a lock (flock(2)) on the temporary file, which the system lets go with the process. It does not meet SQLite's own
/// locks, which are of another kind (fcntl(2)); those end when any descriptor of the file is closed, so ours is closed last.
final class PartialFile {
  /// What the temporary name has behind the other one; nothing else is called so.
  static let suffix = ".lethe-partial"
  private static let companions = ["-wal", "-shm", "-journal"]

  /// Where the file goes in the end.
  let place: String
  /// Where it is built.
  let path: String
  private let descriptor: Int32
  /// The temporary name is there and is this file's.
  private var hasName = true

  /// Takes the temporary name and makes an empty file there.
  /// - Throws: `StoreError.busy` while another process builds there, `StoreError.unusable`.
  init(for place: String, mode: mode_t) throws(StoreError) {
    (self.place, path) = (place, place + Self.suffix)
    guard !path.utf8.contains(0) else { throw .badName(kind: "file", name: place) }
    descriptor = try Self.take(path)
    for companion in Self.companions { unlink(path + companion) }
    guard ftruncate(descriptor, 0) == 0, fchmod(descriptor, mode) == 0 else {
      throw Self.failure(path, "ftruncate", errno)
    }
  }

  /// Opens and locks the temporary file.
  private static func take(_ path: String) throws(StoreError) -> Int32 {
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard descriptor >= 0 else { throw Self.failure(path, "open", errno) }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        close(descriptor)
        throw .busy(path: path)
      }
      var (mine, there) = (stat(), stat())
      let isThere = fstat(descriptor, &mine) == 0 && lstat(path, &there) == 0 && mine.st_ino == there.st_ino
      if isThere, mine.st_dev == there.st_dev, mine.st_mode & S_IFMT == S_IFREG, mine.st_nlink == 1 { return descriptor }
      // It has its place already: the one before died, or was about to remove the temporary name when we opened it. That file is
      // whole and not ours.
      close(descriptor)
      if isThere, unlink(path) != 0 { throw Self.failure(path, "unlink", errno) }
    }
  }

  private static func failure(_ path: String, _ step: String, _ code: Int32) -> StoreError {
    .unusable(path: path, message: "\(step): \(String(cString: strerror(code)))")
  }

  /// What was not installed is removed, and so is the temporary name of what was.
  deinit {
    if hasName { for suffix in [""] + Self.companions { unlink(path + suffix) } }
    close(descriptor)
  }

  /// Makes the bytes durable and gives the file its name.
  /// - Throws: `StoreError.alreadyExists`, `StoreError.unusable`; then nothing is at the place that was not there before.
  func install() throws(StoreError) {
    guard fsync(descriptor) == 0 else { throw Self.failure(path, "fsync", errno) }
    if link(path, place) != 0 {
      switch errno {
      case EEXIST: throw .alreadyExists(path: place)
      case EPERM, EOPNOTSUPP, ENOSYS:
        // A file system without links, such as that of many USB sticks. Two at once could overwrite each other; the lock keeps us
        // from being the two.
        guard !FileManager.default.fileExists(atPath: place) else { throw .alreadyExists(path: place) }
        guard rename(path, place) == 0 else { throw Self.failure(place, "rename", errno) }
        hasName = false
      case let code: throw Self.failure(place, "link", code)
      }
    }
    // From here on the file is there, whatever fails.
    try? StoreFile.syncFolder(of: place)
  }
}

extension PartialFile {
  /// Copies the bytes of a file, and those of a journal that belongs to it.
  /// - Throws: `StoreError.notFound`, `.notAStore` for a file that does not begin as a store does, `.unusable`.
  func copy(_ file: String, progress: (Double) -> Void) throws(StoreError) {
    try copy(file, to: descriptor, isStore: true, progress: progress)
    for companion in ["-wal", "-journal"] where FileManager.default.fileExists(atPath: file + companion) {
      let target = open(path + companion, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      guard target >= 0 else { throw Self.failure(path + companion, "open", errno) }
      defer { close(target) }
      try copy(file + companion, to: target, isStore: false, progress: progress)
    }
  }

  private func copy(_ file: String, to target: Int32, isStore: Bool, progress: (Double) -> Void) throws(StoreError) {
    // O_NONBLOCK: opening a named pipe must not wait for a writer.
    let source = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard source >= 0 else { throw errno == ENOENT ? .notFound(path: file) : Self.failure(file, "open", errno) }
    defer { close(source) }
    var status = stat()
    guard fstat(source, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw .notAStore(path: file) }
    if isStore { try Self.checkHeader(source, file) }
    var (buffer, done) = ([UInt8](repeating: 0, count: 1 << 20), 0)
    while true {
      let got = buffer.withUnsafeMutableBytes { read(source, $0.baseAddress, $0.count) }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw Self.failure(file, "read", errno) }
      if got == 0 { return }
      try write(buffer[..<got], to: target)
      done += got
      progress(Double(done) / Double(max(status.st_size, 1)))
    }
  }

  /// Appends bytes.
  func append(_ bytes: [UInt8]) throws(StoreError) { try write(bytes[...], to: descriptor) }

  private func write(_ bytes: ArraySlice<UInt8>, to target: Int32) throws(StoreError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(target, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Self.failure(path, "write", errno) }
      rest = rest.dropFirst(count)
    }
  }

  /// Looks at the first bytes before a file of any size is copied: https://www.sqlite.org/fileformat.html#the_database_header
  private static func checkHeader(_ source: Int32, _ file: String) throws(StoreError) {
    var header = [UInt8](repeating: 0, count: 100)
    let got = header.withUnsafeMutableBytes { pread(source, $0.baseAddress, $0.count, 0) }
    let id = header[68..<72].reduce(0) { $0 << 8 | Int($1) }
    guard got == header.count, header.starts(with: Array("SQLite format 3\0".utf8)), id == Store.applicationID else {
      throw .notAStore(path: file)
    }
  }
}

/// Writing small files with the same care.
package enum NewFile {
  /// Writes a file that is there as a whole or not at all, readable by its owner alone.
  /// - Throws: `StoreError.alreadyExists`, `.busy`, `.unusable`.
  package static func write(_ bytes: [UInt8], to place: String) throws(StoreError) {
    var status = stat()
    guard lstat(place, &status) != 0 else { throw .alreadyExists(path: place) }
    let file = try PartialFile(for: place, mode: 0o600)
    try file.append(bytes)
    try file.install()
  }
}

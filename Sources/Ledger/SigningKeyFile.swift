import Foundation

extension SigningKey {
  /// The mode of a key file: its owner reads and writes it, nobody else does anything.
  private static let mode: mode_t = 0o600

  /// Reads a key file, if nobody but its owner can.
  ///
  /// The file is opened once and then judged by its descriptor, so it can't be swapped between check and reading.
  /// Symbolic links are followed: secrets are often mounted as such. One newline at the end is allowed.
  ///
  /// - Throws: every case of `SigningKeyFileError`.
  package static func load(path: String) throws(SigningKeyFileError) -> SigningKey {
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

    // The prefix and the newline on top of the longest key, and one byte more to see that there is no more.
    var buffer = [UInt8](repeating: 0, count: VerifierKey.maximumTextBytes + 16)
    var count = 0
    while count < buffer.count {
      let got = buffer[count...].withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw .system(path: path, step: "read", code: errno) }
      if got == 0 { break }
      count += got
    }
    guard count < buffer.count else { throw .invalid(path: path, .tooLarge) }
    var text = buffer[..<count]
    if text.last == UInt8(ascii: "\n") { text.removeLast() }
    do throws(KeyError) {
      return try SigningKey(text: String(decoding: text, as: UTF8.self))
    } catch {
      throw .invalid(path: path, error)
    }
  }

  /// Makes a new key and its file, or takes the key of the file that is there.
  ///
  /// The new key is written in full to a temporary file in the same folder, synced, and then linked to its name, which
  /// fails if the name is taken: a file of that name is complete or absent and never overwritten. Of several processes
  /// that call this at once one wins, and all return the winner's key, so compare `verifierKey.name` with the name you
  /// wanted. Missing folders are made with mode 0700.
  ///
  /// - Throws: every case of `SigningKeyFileError`; `.invalid` with `.invalidName` if the name can't name a key.
  package static func create(path: String, name: String) throws(SigningKeyFileError) -> SigningKey {
    let key: SigningKey
    do throws(KeyError) {
      key = try SigningKey(name: name)
    } catch {
      throw .invalid(path: path, error)
    }
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
    let line = Array((key.secretText + "\n").utf8)
    // A local file takes so short a line whole; a full disk shows as an error or as fewer bytes.
    guard line.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) == line.count else {
      throw .system(path: path, step: "write", code: errno)
    }
    guard fsync(descriptor) == 0 else { throw .system(path: path, step: "fsync", code: errno) }
    guard link(template, path) == 0 else {
      guard errno == EEXIST else { throw .system(path: path, step: "link", code: errno) }
      return try load(path: path)
    }
    try sync(folder: folder)
    return key
  }

  /// Makes a folder's entries durable: without it a crash could lose the new name, and with it the key.
  private static func sync(folder: String) throws(SigningKeyFileError) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(path: folder, step: "open", code: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .system(path: folder, step: "fsync", code: errno) }
  }
}

/// The ways in which a key file can be unusable; no case carries any of its content.
package enum SigningKeyFileError: Error, Hashable, CustomStringConvertible {
  /// There is no such file.
  case notFound(path: String)
  /// A folder, a device or a pipe.
  case notARegularFile(path: String)
  /// Group or others may do something with the file; carries its mode.
  case readableByOthers(path: String, mode: mode_t)
  /// The content is no signing key.
  case invalid(path: String, KeyError)
  /// The folder for the file can't be made.
  case folder(path: String)
  /// A call to the operating system failed; carries its name and error number.
  case system(path: String, step: String, code: Int32)

  package var description: String {
    switch self {
    case .notFound(let path): "there is no signing key at \(path)"
    case .notARegularFile(let path): "\(path) is not a file: name a file that holds the signing key"
    case .readableByOthers(let path, let mode):
      "the signing key \(path) is open to other users (mode \(String(mode, radix: 8))): run chmod 600 \(path)"
    case .invalid(let path, let error): "\(path) holds no usable signing key: \(error)"
    case .folder(let path): "cannot make the folder \(path) for the signing key"
    case .system(let path, let step, let code):
      "\(step) failed for the signing key \(path): \(String(cString: strerror(code)))"
    }
  }
}

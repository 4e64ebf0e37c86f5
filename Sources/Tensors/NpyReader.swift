/// A stream of the rows of an npy file, of an array in an npz archive, or of a tensor in a safetensors file.
///
/// Opening reads the header and compares the file's size with it: a file with one byte too few or too many is refused
/// before any of its data are seen. Rows then come in order, in buffers that the caller sizes, always little-endian;
/// memory does not grow with the file. A reader that failed throws the same error for ever, so that no caller can step
/// over a bad row.
///
/// ## Topics
///
/// ### Opening
/// - ``init(path:elements:)``
/// - ``description``
///
/// ### Reading
/// - ``read(rows:into:)``
/// - ``nextBlock(rows:)``
/// - ``rowsPerBlock``
package final class NpyReader {
  /// The bytes that a block of the default size holds at most, unless one row is larger.
  static let blockBytes = 1 << 20

  /// The file as the caller named it.
  package let path: String
  /// What the header says.
  package let header: NpyHeader
  /// The number of rows read so far.
  package private(set) var position = 0
  private let source: any ArraySource
  private var failure: NpyError?

  /// Opens a file and reads its header.
  ///
  /// - parameter path: an npy file, or where in an npz or safetensors file the array lies: `data.npz:train_x`.
  /// - throws: ``NpyError`` for a file that can't be read, isn't npy, or isn't as long as its header says.
  package init(path: String, elements: NpyHeader.Elements = .numbers) throws(NpyError) {
    self.path = path
    var description: TensorDescription?
    do throws(NpyError.Fault) {
      switch ArrayPlace(path) {
      case .npy(let file): source = try PlainSource(path: file)
      case .npz(let file, let member): source = try NpzMember(path: file, member: member)
      case .safetensors(let file, let tensor):
        let tensor = try TensorSource(path: file, tensor: tensor)
        (source, description) = (tensor, tensor.description)
      }
    } catch {
      throw NpyError(path: path, fault: error)
    }
    if let description {
      // Safetensors has no strings.
      guard elements == .numbers else { throw NpyError(path: path, fault: .textsExpected(description.dtype.rawValue)) }
      header = NpyHeader(description)
    } else {
      header = try NpyHeader(readingFrom: source, elements: elements, path: path)
    }
    let expected = header.description.byteCount
    let actual = source.size - header.dataOffset
    guard actual >= expected else {
      throw NpyError(path: path, fault: .dataTruncated(expected: expected, actual: max(actual, 0)))
    }
    guard actual == expected else { throw NpyError(path: path, fault: .trailingBytes(actual - expected)) }
  }

  /// The type and shape of the array.
  package var description: TensorDescription { header.description }

  /// The number of rows: the first dimension, or 0 for a single number, which has none.
  package var rows: Int { description.shape.first ?? 0 }

  /// The bytes of one row; 0 for a single number, which has none.
  package var rowByteCount: Int { description.rowByteCount ?? 0 }

  /// The rows of a block of about 1 MiB, at least one.
  package var rowsPerBlock: Int { max(1, Self.blockBytes / max(1, rowByteCount)) }

  /// Reads up to `count` rows into the front of a buffer and returns their number, 0 after the last row.
  ///
  /// The buffer must hold `count` rows. What it holds after an error is unspecified.
  ///
  /// - throws: ``NpyError`` for a single number or for rows without elements, where rows make no sense, and when the
  ///   file can't be read or changed its length since it was opened.
  package func read(rows count: Int, into buffer: UnsafeMutableRawBufferPointer) throws(NpyError) -> Int {
    try rethrow()
    let shape = description.shape
    guard !shape.isEmpty else { throw fail(.wrongRank(shape: shape, expected: "an array with rows")) }
    // (2^60, 0) holds nothing in a file of 128 bytes, and would keep a loop over its rows busy for ever.
    guard rowByteCount > 0, !shape.dropFirst().contains(0) else { throw fail(.emptyRows(shape: shape)) }
    let wanted = min(max(count, 0), rows - position)
    guard wanted > 0 else { return 0 }
    precondition(buffer.count / rowByteCount >= wanted, "the buffer is smaller than the rows asked for")
    let target = UnsafeMutableRawBufferPointer(rebasing: buffer[..<(wanted * rowByteCount)])
    let got = try fill(target)
    guard got == target.count else {
      throw fail(.dataTruncated(expected: description.byteCount, actual: position * rowByteCount + got))
    }
    if header.isBigEndian { swapBytes(of: target, size: description.dtype.size) }
    position += wanted
    if position == rows { try checkEnd() }
    return wanted
  }

  /// Reads the next rows, at least one, as bytes; nil after the last row.
  ///
  /// - throws: ``NpyError`` as ``read(rows:into:)`` does.
  package func nextBlock(rows count: Int? = nil) throws(NpyError) -> [UInt8]? {
    let wanted = min(max(1, count ?? rowsPerBlock), rows - position)
    var block = [UInt8](repeating: 0, count: wanted * rowByteCount)
    let got = try block.withUnsafeMutableBufferPointer { buffer throws(NpyError) in
      try read(rows: wanted, into: UnsafeMutableRawBufferPointer(buffer))
    }
    return got == 0 ? nil : block
  }

  /// Remembers a fault, of the file or of what a caller found in its rows, and returns the error to throw.
  func fail(_ fault: NpyError.Fault) -> NpyError {
    let error = NpyError(path: path, fault: fault)
    failure = error
    return error
  }

  /// Throws the error that the reader failed with before, if it did.
  func rethrow() throws(NpyError) {
    if let failure { throw failure }
  }

  /// The file may have grown since its size was compared.
  private func checkEnd() throws(NpyError) {
    var byte: [UInt8] = [0]
    let got = try byte.withUnsafeMutableBufferPointer { buffer throws(NpyError) in
      try fill(UnsafeMutableRawBufferPointer(buffer))
    }
    guard got == 0 else { throw fail(.trailingBytes(got)) }
  }

  private func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(NpyError) -> Int {
    do throws(NpyError.Fault) {
      return try source.fill(buffer)
    } catch {
      throw fail(error)
    }
  }
}

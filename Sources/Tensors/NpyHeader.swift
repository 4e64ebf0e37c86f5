/// The header of an npy file.
///
/// ```
/// offset  size  content
/// 0       6     93 4E 55 4D 50 59 ("\x93NUMPY")
/// 6       2     version: 1.0, 2.0 or 3.0
/// 8       2/4   length of the text, little-endian: 2 bytes in version 1.0, 4 afterwards
/// 10/12   n     {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), } spaces and one newline
///               then the elements, row by row
/// ```
///
/// numpy evaluates the text as a Python literal; `NpyHeaderParser` accepts only the dictionaries that numpy and its
/// imitators write. Source: numpy's `numpy.lib.format` and NEP 1.
package struct NpyHeader: Hashable, Sendable {
  /// The largest text that is read: 1 MiB, a thousand times what three keys and 32 dimensions need.
  package static let maximumLength = 1 << 20
  /// The six bytes that every npy file begins with.
  static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]

  /// The type and shape of the array.
  package let description: TensorDescription
  /// Whether the file's elements are big-endian.
  package let isBigEndian: Bool
  /// Where in the file the elements begin.
  package let dataOffset: Int

  /// What kind of elements a caller wants.
  package enum Elements: Sendable {
    case numbers
    /// Strings: `U` is described as uint32 and `S` as uint8, with the characters as one more axis.
    case texts
  }

  /// What there is to say of an array whose elements come without a header: little-endian, from the first byte on.
  init(_ description: TensorDescription) { (self.description, isBigEndian, dataOffset) = (description, false, 0) }

  /// Reads the header from the front of a file.
  ///
  /// - throws: ``NpyError`` for anything that isn't a header of version 1.0, 2.0 or 3.0, in C order, with a plain type.
  init(readingFrom file: any ArraySource, elements: Elements = .numbers, path: String) throws(NpyError) {
    var front = try Self.bytes(8, of: file, path: path)
    guard front.starts(with: Self.magic) else { throw NpyError(path: path, fault: .notNpy) }
    guard front.count == 8 else {
      throw NpyError(path: path, fault: .headerTruncated(expected: 8, actual: front.count))
    }
    guard (1...3).contains(front[6]), front[7] == 0 else {
      throw NpyError(path: path, fault: .unsupportedVersion(major: front[6], minor: front[7]))
    }
    let width = front[6] == 1 ? 2 : 4
    front += try Self.bytes(width, of: file, path: path)
    guard front.count == 8 + width else {
      throw NpyError(path: path, fault: .headerTruncated(expected: 8 + width, actual: front.count))
    }
    let length = front[8...].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= Self.maximumLength else { throw NpyError(path: path, fault: .headerTooLong(bytes: length)) }
    let text = try Self.bytes(length, of: file, path: path)
    guard text.count == length else {
      let actual = front.count + text.count
      throw NpyError(path: path, fault: .headerTruncated(expected: front.count + length, actual: actual))
    }
    try self.init(text: text, offset: front.count, elements: elements, path: path)
  }

  /// Reads the text of a header, which begins at `offset` in the file.
  ///
  /// - throws: ``NpyError``.
  package init(text: [UInt8], offset: Int, elements: Elements = .numbers, path: String) throws(NpyError) {
    var parser = NpyHeaderParser(text: text, offset: offset, elements: elements, path: path)
    let fields = try parser.parse()
    do {
      description = try TensorDescription(dtype: fields.dtype, shape: fields.shape)
    } catch {
      throw NpyError(path: path, fault: .shape(error))
    }
    isBigEndian = fields.isBigEndian
    dataOffset = offset + text.count
  }

  /// The header that numpy itself would write before these elements: version 1.0, little-endian, C order, padded so
  /// that the data begin at a multiple of 64.
  package static func bytes(for description: TensorDescription) -> [UInt8] {
    let order = description.dtype.size == 1 ? "|" : "<"
    let shape = description.shape.map(String.init).joined(separator: ", ") + (description.rank == 1 ? "," : "")
    var text = "{'descr': '\(order)\(description.dtype.npyCode)', 'fortran_order': False, 'shape': (\(shape)), }"
    let used = 10 + text.utf8.count + 1
    text += String(repeating: " ", count: (64 - used % 64) % 64) + "\n"
    let length = text.utf8.count  // at most 832, for 32 dimensions of 19 digits
    return magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(text.utf8)
  }

  private static func bytes(_ count: Int, of file: any ArraySource, path: String) throws(NpyError) -> [UInt8] {
    do throws(NpyError.Fault) {
      return try file.bytes(count)
    } catch {
      throw NpyError(path: path, fault: error)
    }
  }
}

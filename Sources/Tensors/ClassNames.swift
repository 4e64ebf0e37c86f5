/// The names of a data set's classes: a text file with one a line, or an array of strings.
///
/// An array is numpy's `U` (UTF-32) or `S` (bytes, which must be UTF-8) of the shape `[n]` or `[n,1]`, in an npy file or an npz archive. Zeros
/// after a name's end are numpy's padding; a zero within is a control character like others. Whatever the place, the same names are
/// refused: empty ones, control characters, more than ``TextLines/maximumLineBytes`` bytes, one that stands twice.
package enum ClassNames {
  /// The most characters that an array may give each name room for; numpy gives all as much as the longest needs.
  package static let maximumWidth = TextLines.maximumLineBytes

  /// Reads all names; at most ``LabelReader/maximumClasses``, and as many bytes of memory as they have and a block of the file.
  ///
  /// - parameter path: a text file, or an array as `ArrayPlace` names it; a file is an array if it is called `.npy`.
  /// - throws: ``TextLinesError`` for a text file, ``NpyError`` for an array.
  package static func read(path: String) throws -> [String] {
    if case .npy(let file) = ArrayPlace(path), !file.lowercased().hasSuffix(".npy") {
      return try TextLines.classNames(path: file)
    }
    return try array(path: path)
  }

  private static func array(path: String) throws(NpyError) -> [String] {
    let reader = try NpyReader(path: path, elements: .texts)
    // The characters are the last axis.
    let (shape, width) = (Array(reader.description.shape.dropLast()), reader.description.shape.last ?? 0)
    guard shape.count == 1 || (shape.count == 2 && shape[1] == 1) else {
      throw reader.fail(.wrongRank(shape: shape, expected: "[classes] or [classes,1]"))
    }
    guard (1...LabelReader.maximumClasses).contains(shape[0]) else { throw reader.fail(.classCount(shape[0])) }
    guard width <= maximumWidth else { throw reader.fail(.textsTooWide(width)) }
    var names: [String] = []
    var firstRows: [String: Int] = [:]
    while let block = try reader.nextBlock() {
      let size = reader.rowByteCount
      for start in stride(from: 0, to: block.count, by: size) {
        let row = names.count
        let name: String
        do throws(TextLinesError.Fault) {
          let bytes = Array(block[start..<(start + size)])
          name = try TextLines.name(reader.description.dtype == .uint8 ? unpadded(bytes) : utf8(ofUTF32: bytes))
        } catch {
          throw reader.fail(.badName(row: row, error))
        }
        if let first = firstRows.updateValue(row, forKey: name) { throw reader.fail(.duplicateName(row: row, first: first)) }
        names.append(name)
      }
    }
    return names
  }

  private static func unpadded(_ bytes: [UInt8]) -> [UInt8] {
    Array(bytes[..<((bytes.lastIndex { $0 != 0 } ?? -1) + 1)])
  }

  private static func utf8(ofUTF32 bytes: [UInt8]) throws(TextLinesError.Fault) -> [UInt8] {
    var scalars = String.UnicodeScalarView()
    var zeros = 0
    for start in stride(from: 0, to: bytes.count, by: 4) {
      let number = bytes[start..<(start + 4)].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      guard let scalar = Unicode.Scalar(number) else { throw .notUnicode(number) }
      if number == 0 {
        zeros += 1
      } else {
        scalars += Array(repeating: Unicode.Scalar(0), count: zeros)
        scalars.append(scalar)
        zeros = 0
      }
    }
    return Array(String(scalars).utf8)
  }
}

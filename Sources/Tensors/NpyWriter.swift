/// Writes an npy file of version 1.0, little-endian, as numpy itself would write it.
///
/// The file appears under its name when ``finish()`` returns, complete and flushed, in place of a file that had the
/// name; a writer that is dropped before leaves nothing. A writer that failed throws the same error for ever.
package final class NpyWriter {
  /// The file as the caller named it.
  package let path: String
  /// The type and shape of the array.
  package let description: TensorDescription
  private let file: OutputFile
  private var written = 0
  private var failure: NpyError?

  /// Begins a file.
  ///
  /// - throws: ``NpyError`` where the folder can't be written.
  package init(path: String, description: TensorDescription) throws(NpyError) {
    self.path = path
    self.description = description
    do {
      file = try OutputFile(path: path)
    } catch {
      throw NpyError(path: path, error)
    }
    try NpyHeader.bytes(for: description).withUnsafeBufferPointer { header throws(NpyError) in
      try put(UnsafeRawBufferPointer(header))
    }
  }

  /// Writes a whole array of numbers.
  ///
  /// - throws: ``NpyError`` where the shape doesn't fit the numbers or the file can't be written.
  package static func write<Element: TensorElement>(
    _ elements: [Element], shape: [Int], to path: String
  ) throws(NpyError) {
    let description: TensorDescription
    do {
      description = try TensorDescription(dtype: Element.dtype, shape: shape)
    } catch {
      throw NpyError(path: path, fault: .shape(error))
    }
    let writer = try NpyWriter(path: path, description: description)
    try elements.withUnsafeBufferPointer { buffer throws(NpyError) in
      try writer.append(UnsafeRawBufferPointer(buffer))
    }
    try writer.finish()
  }

  /// Appends little-endian elements, row by row.
  ///
  /// - throws: ``NpyError`` where there are more than the shape asks for or the file can't be written.
  package func append(_ bytes: UnsafeRawBufferPointer) throws(NpyError) {
    if let failure { throw failure }
    let total = written + bytes.count
    guard total <= description.byteCount else { throw unequal(total) }
    try put(bytes)
    written = total
  }

  /// Appends little-endian elements, row by row.
  ///
  /// - throws: ``NpyError`` as the other form does.
  package func append(_ bytes: [UInt8]) throws(NpyError) {
    try bytes.withUnsafeBufferPointer { buffer throws(NpyError) in
      try append(UnsafeRawBufferPointer(buffer))
    }
  }

  /// Completes the file.
  ///
  /// - throws: ``NpyError`` where the bytes are not as many as the shape asks for, or the file can't be flushed or named.
  package func finish() throws(NpyError) {
    if let failure { throw failure }
    guard written == description.byteCount else { throw unequal(written) }
    do {
      try file.commit()
    } catch {
      throw fail(NpyError(path: path, error))
    }
  }

  private func put(_ bytes: UnsafeRawBufferPointer) throws(NpyError) {
    do {
      try file.append(bytes)
    } catch {
      throw fail(NpyError(path: path, error))
    }
  }

  private func unequal(_ actual: Int) -> NpyError {
    fail(NpyError(path: path, fault: .unequalWrite(expected: description.byteCount, actual: actual)))
  }

  private func fail(_ error: NpyError) -> NpyError {
    failure = error
    return error
  }
}

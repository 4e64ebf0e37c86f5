/// Writes a safetensors file, laid out as the reference writer lays it out.
///
/// Sizes are known beforehand, so that bytes stream through: append those of ``tensors`` one after the other, in any pieces. The file
/// appears under its name when ``finish()`` returns, complete and flushed, and never in place of another; a writer that is dropped
/// before leaves nothing. A writer that failed throws the same error for ever.
package final class SafetensorsWriter {
  /// The file as the caller named it.
  package let path: String
  private let header: SafetensorsHeader
  private let file: OutputFile
  private var written = 0
  private var failure: SafetensorsError?

  /// The tensors in the order in which their bytes must come.
  package var tensors: [SafetensorsHeader.Tensor] { header.tensors }
  /// The bytes before the data, which are written already.
  package let front: [UInt8]
  /// The size of the whole file.
  package var byteCount: Int { header.dataOffset + header.dataByteCount }

  /// Begins a file.
  ///
  /// - throws: ``SafetensorsError`` where there is a file of that name, the folder can't be written, or a name is `__metadata__`.
  package init(
    path: String, tensors: [String: TensorDescription], metadata: [String: String] = [:]
  ) throws(SafetensorsError) {
    self.path = path
    guard !nameIsTaken(path) else { throw SafetensorsError(path: path, fault: .exists) }
    do {
      header = try SafetensorsHeader(laying: tensors, metadata: metadata)
      front = try header.bytes()
    } catch {
      throw SafetensorsError(path: path, fault: error)
    }
    do {
      file = try OutputFile(path: path)
    } catch {
      throw SafetensorsError(path: path, error)
    }
    try front.withUnsafeBufferPointer { front throws(SafetensorsError) in try put(UnsafeRawBufferPointer(front)) }
  }

  /// Appends little-endian elements.
  ///
  /// - throws: ``SafetensorsError`` where there are more than the tensors hold or the file can't be written.
  package func append(_ bytes: UnsafeRawBufferPointer) throws(SafetensorsError) {
    if let failure { throw failure }
    guard bytes.count <= header.dataByteCount - written else { throw unequal(written + bytes.count) }
    try put(bytes)
    written += bytes.count
  }

  /// Appends little-endian elements.
  ///
  /// - throws: ``SafetensorsError`` as the other form does.
  package func append(_ bytes: [UInt8]) throws(SafetensorsError) {
    try bytes.withUnsafeBufferPointer { buffer throws(SafetensorsError) in try append(UnsafeRawBufferPointer(buffer)) }
  }

  /// Completes the file.
  ///
  /// - throws: ``SafetensorsError`` where the bytes are not as many as the tensors hold, a file of the name appeared meanwhile, or the
  ///   file can't be flushed or named.
  package func finish() throws(SafetensorsError) {
    if let failure { throw failure }
    guard written == header.dataByteCount else { throw unequal(written) }
    do {
      try file.commitAsNew()
    } catch {
      throw fail(SafetensorsError(path: path, error))
    }
  }

  private func put(_ bytes: UnsafeRawBufferPointer) throws(SafetensorsError) {
    do {
      try file.append(bytes)
    } catch {
      throw fail(SafetensorsError(path: path, error))
    }
  }

  private func unequal(_ actual: Int) -> SafetensorsError {
    fail(SafetensorsError(path: path, fault: .unequalWrite(expected: header.dataByteCount, actual: actual)))
  }

  private func fail(_ error: SafetensorsError) -> SafetensorsError {
    failure = error
    return error
  }
}

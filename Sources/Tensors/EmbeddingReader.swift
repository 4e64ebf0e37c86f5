/// A stream of embeddings, one row an example, in the form in which the store keeps them.
///
/// float16, float32 and uint8 stay as they are; float64 is rounded to the nearest float32 (a value that would become
/// infinite is an error, one that vanishes becomes zero). Every floating-point value is checked to be finite before
/// its row is handed out. Bytes are little-endian. uint8 embeddings stand for `byte * scale`; the scale is the caller's
/// to record.
///
/// ## Topics
///
/// ### Opening
/// - ``init(path:scale:)``
/// - ``description``
///
/// ### Reading
/// - ``read(rows:into:)``
/// - ``nextBlock(rows:)``
/// - ``rowsPerBlock``
package final class EmbeddingReader {
  /// The longest row that is read: 1,048,576 features, far above any encoder's, so that a row always fits in memory.
  package static let maximumColumns = 1 << 20

  /// The type, number and length of the rows as they are handed out.
  package let description: TensorDescription
  /// The type of the file's own elements: float64 where ``description`` says float32 after narrowing.
  package let sourceDType: DType
  /// What one step of a uint8 feature is worth; nil for other types.
  package let scale: Float?
  private let reader: NpyReader
  /// Source rows on their way to float32; used for float64 only.
  private var wide: [UInt8] = []

  /// Opens a file of embeddings.
  ///
  /// - parameter scale: what one step of a uint8 feature is worth; needed for uint8 and refused for other types.
  /// - throws: ``NpyError`` as ``NpyReader/init(path:elements:)`` does, and for an array that isn't two-dimensional, has no or too
  ///   many columns, is of another type than float16, float32, float64 or uint8, or whose scale is missing, superfluous
  ///   or not a positive number.
  package init(path: String, scale: Float? = nil) throws(NpyError) {
    reader = try NpyReader(path: path)
    self.scale = scale
    sourceDType = reader.description.dtype
    let shape = reader.description.shape
    guard shape.count == 2 else { throw reader.fail(.wrongRank(shape: shape, expected: "[rows,columns]")) }
    guard shape[1] > 0 else { throw reader.fail(.emptyRows(shape: shape)) }
    guard shape[1] <= Self.maximumColumns else { throw reader.fail(.tooManyColumns(shape[1])) }
    guard sourceDType.isFloat || sourceDType == .uint8 else {
      throw reader.fail(.wrongDType(sourceDType, expected: "float16, float32, float64 or uint8"))
    }
    if let scale {
      guard sourceDType == .uint8 else { throw reader.fail(.scaleUnexpected(sourceDType)) }
      guard scale > 0, scale.isFinite else { throw reader.fail(.scaleNotPositive("\(scale)")) }
    } else if sourceDType == .uint8 {
      throw reader.fail(.scaleMissing)
    }
    do {
      description = try TensorDescription(dtype: sourceDType == .float64 ? .float32 : sourceDType, shape: shape)
    } catch {
      throw reader.fail(.shape(error))
    }
  }

  /// The type of the elements as they are handed out.
  package var dtype: DType { description.dtype }
  /// The number of examples.
  package var rows: Int { description.shape[0] }
  /// The number of features of an example.
  package var columns: Int { description.shape[1] }
  /// The bytes of one row as it is handed out.
  package var rowByteCount: Int { columns * dtype.size }
  /// The number of rows read so far.
  package var position: Int { reader.position }
  /// The rows of a block of about 1 MiB, at least one.
  package var rowsPerBlock: Int { reader.rowsPerBlock }

  /// Reads up to `count` rows into the front of a buffer and returns their number, 0 after the last row.
  ///
  /// The buffer must hold `count` rows of ``rowByteCount`` bytes. What it holds after an error is unspecified, and the
  /// reader throws the same error from then on.
  ///
  /// - throws: ``NpyError`` as ``NpyReader/read(rows:into:)`` does, and for a value that is infinite, not a number, or
  ///   too large for float32, with its row and column.
  package func read(rows count: Int, into buffer: UnsafeMutableRawBufferPointer) throws(NpyError) -> Int {
    if sourceDType == .float64 { return try readNarrowed(rows: count, into: buffer) }
    let first = position
    let got = try reader.read(rows: count, into: buffer)
    try checkFinite(UnsafeRawBufferPointer(rebasing: buffer[..<(got * rowByteCount)]), firstRow: first)
    return got
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

  private func readNarrowed(rows count: Int, into buffer: UnsafeMutableRawBufferPointer) throws(NpyError) -> Int {
    try reader.rethrow()
    var done = 0
    // A block of source rows at a time, so that narrowing costs a fixed amount of memory, whatever the caller's buffer.
    while done < count {
      let first = position
      let wanted = min(count - done, rowsPerBlock, rows - first)
      let needed = wanted * reader.rowByteCount
      if wide.count < needed { wide = [UInt8](repeating: 0, count: needed) }
      let got = try wide.withUnsafeMutableBufferPointer { source throws(NpyError) in
        let source = UnsafeMutableRawBufferPointer(source)
        let got = try reader.read(rows: wanted, into: source)
        let read = UnsafeRawBufferPointer(rebasing: source[..<(got * reader.rowByteCount)])
        try checkFinite(read, firstRow: first)
        let start = done * rowByteCount
        try narrow(read, into: .init(rebasing: buffer[start..<(start + got * rowByteCount)]), firstRow: first)
        return got
      }
      if got == 0 { break }
      done += got
    }
    return done
  }

  private func narrow(
    _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, firstRow: Int
  ) throws(NpyError) {
    for index in 0..<(source.count / 8) {
      let bits = UInt64(littleEndian: source.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
      let value = Float(Double(bitPattern: bits))
      target.storeBytes(of: value.bitPattern.littleEndian, toByteOffset: index * 4, as: UInt32.self)
    }
    guard let index = firstNonFinite(in: UnsafeRawBufferPointer(target), dtype: .float32) else { return }
    let (row, column) = place(of: index, firstRow: firstRow)
    let value = printedFloat(in: source, at: index, dtype: .float64)
    throw reader.fail(.overflowsFloat32(row: row, column: column, value: value))
  }

  private func checkFinite(_ bytes: UnsafeRawBufferPointer, firstRow: Int) throws(NpyError) {
    guard let index = firstNonFinite(in: bytes, dtype: sourceDType) else { return }
    let (row, column) = place(of: index, firstRow: firstRow)
    let value = printedFloat(in: bytes, at: index, dtype: sourceDType)
    throw reader.fail(.nonFinite(row: row, column: column, value: value))
  }

  private func place(of index: Int, firstRow: Int) -> (row: Int, column: Int) {
    (firstRow + index / columns, index % columns)
  }
}

/// A stream of class labels, one an example, from an integer npy of any width and sign.
///
/// The array has the shape `[n]` or `[n,1]`. Labels come as `UInt16`, each checked to name one of the classes.
///
/// ## Topics
///
/// ### Opening
/// - ``init(path:classes:)``
/// - ``rows``
///
/// ### Reading
/// - ``read(into:)``
/// - ``nextBlock(rows:)``
package final class LabelReader {
  /// The most classes that a data set can have, so that 65,535 stays free to mean "no class".
  package static let maximumClasses = 65_535

  /// The number of classes.
  package let classes: Int
  /// The type of the file's elements.
  package let sourceDType: DType
  private let reader: NpyReader
  private var source: [UInt8]

  /// Opens a file of labels in `0..<classes`.
  ///
  /// - throws: ``NpyError`` as ``NpyReader/init(path:elements:)`` does, and for a number of classes outside 1...65,535, another
  ///   shape, or elements that are not integers.
  package init(path: String, classes: Int) throws(NpyError) {
    guard (1...Self.maximumClasses).contains(classes) else {
      throw NpyError(path: path, fault: .classCount(classes))
    }
    reader = try NpyReader(path: path)
    self.classes = classes
    sourceDType = reader.description.dtype
    source = []
    let shape = reader.description.shape
    guard shape.count == 1 || (shape.count == 2 && shape[1] == 1) else {
      throw reader.fail(.wrongRank(shape: shape, expected: "[rows] or [rows,1]"))
    }
    guard sourceDType.isInteger else {
      throw reader.fail(.wrongDType(sourceDType, expected: "integers"))
    }
  }

  /// The number of labels.
  package var rows: Int { reader.rows }
  /// The number of labels read so far.
  package var position: Int { reader.position }
  /// The labels of a block of about 1 MiB of the file.
  package var rowsPerBlock: Int { reader.rowsPerBlock }

  /// Fills a buffer with the next labels and returns their number, smaller than the buffer only at the end.
  ///
  /// What the buffer holds after an error is unspecified, and the reader throws the same error from then on.
  ///
  /// - throws: ``NpyError`` as ``NpyReader/read(rows:into:)`` does, and for a label that names no class, with its row.
  package func read(into labels: UnsafeMutableBufferPointer<UInt16>) throws(NpyError) -> Int {
    try reader.rethrow()
    var done = 0
    while done < labels.count {
      let first = position
      let wanted = min(labels.count - done, rowsPerBlock, rows - first)
      let needed = wanted * sourceDType.size
      if source.count < needed { source = [UInt8](repeating: 0, count: needed) }
      let got = try source.withUnsafeMutableBufferPointer { buffer throws(NpyError) in
        let bytes = UnsafeMutableRawBufferPointer(buffer)
        let got = try reader.read(rows: wanted, into: bytes)
        try convert(UnsafeRawBufferPointer(bytes), into: .init(rebasing: labels[done..<(done + got)]), firstRow: first)
        return got
      }
      if got == 0 { break }
      done += got
    }
    return done
  }

  /// Reads the next labels, at least one; nil after the last.
  ///
  /// - throws: ``NpyError`` as ``read(into:)`` does.
  package func nextBlock(rows count: Int? = nil) throws(NpyError) -> [UInt16]? {
    var labels = [UInt16](repeating: 0, count: min(max(1, count ?? rowsPerBlock), rows - position))
    let got = try labels.withUnsafeMutableBufferPointer { buffer throws(NpyError) in try read(into: buffer) }
    return got == 0 ? nil : labels
  }

  private func convert(
    _ bytes: UnsafeRawBufferPointer, into labels: UnsafeMutableBufferPointer<UInt16>, firstRow: Int
  ) throws(NpyError) {
    switch sourceDType {
    case .uint8: try convert(bytes, UInt8.self, into: labels, firstRow: firstRow)
    case .uint16: try convert(bytes, UInt16.self, into: labels, firstRow: firstRow)
    case .uint32: try convert(bytes, UInt32.self, into: labels, firstRow: firstRow)
    case .uint64: try convert(bytes, UInt64.self, into: labels, firstRow: firstRow)
    case .int8: try convert(bytes, Int8.self, into: labels, firstRow: firstRow)
    case .int16: try convert(bytes, Int16.self, into: labels, firstRow: firstRow)
    case .int32: try convert(bytes, Int32.self, into: labels, firstRow: firstRow)
    case .int64: try convert(bytes, Int64.self, into: labels, firstRow: firstRow)
    case .float16, .float32, .float64: preconditionFailure("refused when the file was opened")
    }
  }

  private func convert<Integer: FixedWidthInteger & TensorElement>(
    _ bytes: UnsafeRawBufferPointer, _ type: Integer.Type, into labels: UnsafeMutableBufferPointer<UInt16>,
    firstRow: Int
  ) throws(NpyError) {
    let limit = UInt64(classes)
    for index in 0..<labels.count {
      let offset = index * MemoryLayout<Integer>.size
      let label = Integer(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
      // A negative label becomes a number far above any class, so that one comparison finds both faults.
      guard UInt64(truncatingIfNeeded: label) < limit else {
        throw reader.fail(.labelOutOfRange(row: firstRow + index, label: "\(label)", classes: classes))
      }
      labels[index] = UInt16(truncatingIfNeeded: label)
    }
  }
}

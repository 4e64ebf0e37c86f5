import Foundation
import Tensors
import Testing

@Suite struct EmbeddingReaderTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  private func all(_ path: String, scale: Float? = nil, rows: Int? = nil) throws -> [UInt8] {
    let reader = try EmbeddingReader(path: path, scale: scale)
    var bytes: [UInt8] = []
    while let block = try reader.nextBlock(rows: rows) { bytes += block }
    #expect(bytes.count == reader.description.byteCount)
    return bytes
  }

  @Test func storageForms() throws {
    let path = folder.path("a.npy")
    try NpyWriter.write([Float16(1), -0.5, 65504, 0, 2, 3], shape: [2, 3], to: path)
    #expect(try all(path, rows: 1) == bytes([Float16(1), -0.5, 65504, 0, 2, 3]))
    try NpyWriter.write([Float(1), -0.5, .greatestFiniteMagnitude, 0], shape: [2, 2], to: path)
    #expect(try all(path) == bytes([Float(1), -0.5, .greatestFiniteMagnitude, 0]))
    try NpyWriter.write([UInt8](0..<6), shape: [3, 2], to: path)
    #expect(try all(path, scale: 0.5) == [UInt8](0..<6))
    try NpyWriter.write([0.1, 1e-300, -3, Double(Float.greatestFiniteMagnitude)], shape: [2, 2], to: path)
    #expect(try all(path, rows: 1) == bytes([Float(0.1), 0, -3, .greatestFiniteMagnitude]))
    let reader = try EmbeddingReader(path: path)
    #expect(reader.sourceDType == .float64 && reader.dtype == .float32 && reader.rowByteCount == 8)
    #expect(reader.rows == 2 && reader.columns == 2)
  }

  @Test func narrowingGoesThroughBlocksSmallerThanTheBuffer() throws {
    let values = (0..<(300 * 1_000)).map { Double($0) / 7 }
    let path = folder.path("a.npy")
    try NpyWriter.write(values, shape: [300, 1_000], to: path)
    #expect(try all(path, rows: 299) == bytes(values.map { Float($0) }))
  }

  @Test func scale() throws {
    let byte = folder.path("byte.npy")
    try NpyWriter.write([UInt8](0..<6), shape: [3, 2], to: byte)
    #expect(fault { _ = try EmbeddingReader(path: byte) } == .scaleMissing)
    for scale in [0, -1, Float.infinity, .nan] {
      #expect(fault { _ = try EmbeddingReader(path: byte, scale: scale) } == .scaleNotPositive("\(scale)"))
    }
    let half = folder.path("half.npy")
    try NpyWriter.write([Float16(1)], shape: [1, 1], to: half)
    #expect(fault { _ = try EmbeddingReader(path: half, scale: 1) } == .scaleUnexpected(.float16))
  }

  @Test func shapesAndTypes() throws {
    func found(_ descr: String, _ shape: String, data: Int = 0) throws -> NpyError.Fault? {
      let path = try folder.file(npy(header(descr, shape), data: [UInt8](repeating: 0, count: data)))
      return fault { _ = try EmbeddingReader(path: path) }
    }
    #expect(try found("<f4", "()", data: 4) == .wrongRank(shape: [], expected: "[rows,columns]"))
    #expect(try found("<f4", "(1,)", data: 4) == .wrongRank(shape: [1], expected: "[rows,columns]"))
    #expect(try found("<f4", "(1, 1, 1)", data: 4) == .wrongRank(shape: [1, 1, 1], expected: "[rows,columns]"))
    #expect(try found("<f4", "(9, 0)") == .emptyRows(shape: [9, 0]))
    #expect(try found("<f4", "(0, 1048577)") == .tooManyColumns(1_048_577))
    #expect(try found("<f4", "(0, 1048576)") == nil)
    #expect(
      try found("<i4", "(1, 1)", data: 4) == .wrongDType(.int32, expected: "float16, float32, float64 or uint8"))
  }

  /// Every position in rows of every length, so that whole words and the rest behind them are both covered.
  @Test func everyPlaceOfANonFiniteValueIsFound() throws {
    func check<Element: TensorElement & BinaryFloatingPoint>(_ bad: [Element], _ good: Element) throws {
      let path = folder.path("\(Element.dtype).npy")
      for columns in 1...9 {
        for place in 0..<(columns * 2) {
          var values = [Element](repeating: good, count: columns * 2)
          values[place] = bad[place % bad.count]
          try NpyWriter.write(values, shape: [2, columns], to: path)
          let reader = try EmbeddingReader(path: path)
          let expected = NpyError.Fault.nonFinite(
            row: place / columns, column: place % columns, value: "\(bad[place % bad.count])")
          #expect(fault { while try reader.nextBlock(rows: 1) != nil {} } == expected)
          #expect(fault { _ = try reader.nextBlock() } == expected)
        }
      }
    }
    try check([Float16.infinity, -.infinity, .nan], -Float16.greatestFiniteMagnitude)
    try check([Float.infinity, -.infinity, .nan], -Float.greatestFiniteMagnitude)
    try check([Double.infinity, -.infinity, .nan], -1e38)
  }

  @Test func everyFloat16IsJudgedRight() throws {
    let path = folder.path("a.npy")
    let all = (0...UInt16.max).map { Float16(bitPattern: $0) }
    let finite = all.filter(\.isFinite)
    try NpyWriter.write(finite, shape: [finite.count, 1], to: path)
    #expect(try self.all(path) == bytes(finite))
    try NpyWriter.write(all, shape: [all.count, 1], to: path)
    let reader = try EmbeddingReader(path: path)
    #expect(fault { _ = try reader.nextBlock() } == .nonFinite(row: 0x7C00, column: 0, value: "inf"))
  }

  @Test func bigEndianIsTurnedBeforeItIsChecked() throws {
    let swapped = [Float(1), 2, .nan, 4].flatMap { bytes([$0]).reversed() }
    let reader = try EmbeddingReader(path: folder.file(npy(header(">f4", "(2, 2)"), data: swapped)))
    #expect(try reader.nextBlock(rows: 1) == bytes([Float(1), 2]))
    #expect(fault { _ = try reader.nextBlock(rows: 1) } == .nonFinite(row: 1, column: 0, value: "nan"))
  }

  @Test func tooLargeForFloat32() throws {
    let path = folder.path("a.npy")
    try NpyWriter.write([0, 1, 2, 3, 4, -1e39], shape: [3, 2], to: path)
    let reader = try EmbeddingReader(path: path)
    #expect(fault { _ = try reader.nextBlock() } == .overflowsFloat32(row: 2, column: 1, value: "-1e+39"))
  }

  /// A file of 2 GiB that occupies no disk: reading its first rows must cost neither time nor memory for the rest.
  @Test(arguments: ["<f8", "<f4", "<f2", ">f4"])
  func memoryIsBounded(descr: String) throws {
    let size = Int(descr.suffix(1)) ?? 0
    let rows = (2 << 30) / (1_024 * size)
    let path = try folder.file(npy(header(descr, "(\(rows), 1024)")))
    let handle = try #require(FileHandle(forUpdatingAtPath: path))
    let end = try handle.seekToEnd() + UInt64(2 << 30)
    try handle.truncate(atOffset: end)
    // The last value is a NaN, which only a reader of the whole file would see.
    try handle.seek(toOffset: end - UInt64(size))
    try handle.write(contentsOf: Data(repeating: 0xFF, count: size))
    let before = try peakMemory()
    let reader = try EmbeddingReader(path: path)
    #expect(reader.rows == rows)
    for _ in 0..<3 { #expect(try reader.nextBlock()?.count == reader.rowsPerBlock * reader.rowByteCount) }
    // Other suites run in the same process, hence the wide margin; the file is twice as large.
    #expect(try peakMemory() - before < 1 << 30)
  }

  /// The process's peak resident memory in bytes, 0 where there is no /proc.
  private func peakMemory() throws -> Int {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return 0 }
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
    return (Int(line.filter(\.isNumber)) ?? 0) << 10
  }
}

import Tensors
import Testing

@Suite struct LabelReaderTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  @Test func everyWidthAndSign() throws {
    func check<Element: TensorElement & FixedWidthInteger>(_ type: Element.Type) throws {
      let path = folder.path("\(Element.dtype).npy")
      try NpyWriter.write([0, 99, 3, 7, 1] as [Element], shape: [5], to: path)
      let reader = try LabelReader(path: path, classes: 100)
      #expect(reader.rows == 5)
      #expect(try reader.nextBlock(rows: 2) == [0, 99])
      #expect(try reader.nextBlock() == [3, 7, 1])
      #expect(try reader.nextBlock() == nil)
      try NpyWriter.write([0, 99, 3, 7, 100] as [Element], shape: [5, 1], to: path)
      let bad = try LabelReader(path: path, classes: 100)
      #expect(try bad.nextBlock(rows: 1) == [0])
      let expected = NpyError.Fault.labelOutOfRange(row: 4, label: "100", classes: 100)
      #expect(fault { _ = try bad.nextBlock() } == expected)
      #expect(fault { _ = try bad.nextBlock() } == expected)
      if Element.isSigned {
        try NpyWriter.write([0, ~0] as [Element], shape: [2], to: path)
        let negative = try LabelReader(path: path, classes: 100)
        #expect(fault { _ = try negative.nextBlock() } == .labelOutOfRange(row: 1, label: "-1", classes: 100))
      }
    }
    try check(UInt8.self)
    try check(UInt16.self)
    try check(UInt32.self)
    try check(UInt64.self)
    try check(Int8.self)
    try check(Int16.self)
    try check(Int32.self)
    try check(Int64.self)
  }

  @Test func wideLabelsAreNotCutOff() throws {
    let path = folder.path("a.npy")
    for wide in [1 << 16, 1 << 32, 1 << 48, Int64.max, Int64.min] {
      try NpyWriter.write([wide], shape: [1], to: path)
      let reader = try LabelReader(path: path, classes: 65_535)
      #expect(fault { _ = try reader.nextBlock() } == .labelOutOfRange(row: 0, label: "\(wide)", classes: 65_535))
    }
    try NpyWriter.write([UInt64(65_534)], shape: [1], to: path)
    #expect(try LabelReader(path: path, classes: 65_535).nextBlock() == [65_534])
  }

  @Test func bigEndian() throws {
    let path = try folder.file(npy(header(">i4", "(2,)"), data: [0, 0, 1, 2, 0, 0, 0, 5]))
    #expect(try LabelReader(path: path, classes: 1_000).nextBlock() == [258, 5])
  }

  @Test func manyBlocks() throws {
    let path = folder.path("a.npy")
    let labels = (0..<300_000).map { Int64($0 % 1_000) }
    try NpyWriter.write(labels, shape: [labels.count], to: path)
    let reader = try LabelReader(path: path, classes: 1_000)
    #expect(try reader.nextBlock(rows: labels.count) == labels.map { UInt16($0) })
  }

  @Test func shapesTypesAndClasses() throws {
    let path = folder.path("a.npy")
    for shape in [[], [1, 1, 1]] {
      try NpyWriter.write([UInt8(0)], shape: shape, to: path)
      let expected = NpyError.Fault.wrongRank(shape: shape, expected: "[rows] or [rows,1]")
      #expect(fault { _ = try LabelReader(path: path, classes: 2) } == expected)
    }
    try NpyWriter.write([UInt8(0), 1], shape: [1, 2], to: path)
    #expect(
      fault { _ = try LabelReader(path: path, classes: 2) }
        == .wrongRank(shape: [1, 2], expected: "[rows] or [rows,1]"))
    try NpyWriter.write([Float(0), 1], shape: [2], to: path)
    #expect(fault { _ = try LabelReader(path: path, classes: 2) } == .wrongDType(.float32, expected: "integers"))
    for classes in [-1, 0, 65_536] {
      #expect(fault { _ = try LabelReader(path: path, classes: classes) } == .classCount(classes))
    }
  }
}

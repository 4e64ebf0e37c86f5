import Foundation
import Tensors
import Testing

@Suite struct RoundTripTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  @Test func everyTypeComesBack() throws {
    func check<Element: TensorElement & Equatable>(_ values: [Element]) throws {
      let path = folder.path("\(Element.dtype).npy")
      try NpyWriter.write(values, shape: [values.count / 2, 2], to: path)
      let reader = try NpyReader(path: path)
      #expect(reader.description.dtype == Element.dtype)
      #expect(reader.description.shape == [values.count / 2, 2])
      #expect(reader.header.dataOffset % 64 == 0)
      let block = try #require(try reader.nextBlock())
      #expect(elements(block, as: Element.self) == values)
      #expect(try reader.nextBlock() == nil)
    }
    try check([UInt8](0..<8))
    try check([0, 1, UInt16.max, 7])
    try check([0, 1, UInt32.max, 7])
    try check([0, 1, UInt64.max, 7])
    try check([Int8.min, 1, -1, 7])
    try check([Int16.min, 1, -1, 7])
    try check([Int32.min, 1, -1, 7])
    try check([Int64.min, 1, -1, 7])
    try check([Float16(0.5), -2, 65504, 0])
    try check([Float(0.5), -2, .greatestFiniteMagnitude, 0])
    try check([0.5, -2, .greatestFiniteMagnitude, 0])
  }

  @Test func rowsComeInBlocksOfAnySize() throws {
    let path = folder.path("a.npy")
    let values = (0..<70).map { Int32($0) }
    try NpyWriter.write(values, shape: [10, 7], to: path)
    for size in 1...11 {
      let reader = try NpyReader(path: path)
      var all: [UInt8] = []
      while let block = try reader.nextBlock(rows: size) {
        #expect(block.count == min(size, 10 - all.count / 28) * 28)
        all += block
      }
      #expect(all == bytes(values))
      #expect(reader.position == 10)
    }
  }

  @Test func writerLeavesNothingHalfDone() throws {
    let path = folder.path("a.npy")
    do {
      let writer = try NpyWriter(path: path, description: try TensorDescription(dtype: .uint8, shape: [3]))
      try writer.append([1, 2])
      #expect(fault { try writer.finish() } == .unequalWrite(expected: 3, actual: 2))
      #expect(fault { try writer.append([3]) } == .unequalWrite(expected: 3, actual: 2))
    }
    let tooMany = fault { try NpyWriter.write([UInt8](0..<4), shape: [3], to: path) }
    #expect(tooMany == .unequalWrite(expected: 3, actual: 4))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }
}

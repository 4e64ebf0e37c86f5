import Foundation
import Tensors
import Testing

@Suite struct SafetensorsTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  @Test func everyTypeAndRankComesBack() throws {
    var generator = SeededGenerator(state: 3)
    let (tensors, contents) = try samples(&generator)
    let path = folder.path("a.safetensors")
    let metadata = ["": "empty name", "line": "a\nb\u{1}\"\\/é\u{FEFF}", "\u{FEFF}mark": "", "🐱": "cat"]
    let writer = try SafetensorsWriter(path: path, tensors: tensors, metadata: metadata)
    for tensor in writer.tensors { try writer.append(try #require(contents[tensor.name])) }
    try writer.finish()
    let reader = try SafetensorsReader(path: path)
    #expect(reader.header.metadata == metadata)
    #expect(reader.header.tensors == writer.tensors)
    #expect(reader.header.dataOffset % 8 == 0)
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int == writer.byteCount)
    for tensor in reader.header.tensors {
      #expect(tensor.range.lowerBound % tensor.description.dtype.size == 0)
      #expect(try whole(tensor, of: reader) == contents[tensor.name])
    }
  }

  @Test func sameContentGivesSameBytes() throws {
    var generator = SeededGenerator(state: 4)
    let (tensors, contents) = try samples(&generator)
    let files = try (0..<2).map { number in
      let path = folder.path("\(number).safetensors")
      let metadata = Dictionary(uniqueKeysWithValues: (0..<20).map { ("key \($0)", "text \($0)") })
      let writer = try SafetensorsWriter(path: path, tensors: tensors, metadata: metadata)
      // In pieces of any size, across tensors.
      var all = writer.tensors.flatMap { contents[$0.name] ?? [] }[...]
      while !all.isEmpty {
        let piece = all.prefix(Int.random(in: 1...50, using: &generator))
        try writer.append(Array(piece))
        all = all.dropFirst(piece.count)
      }
      try writer.finish()
      return try Data(contentsOf: URL(fileURLWithPath: path))
    }
    #expect(files[0] == files[1])
  }

  /// More than the block that is read and checked at a time, so that ranges cross blocks; the bad value lies beyond the first.
  @Test func elementsComeInRangesOfAnySize() throws {
    let count = 700_000
    var values = (0..<count).map { Float($0) }
    let path = folder.path("a.safetensors")
    try write(values, to: path)
    let reader = try SafetensorsReader(path: path)
    let tensor = try reader.tensor("a")
    #expect(try reader.load(tensor) == values)
    for range in [0..<1, 262_143..<262_145, 1..<699_999, 699_999..<700_000, 5..<5] {
      var some = [Float](repeating: -1, count: range.count)
      try some.withUnsafeMutableBytes { try reader.read(range, of: tensor, into: $0) }
      #expect(some == Array(values[range]))
    }
    values[600_001] = -.infinity
    try write(values, to: folder.path("b.safetensors"))
    let bad = try SafetensorsReader(path: folder.path("b.safetensors"))
    let found = safetensorsFault { _ = try bad.load(try bad.tensor("a"), as: Float.self) }
    #expect(found == .nonFinite("a", element: 600_001, value: "-inf"))
  }

  private func write(_ values: [Float], to path: String) throws {
    let writer = try SafetensorsWriter(path: path, tensors: ["a": TensorDescription(dtype: .float32, shape: [values.count])])
    try writer.append(bytes(values))
    try writer.finish()
  }

  @Test func writerLeavesNothingHalfDone() throws {
    do {
      let tensors = ["a": try TensorDescription(dtype: .uint8, shape: [3])]
      let writer = try SafetensorsWriter(path: folder.path("a.safetensors"), tensors: tensors)
      try writer.append([1, 2])
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }
}

/// Tensors of every type in several shapes, under names of several scripts, and finite bytes for them.
func samples(_ generator: inout SeededGenerator) throws -> (tensors: [String: TensorDescription], contents: [String: [UInt8]]) {
  var (tensors, contents) = ([String: TensorDescription](), [String: [UInt8]]())
  for dtype in DType.allCases {
    for (index, shape) in [[], [3], [2, 5], [4, 1, 3], [0, 3], [1, 1, 1, 1, 7]].enumerated() {
      let name = "\(["b", "A", "é", "猫", "a/b", "\"q\""][index]) \(dtype)"
      let tensor = try TensorDescription(dtype: dtype, shape: shape)
      tensors[name] = tensor
      // The top byte of an element is below 0x70, so that no exponent is all ones.
      contents[name] = (0..<tensor.byteCount).map { byte in
        UInt8.random(in: 0...(byte % dtype.size == dtype.size - 1 ? 0x6F : 0xFF), using: &generator)
      }
    }
  }
  return (tensors, contents)
}

/// All bytes of a tensor.
func whole(_ tensor: SafetensorsHeader.Tensor, of reader: SafetensorsReader) throws -> [UInt8] {
  var all = [UInt8](repeating: 0, count: tensor.description.byteCount)
  try all.withUnsafeMutableBytes { try reader.read(0..<tensor.description.count, of: tensor, into: $0) }
  return all
}

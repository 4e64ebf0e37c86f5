import Foundation
import Tensors
import Testing

/// numpy and this module read each other's files and agree on every byte.
@Suite(.enabled(if: Numpy.isAvailable, Numpy.missing)) struct NumpyTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  /// numpy writes every type in each byte order, version and several shapes, and beside each file what it means.
  @Test func readsWhatNumpyWrites() throws {
    let program = """
      import sys, warnings, numpy as np
      from numpy.lib import format
      warnings.simplefilter('ignore')  # numpy warns that old readers don't know versions 2 and 3
      rng = np.random.default_rng(7)
      number = 0
      for name in sys.argv[2].split(','):
        for order in '<>=':
          for version in [(1, 0), (2, 0), (3, 0)]:
            for shape in [(3,), (2, 5), (4, 1, 3), (0, 3), ()]:
              size = int(np.prod(shape))
              plain = np.dtype(name).newbyteorder('<')
              bits = rng.integers(0, 256, size * plain.itemsize, dtype=np.uint8)
              a = bits.view(plain).reshape(shape)
              path = f'{sys.argv[1]}/{number}.npy'
              with open(path, 'wb') as f:
                format.write_array(f, a.astype(a.dtype.newbyteorder(order)).reshape(shape), version)
              print(path, name, '[' + ','.join(map(str, shape)) + ']', '-' + a.tobytes().hex(), sep=' ')
              number += 1
      """
    let names = DType.allCases.map(\.rawValue).joined(separator: ",")
    let lines = try Numpy.run(program, folder.path, names).split(separator: "\n")
    #expect(lines.count == DType.allCases.count * 3 * 3 * 5)
    for line in lines {
      let parts = line.split(separator: " ").map(String.init)
      let reader = try NpyReader(path: parts[0])
      #expect(reader.description.dtype.rawValue == parts[1])
      #expect(reader.description.shapeText == parts[2])
      guard reader.description.rank > 0 else { continue }
      let data = try reader.nextBlock() ?? []
      #expect("-" + data.map { hex($0) }.joined() == parts[3], "\(line)")
    }
  }

  @Test func numpyReadsWhatIsWritten() throws {
    var generator = SeededGenerator(state: 11)
    var expected: [String] = []
    for dtype in DType.allCases {
      for shape in [[], [3], [2, 5], [4, 1, 3], [0, 3], [Int](repeating: 1, count: 32)] {
        let tensor = try TensorDescription(dtype: dtype, shape: shape)
        let bytes = (0..<tensor.byteCount).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let writer = try NpyWriter(path: folder.path("\(expected.count).npy"), description: tensor)
        try writer.append(bytes)
        try writer.finish()
        expected.append("\(dtype.rawValue) \(tensor.shapeText) -" + bytes.map { hex($0) }.joined())
      }
    }
    let program = """
      import sys, numpy as np
      for i in range(int(sys.argv[2])):
        a = np.load(f'{sys.argv[1]}/{i}.npy', allow_pickle=False)
        print(a.dtype.name, '[' + ','.join(map(str, a.shape)) + ']', '-' + a.tobytes().hex())
      """
    let printed = try Numpy.run(program, folder.path, "\(expected.count)").split(separator: "\n").map(String.init)
    #expect(printed == expected)
  }

  /// numpy rounds float64 to float32 as ``EmbeddingReader`` does, halfway cases and subnormals included.
  @Test func narrowsAsNumpyDoes() throws {
    var generator = SeededGenerator(state: 5)
    var values: [Double] = [0, -0.0, 1e-46, 7e-46, 1.401298464324817e-45, 16_777_217, 16_777_219, -3.4028235e38]
    while values.count < 4_000 {
      let value = Double(bitPattern: generator.next())
      if value.isFinite, abs(value) < 3e38 { values.append(value) }
      // Exactly between two neighbours in float32.
      let single = Float(bitPattern: UInt32.random(in: 0..<0x7F00_0000, using: &generator))
      values.append((Double(single) + Double(single.nextUp)) / 2)
    }
    values.removeLast(values.count % 4)
    try NpyWriter.write(values, shape: [values.count / 4, 4], to: folder.path("a.npy"))
    let program = "import sys, numpy as np; print(np.load(sys.argv[1]).astype('<f4').tobytes().hex())"
    let expected = try Numpy.run(program, folder.path("a.npy")).dropLast()
    let block = try #require(try EmbeddingReader(path: folder.path("a.npy")).nextBlock())
    #expect(block.map { hex($0) }.joined() == expected)
  }
}

/// Two hexadecimal digits.
func hex(_ byte: UInt8) -> String {
  (byte < 16 ? "0" : "") + String(byte, radix: 16)
}

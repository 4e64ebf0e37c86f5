import Foundation
import Tensors
import Testing

@Suite struct TensorDescriptionTests {
  @Test func sizes() throws {
    let tensor = try TensorDescription(dtype: .float32, shape: [256, 1024, 14])
    #expect(tensor.count == 3_670_016 && tensor.byteCount == 14_680_064 && tensor.rowByteCount == 57_344)
    #expect(tensor.shapeText == "[256,1024,14]" && tensor.description == "float32[256,1024,14]")
    let single = try TensorDescription(dtype: .int64, shape: [])
    #expect(single.count == 1 && single.byteCount == 8 && single.rowByteCount == nil && single.shapeText == "[]")
    let none = try TensorDescription(dtype: .int64, shape: [0, 3])
    #expect(none.count == 0 && none.byteCount == 0 && none.rowByteCount == 24)
    #expect(try TensorDescription(dtype: .uint8, shape: [Int.max]).count == Int.max)
  }

  @Test func impossibleShapes() {
    #expect(throws: TensorShapeError.negativeDimension(axis: 1)) {
      try TensorDescription(dtype: .uint8, shape: [1, -1])
    }
    #expect(throws: TensorShapeError.overflow) { try TensorDescription(dtype: .uint16, shape: [Int.max]) }
    #expect(throws: TensorShapeError.overflow) { try TensorDescription(dtype: .uint8, shape: [0, Int.max, 2]) }
    #expect(throws: TensorShapeError.tooManyDimensions) {
      try TensorDescription(dtype: .uint8, shape: [Int](repeating: 1, count: 33))
    }
  }

  @Test func shapeText() throws {
    for shape in [[], [0], [5], [256, 1024, 14]] {
      let tensor = try TensorDescription(dtype: .float16, shape: shape)
      #expect(try TensorDescription(dtype: .float16, shapeText: tensor.shapeText) == tensor)
    }
    for text in ["", "[", "]", "[1", "1]", "[1,]", "[,1]", "[ 1]", "[+1]", "[01]", "[-0]", "[1,,2]", "[1.0]", "(1,)"] {
      #expect(throws: TensorShapeError.malformedText) { try TensorDescription(dtype: .uint8, shapeText: text) }
    }
    #expect(throws: TensorShapeError.negativeDimension(axis: 0)) {
      try TensorDescription(dtype: .uint8, shapeText: "[-1]")
    }
  }

  @Test func json() throws {
    let tensor = try TensorDescription(dtype: .float16, shape: [2, 3])
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let data = try encoder.encode(tensor)
    #expect(String(decoding: data, as: UTF8.self) == #"{"dtype":"float16","shape":[2,3]}"#)
    #expect(try JSONDecoder().decode(TensorDescription.self, from: data) == tensor)
    for bad in [#"{"dtype":"float16","shape":[-2,3]}"#, #"{"dtype":"float17","shape":[2]}"#, #"{"dtype":"uint8"}"#] {
      #expect(throws: DecodingError.self) { try JSONDecoder().decode(TensorDescription.self, from: Data(bad.utf8)) }
    }
  }

  @Test func types() {
    for dtype in DType.allCases {
      #expect(dtype.rawValue.hasSuffix("\(dtype.size * 8)"))
      #expect(DType(npyCode: dtype.npyCode) == dtype)
    }
    #expect(DType(npyCode: "c8") == nil)
  }
}

import Foundation
import Tensors
import Testing

/// One hand-made file for each way in which a safetensors file can lie.
@Suite struct SafetensorsFaultTests {
  typealias Fault = SafetensorsError.Fault
  let folder: Folder

  init() throws { folder = try Folder() }

  private func fault(of bytes: [UInt8]) throws -> Fault? {
    let path = try folder.file(bytes, "a.safetensors")
    return safetensorsFault { _ = try SafetensorsReader(path: path) }
  }

  private func fault(of header: String, data: Int = 0) throws -> Fault? {
    try fault(of: safetensors(header, data: [UInt8](repeating: 7, count: data)))
  }

  /// A header with one tensor `a` of four bytes, in which something is replaced.
  private func one(_ replaced: String = "", by text: String = "") -> String {
    let good = #"{"a":{"dtype":"U8","shape":[2,2],"data_offsets":[0,4]}}"#
    precondition(replaced.isEmpty || good.contains(replaced))
    return replaced.isEmpty ? good : good.replacing(replaced, with: text)
  }

  @Test func theGoodFileIsGood() throws {
    #expect(try fault(of: one(), data: 4) == nil)
    #expect(try fault(of: "{}") == nil)
    #expect(try fault(of: one() + "     ", data: 4) == nil)
    #expect(try fault(of: #"{"__metadata__":{"a":"b"}}"#) == nil)
  }

  @Test func whatCannotBeOpened() throws {
    let missing = folder.path("missing.safetensors")
    #expect(safetensorsFault { _ = try SafetensorsReader(path: missing) } == .system(operation: "open", code: ENOENT))
    #expect(safetensorsFault { _ = try SafetensorsReader(path: folder.path) } == .notRegularFile)
    #expect(safetensorsFault { _ = try SafetensorsReader(path: missing + "\0x") } == .system(operation: "open", code: EINVAL))
  }

  @Test func everyTruncationIsFound() throws {
    let (header, data) = (one(), [UInt8](repeating: 7, count: 4))
    let good = safetensors(header, data: data)
    for length in 0..<good.count {
      let found = try fault(of: Array(good[..<length]))
      switch length {
      case ..<8: #expect(found == .tooShort(bytes: length))
      case ..<(good.count - 4): #expect(found == .headerTruncated(expected: good.count - 4, actual: length))
      default: #expect(found == .dataTruncated(expected: 4, actual: length - (good.count - 4)))
      }
    }
    #expect(try fault(of: good + [0, 0]) == .trailingBytes(2))
  }

  @Test func lengths() throws {
    #expect(try fault(of: safetensors("{}", length: 100_000_001)) == .headerTooLong(bytes: 100_000_001))
    #expect(try fault(of: safetensors("{}", length: .max)) == .headerTooLong(bytes: .max))
    #expect(try fault(of: safetensors("{}", length: 100_000_000)) == .headerTruncated(expected: 100_000_008, actual: 10))
    #expect(try fault(of: safetensors("{}", length: 0)) == .headerStart(nil))
  }

  @Test func whatIsNoHeader() throws {
    #expect(try fault(of: " {}") == .headerStart(0x20))
    #expect(try fault(of: "[]") == .headerStart(0x5B))
    #expect(try fault(of: safetensors([0xEF, 0xBB, 0xBF] + Array("{}".utf8))) == .headerStart(0xEF))
    for text in [
      "{", "{}}", "{} {}", "{'a':1}", #"{"a"}"#, #"{"a":}"#, #"{,}"#, one("[2,2]", by: "[2,2,]"), one("}}", by: "},}"),
      one("U8", by: "U\u{1}8"), "{}\0", one("[0,4]", by: "[0,04]"), one("[0,4]", by: "[+0,4]"), one("[0,4]", by: "[-0,4]"),
      one("[0,4]", by: "[-0 ,4]"),
      "{}x",
    ] {
      #expect(try fault(of: text, data: 4) == .malformedHeader, "\(text)")
    }
    #expect(try fault(of: safetensors(Array("{\"".utf8) + [0xFF] + Array("\":1}".utf8))) == .malformedHeader)
    // UTF-16, which Foundation would read.
    #expect(try fault(of: safetensors(Array(one().utf8).flatMap { [$0, 0] }, data: [7, 7, 7, 7])) == .malformedHeader)
  }

  @Test func depthAndNumber() throws {
    #expect(try fault(of: one("[2,2]", by: "[[4]]"), data: 4) == .tooDeep)
    #expect(try fault(of: "{" + String(repeating: "[", count: 100_000)) == .tooDeep)
    let many = one("[2,2]", by: "[4" + String(repeating: ",1", count: SafetensorsHeader.maximumValues) + "]")
    #expect(try fault(of: many, data: 4) == .tooManyValues)
  }

  @Test func names() throws {
    let tensor = #""a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}"#
    #expect(try fault(of: "{\(tensor),\(tensor)}", data: 2) == .repeatedName)
    #expect(try fault(of: one(#""dtype":"U8""#, by: #""dtype":"U8","dtype":"U8""#), data: 4) == .repeatedName)
    #expect(try fault(of: #"{"__metadata__":{"k":"a","k":"b"}}"#) == .repeatedName)
    // The same name by an escape, and by another composition of the same letter.
    #expect(try fault(of: "{\(tensor),\(tensor.replacing("\"a\"", with: "\"\\u0061\""))}", data: 2) == .repeatedName)
    let composed = tensor.replacing("\"a\"", with: "\"\u{E9}\"")
    let decomposed = tensor.replacing("\"a\"", with: "\"e\u{301}\"")
    #expect(try fault(of: "{\(composed),\(decomposed)}", data: 2) == .repeatedName)
    // A byte order mark is part of a name.
    let marked = try folder.file(safetensors(one("\"a\"", by: "\"\u{FEFF}a\""), data: [1, 2, 3, 4]))
    #expect(try SafetensorsReader(path: marked).header.tensors.map(\.name) == ["\u{FEFF}a"])
  }

  @Test func metadata() throws {
    #expect(try fault(of: #"{"__metadata__":[]}"#) == .metadataNotText(key: nil))
    #expect(try fault(of: #"{"__metadata__":"a"}"#) == .metadataNotText(key: nil))
    #expect(try fault(of: #"{"__metadata__":null}"#) == .metadataNotText(key: nil))
    for value in ["1", "true", "null", "[]", "{}"] {
      #expect(try fault(of: #"{"__metadata__":{"k":\#(value)}}"#) == .metadataNotText(key: "k"), "\(value)")
    }
  }

  @Test func fields() throws {
    for value in ["1", "null", "[]", #""U8""#] { #expect(try fault(of: #"{"a":\#(value)}"#) == .notATensor("a")) }
    #expect(try fault(of: #"{"a":{}}"#) == .missingKey("a", key: "dtype"))
    #expect(try fault(of: one(#","shape":[2,2]"#, by: ""), data: 4) == .missingKey("a", key: "shape"))
    #expect(try fault(of: one(#","data_offsets":[0,4]"#, by: ""), data: 4) == .missingKey("a", key: "data_offsets"))
    #expect(try fault(of: one(#""shape""#, by: #""x":1,"shape""#), data: 4) == .unknownKey("a", key: "x"))
    #expect(try fault(of: one(#""U8""#, by: "8"), data: 4) == .wrongField("a", key: "dtype"))
    for shape in ["4", #""4""#, "{}", "null", #"["4"]"#, "[4.0]", "[4.5]", "[4e0]", "[true]", "[null]", "[9223372036854775808]"] {
      #expect(try fault(of: one("[2,2]", by: shape), data: 4) == .wrongField("a", key: "shape"), "\(shape)")
    }
    for offsets in ["4", "[]", "[4]", "[0,4,4]", "[0,4.0]", #"["0",4]"#, "[false,4]", "[0,18446744073709551615]"] {
      #expect(try fault(of: one("[0,4]", by: offsets), data: 4) == .wrongField("a", key: "data_offsets"), "\(offsets)")
    }
  }

  @Test func elementTypes() throws {
    for code in ["F4", "F6_E2M3", "F6_E3M2"] {
      #expect(try fault(of: one("U8", by: code), data: 4) == .subByteDType("a", code))
    }
    for code in ["BOOL", "BF16", "F8_E4M3", "F8_E5M2", "C64", "u8", "U9", "", "float32"] {
      #expect(try fault(of: one("U8", by: code), data: 4) == .unsupportedDType("a", code))
    }
  }

  @Test func shapesAndOffsets() throws {
    #expect(try fault(of: one("[2,2]", by: "[-4]"), data: 4) == .shape("a", .negativeDimension(axis: 0)))
    #expect(try fault(of: one("[2,2]", by: "[4611686018427387904,4]"), data: 4) == .shape("a", .overflow))
    #expect(try fault(of: one("[2,2]", by: "[4611686018427387904,4,0]"), data: 4) == .shape("a", .overflow))
    let deep = "[4" + String(repeating: ",1", count: 32) + "]"
    #expect(try fault(of: one("[2,2]", by: deep), data: 4) == .shape("a", .tooManyDimensions))
    #expect(try fault(of: one("[0,4]", by: "[4,0]"), data: 4) == .reversedOffsets("a", begin: 4, end: 0))
    #expect(try fault(of: one("[0,4]", by: "[-4,0]"), data: 4) == .reversedOffsets("a", begin: -4, end: 0))
    #expect(try fault(of: one("[0,4]", by: "[-1,4]"), data: 4) == .reversedOffsets("a", begin: -1, end: 4))
    #expect(try fault(of: one("[0,4]", by: "[0,5]"), data: 5) == .sizeMismatch("a", expected: 4, actual: 5))
    #expect(try fault(of: one("U8", by: "U16"), data: 4) == .sizeMismatch("a", expected: 8, actual: 4))
    #expect(
      try fault(of: one("[0,4]", by: "[9223372036854775803,9223372036854775807]"), data: 4)
        == .hole(before: "a", at: 0, bytes: 9_223_372_036_854_775_803))
  }

  @Test func holesAndOverlaps() throws {
    func header(_ tensors: [(String, Int, Int)]) -> String {
      let members = tensors.map { name, begin, end in
        #""\#(name)":{"dtype":"U8","shape":[\#(end - begin)],"data_offsets":[\#(begin),\#(end)]}"#
      }
      return "{" + members.joined(separator: ",") + "}"
    }
    #expect(try fault(of: header([("b", 2, 5), ("a", 0, 2), ("c", 5, 5)]), data: 5) == nil)
    #expect(try fault(of: header([("a", 1, 2)]), data: 2) == .hole(before: "a", at: 0, bytes: 1))
    #expect(try fault(of: header([("a", 0, 2), ("b", 3, 5)]), data: 5) == .hole(before: "b", at: 2, bytes: 1))
    #expect(try fault(of: header([("a", 0, 3), ("b", 2, 5)]), data: 5) == .overlap("b", at: 2, bytes: 1))
    #expect(try fault(of: header([("a", 0, 2), ("b", 0, 2)]), data: 2) == .overlap("b", at: 0, bytes: 2))
    #expect(try fault(of: header([("a", 0, 4), ("b", 2, 2)]), data: 4) == .overlap("b", at: 2, bytes: 2))
  }

  @Test func valuesAndUses() throws {
    let header = #"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}"#
    let reader = try SafetensorsReader(path: folder.file(safetensors(header, data: bytes([Float(1), .nan, 2]))))
    #expect(safetensorsFault { _ = try reader.tensor("b") } == .missingTensor("b"))
    let tensor = try reader.tensor("a")
    #expect(safetensorsFault { _ = try reader.load(tensor, as: UInt8.self) } == .wrongDType("a", .float32, expected: .uint8))
    #expect(safetensorsFault { _ = try reader.load(tensor, as: Float.self) } == .nonFinite("a", element: 1, value: "nan"))
  }

  @Test func fileThatChangesWhileItIsRead() throws {
    let path = try folder.file(safetensors(one(), data: [1, 2, 3, 4]))
    let reader = try SafetensorsReader(path: path)
    let handle = try #require(FileHandle(forUpdatingAtPath: path))
    try handle.truncate(atOffset: UInt64(reader.header.dataOffset + 3))
    let tensor = try reader.tensor("a")
    #expect(safetensorsFault { _ = try reader.load(tensor, as: UInt8.self) } == .dataTruncated(expected: 4, actual: 3))
  }

  @Test func whatCannotBeWritten() throws {
    let four = ["a": try TensorDescription(dtype: .uint8, shape: [4])]
    let path = folder.path("b.safetensors")
    func write(_ tensors: [String: TensorDescription], _ bytes: [UInt8], to path: String) -> Fault? {
      safetensorsFault {
        let writer = try SafetensorsWriter(path: path, tensors: tensors)
        try writer.append(bytes)
        try writer.finish()
      }
    }
    #expect(write(four, [1, 2, 3], to: path) == .unequalWrite(expected: 4, actual: 3))
    #expect(write(four, [1, 2, 3, 4, 5], to: path) == .unequalWrite(expected: 4, actual: 5))
    #expect(write(["__metadata__": try TensorDescription(dtype: .uint8, shape: [0])], [], to: path) == .reservedName)
    #expect(write(four, [1, 2, 3, 4], to: folder.path("no/a")) == .system(operation: "open", code: ENOENT))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    #expect(write(four, [1, 2, 3, 4], to: path) == nil)
    #expect(write(four, [5, 6, 7, 8], to: path) == .exists)
    #expect(try SafetensorsReader(path: path).load(SafetensorsReader(path: path).tensor("a")) == [1, 2, 3, 4] as [UInt8])
  }

  /// The name is looked at before work is done, and again when the file is complete.
  @Test func fileThatAppearsMeanwhile() throws {
    let path = folder.path("a.safetensors")
    let writer = try SafetensorsWriter(path: path, tensors: ["a": TensorDescription(dtype: .uint8, shape: [1])])
    try writer.append([1])
    _ = try folder.file(text: "mine", "a.safetensors")
    #expect(safetensorsFault { try writer.finish() } == .exists)
    #expect(safetensorsFault { try writer.append([]) } == .exists)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
  }

  @Test func messagesNameFilePlaceAndRemedy() throws {
    let path = try folder.file(safetensors(one("U8", by: "F4"), data: [1, 2, 3, 4]))
    let error = #expect(throws: SafetensorsError.self) { try SafetensorsReader(path: path) }
    #expect(
      error?.description == "\(path): tensor \"a\" has elements of type F4, which are smaller than a byte; "
        + "convert the tensor, for example with a.astype(np.float32), and save it again")
    let hostile = SafetensorsError.Fault.missingTensor("\u{1B}[2J" + String(repeating: "x", count: 1_000))
    #expect(!hostile.problem.contains("\u{1B}") && hostile.problem.count < 120)
  }
}

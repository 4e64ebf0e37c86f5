import BoundedJSON
import Foundation

/// The header of a safetensors file.
///
/// ```
/// offset  size  content
/// 0       8     N, the length of the text, little-endian
/// 8       N     {"NAME":{"dtype":"F32","shape":[3,4],"data_offsets":[0,48]},…,"__metadata__":{"KEY":"TEXT",…}} and spaces
/// 8 + N         the tensors' bytes, little-endian, row by row; offsets count from here
/// ```
///
/// A header is valid if and only if
/// 1. N is at most ``maximumLength`` and the file has that many bytes;
/// 2. the text is JSON in UTF-8 that begins with `{`, and no object in it has two members of one name;
/// 3. `__metadata__`, where it is there, holds texts and nothing else;
/// 4. every other member is a tensor of a known type, whose offsets span just the bytes that type and shape ask for;
/// 5. the tensors cover the data from the first byte to the last, without holes or overlaps, so that nothing can hide between them.
///
/// Source: the format's description in the README of github.com/huggingface/safetensors.
package struct SafetensorsHeader: Hashable, Sendable {
  /// The longest text that the format allows, in bytes.
  package static let maximumLength = 100_000_000
  /// The most members and elements of a header that is read: some 200,000 tensors, and what bounds the memory of reading it.
  package static let maximumValues = 2_000_000
  /// The name that is no tensor's.
  static let metadataName = "__metadata__"

  /// A tensor of the file.
  package struct Tensor: Hashable, Sendable {
    /// Its name, any text.
    package let name: String
    /// Its type and shape.
    package let description: TensorDescription
    /// Its bytes, counted from the beginning of the data.
    package let range: Range<Int>
  }

  /// The tensors in the order of their bytes.
  package let tensors: [Tensor]
  /// What else the file says: texts by name.
  package let metadata: [String: String]
  /// Where in the file the data begin.
  package let dataOffset: Int

  /// The number of bytes of all tensors.
  package var dataByteCount: Int { tensors.last?.range.upperBound ?? 0 }

  /// Reads the header from the front of a file.
  ///
  /// - throws: ``SafetensorsError`` for anything but a valid header.
  init(readingFrom file: InputFile, path: String) throws(SafetensorsError) {
    let front = try Self.bytes(8, of: file, path: path)
    guard front.count == 8 else { throw SafetensorsError(path: path, fault: .tooShort(bytes: front.count)) }
    let length = front.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(Self.maximumLength) else { throw SafetensorsError(path: path, fault: .headerTooLong(bytes: length)) }
    // The file's size before memory is taken for what it claims.
    guard file.size - 8 >= Int(length) else {
      throw SafetensorsError(path: path, fault: .headerTruncated(expected: 8 + Int(length), actual: file.size))
    }
    let text = try Self.bytes(Int(length), of: file, path: path)
    guard text.count == Int(length) else {
      throw SafetensorsError(path: path, fault: .headerTruncated(expected: 8 + Int(length), actual: 8 + text.count))
    }
    try self.init(text: text, path: path)
  }

  /// Reads the text of a header.
  ///
  /// - throws: ``SafetensorsError``.
  package init(text: [UInt8], path: String) throws(SafetensorsError) {
    do throws(SafetensorsError.Fault) {
      guard text.first == UInt8(ascii: "{") else { throw .headerStart(text.first) }
      guard let members = try Self.json(text) as? [String: Any] else { throw .malformedHeader }
      metadata = try members[Self.metadataName].map(Self.texts) ?? [:]
      var tensors: [Tensor] = []
      for (name, member) in members where name != Self.metadataName { tensors.append(try Tensor(name: name, member)) }
      tensors.sort { Self.sortKey($0) < Self.sortKey($1) }
      try Self.checkCover(tensors)
      self.tensors = tensors
    } catch {
      throw SafetensorsError(path: path, fault: error)
    }
    dataOffset = 8 + text.count
  }

  private static func json(_ text: [UInt8]) throws(SafetensorsError.Fault) -> Any {
    do {
      return try BoundedJSON.value(of: text, maximumDepth: 3, maximumValues: maximumValues)
    } catch {
      switch error {
      case .tooDeep: throw .tooDeep
      case .tooManyValues: throw .tooManyValues
      case .repeatedName: throw .repeatedName
      case .controlCharacter, .negativeZero, .trailingComma, .malformed: throw .malformedHeader
      }
    }
  }

  private static func texts(_ member: Any) throws(SafetensorsError.Fault) -> [String: String] {
    guard let members = member as? [String: Any] else { throw .metadataNotText(key: nil) }
    var texts: [String: String] = [:]
    for (key, value) in members {
      guard let text = value as? String else { throw .metadataNotText(key: key) }
      texts[key] = text
    }
    return texts
  }

  private static func sortKey(_ tensor: Tensor) -> (Int, Int, String) {
    (tensor.range.lowerBound, tensor.range.upperBound, tensor.name)
  }

  /// Each tensor must begin where the one before it ends.
  private static func checkCover(_ tensors: [Tensor]) throws(SafetensorsError.Fault) {
    var end = 0
    for tensor in tensors {
      let begin = tensor.range.lowerBound
      guard begin <= end else { throw .hole(before: tensor.name, at: end, bytes: begin - end) }
      guard begin == end else { throw .overlap(tensor.name, at: begin, bytes: end - begin) }
      end = tensor.range.upperBound
    }
  }

  private static func bytes(_ count: Int, of file: InputFile, path: String) throws(SafetensorsError) -> [UInt8] {
    do {
      return try file.bytes(count)
    } catch {
      throw SafetensorsError(path: path, error)
    }
  }
}

extension SafetensorsHeader.Tensor {
  /// Reads `{"dtype":"F32","shape":[3,4],"data_offsets":[0,48]}`, in any order and with nothing else.
  init(name: String, _ member: Any) throws(SafetensorsError.Fault) {
    guard let fields = member as? [String: Any] else { throw .notATensor(name) }
    let known = ["dtype", "shape", "data_offsets"]
    if let missing = known.first(where: { fields[$0] == nil }) { throw .missingKey(name, key: missing) }
    if let unknown = fields.keys.filter({ !known.contains($0) }).min() { throw .unknownKey(name, key: unknown) }
    guard let code = fields["dtype"] as? String else { throw .wrongField(name, key: "dtype") }
    guard !DType.subByteSafetensorsCodes.contains(code) else { throw .subByteDType(name, code) }
    guard let dtype = DType(safetensorsCode: code) else { throw .unsupportedDType(name, code) }
    let shape = try Self.numbers(fields, "shape", of: name)
    let description: TensorDescription
    do {
      description = try TensorDescription(dtype: dtype, shape: shape)
    } catch {
      throw .shape(name, error)
    }
    let offsets = try Self.numbers(fields, "data_offsets", of: name)
    guard offsets.count == 2 else { throw .wrongField(name, key: "data_offsets") }
    guard offsets[0] >= 0, offsets[0] <= offsets[1] else { throw .reversedOffsets(name, begin: offsets[0], end: offsets[1]) }
    guard offsets[1] - offsets[0] == description.byteCount else {
      throw .sizeMismatch(name, expected: description.byteCount, actual: offsets[1] - offsets[0])
    }
    self.init(name: name, description: description, range: offsets[0]..<offsets[1])
  }

  private static func numbers(_ fields: [String: Any], _ key: String, of name: String) throws(SafetensorsError.Fault) -> [Int] {
    guard let elements = fields[key] as? [Any] else { throw .wrongField(name, key: key) }
    var numbers: [Int] = []
    for element in elements {
      guard let number = element as? NSNumber, case .integer(let integer) = BoundedJSON.number(number) else {
        throw .wrongField(name, key: key)
      }
      numbers.append(Int(integer))
    }
    return numbers
  }
}

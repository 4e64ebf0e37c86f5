/// What is wrong with a safetensors file, where, and what to do about it.
///
/// The description is one line: file, problem with its place, remedy. Code that wants to tell cases apart looks at
/// ``fault``.
package struct SafetensorsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file as the caller named it.
  package let path: String
  /// What is wrong.
  package let fault: Fault

  /// Names a fault of a file.
  package init(path: String, fault: Fault) {
    self.path = path
    self.fault = fault
  }

  /// The ways in which a safetensors file can lie, one case each. The first text is the tensor's name; bytes count from the
  /// beginning of the data.
  package enum Fault: Error, Hashable, Sendable {
    // The file.
    /// The system refused to open, read or write, with this `errno`.
    case system(operation: String, code: Int32)
    /// The path names a folder, pipe or device.
    case notRegularFile
    /// The file has less than the eight bytes of the header's length.
    case tooShort(bytes: Int)
    /// A file that was to be written is there already.
    case exists

    // The header.
    /// The header claims more than ``SafetensorsHeader/maximumLength`` bytes.
    case headerTooLong(bytes: UInt64)
    /// The file ends inside the header.
    case headerTruncated(expected: Int, actual: Int)
    /// The header's first byte isn't `{`; nil where it has none.
    case headerStart(UInt8?)
    /// The header nests deeper than any header does.
    case tooDeep
    /// The header has more than ``SafetensorsHeader/maximumValues`` members and elements.
    case tooManyValues
    /// Two members of one object have the same name, so that two readers could disagree.
    case repeatedName
    /// The header isn't a JSON object in UTF-8.
    case malformedHeader
    /// `__metadata__` is no object, or holds under this key something else than text.
    case metadataNotText(key: String?)
    /// A tensor was to be written under the name `__metadata__`.
    case reservedName

    // A tensor of the header.
    /// The member is no object.
    case notATensor(String)
    /// One of the three keys isn't there.
    case missingKey(String, key: String)
    /// A key that the format doesn't know.
    case unknownKey(String, key: String)
    /// What stands under the key isn't what the format asks for: text, whole numbers, two whole numbers.
    case wrongField(String, key: String)
    /// The elements are of a type that Lethe doesn't store, such as `BF16`, or that nobody knows.
    case unsupportedDType(String, String)
    /// The elements are smaller than a byte.
    case subByteDType(String, String)
    /// The shape is impossible.
    case shape(String, TensorShapeError)
    /// The tensor begins before the data, or ends before it begins.
    case reversedOffsets(String, begin: Int, end: Int)
    /// The offsets don't span the bytes that type and shape ask for.
    case sizeMismatch(String, expected: Int, actual: Int)
    /// Bytes before the tensor belong to none.
    case hole(before: String, at: Int, bytes: Int)
    /// The tensor begins within the one before it.
    case overlap(String, at: Int, bytes: Int)

    // The data.
    /// The file holds fewer bytes of data than the header describes.
    case dataTruncated(expected: Int, actual: Int)
    /// The file goes on after the last tensor.
    case trailingBytes(Int)
    /// Data written don't have the size that the header describes.
    case unequalWrite(expected: Int, actual: Int)

    // What a tensor is used for.
    /// The file has no tensor of that name.
    case missingTensor(String)
    /// The file has not exactly one tensor, and none was named; some that there are.
    case tensorUnnamed([String])
    /// The tensor's elements are of another type than its use needs.
    case wrongDType(String, DType, expected: DType)
    /// A value is infinite or not a number.
    case nonFinite(String, element: Int, value: String)
  }

  /// File, problem and remedy in one line.
  package var description: String { "\(path): \(fault.problem); \(fault.remedy)" }
}

extension SafetensorsError {
  /// Names the file in a fault of reading or writing it.
  package init(path: String, _ fault: InputFile.Fault) {
    switch fault {
    case .system(_, let code) where code == fileExists: self.init(path: path, fault: .exists)
    case .system(let operation, let code): self.init(path: path, fault: .system(operation: operation, code: code))
    case .notRegularFile: self.init(path: path, fault: .notRegularFile)
    }
  }
}

/// What is wrong with an npy file, where, and what to do about it.
///
/// The description is one line: file, problem with its place, remedy. Code that wants to tell cases apart looks at
/// ``fault``.
package struct NpyError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file as the caller named it.
  package let path: String
  /// What is wrong.
  package let fault: Fault

  /// Names a fault of a file.
  package init(path: String, fault: Fault) {
    self.path = path
    self.fault = fault
  }

  /// The ways in which an npy file can lie, one case each.
  ///
  /// Rows and columns count from 0, as numpy's do; `byte` is an offset in the file.
  package enum Fault: Error, Hashable, Sendable {
    // The file.
    /// The system refused to open, read or write, with this `errno`.
    case system(operation: String, code: Int32)
    /// The path names a folder, pipe or device.
    case notRegularFile
    /// The file doesn't begin with the six bytes of numpy's magic string.
    case notNpy
    /// The format's version isn't 1.0, 2.0 or 3.0.
    case unsupportedVersion(major: UInt8, minor: UInt8)

    /// The npz archive that should hold the array.
    case npz(NpzFault)
    /// The safetensors file that should hold the array.
    case safetensors(SafetensorsError.Fault)

    // The header.
    /// The header claims more than ``NpyHeader/maximumLength`` bytes.
    case headerTooLong(bytes: Int)
    /// The file ends inside the header.
    case headerTruncated(expected: Int, actual: Int)
    /// The header isn't the dictionary that the format asks for.
    case malformedHeader(byte: Int, expected: String)
    /// One of the three keys isn't there.
    case missingKey(String)
    /// A key appears twice, so that two readers could disagree.
    case duplicateKey(String, byte: Int)
    /// A key that the format doesn't know.
    case unknownKey(String, byte: Int)
    /// The elements are pickled Python objects, which are programs.
    case objectDType
    /// The elements are records or sub-arrays.
    case structuredDType
    /// The elements are of a type that Lethe doesn't store, such as `<c8`.
    case unsupportedDType(String)
    /// The array lies column by column.
    case fortranOrder
    /// The shape is impossible.
    case shape(TensorShapeError)

    // The data.
    /// The file holds fewer bytes of data than the shape asks for.
    case dataTruncated(expected: Int, actual: Int)
    /// The file goes on after the data.
    case trailingBytes(Int)
    /// Data written don't have the size that the shape asks for.
    case unequalWrite(expected: Int, actual: Int)

    // What an array is used for.
    /// The array has another number of axes than its use needs.
    case wrongRank(shape: [Int], expected: String)
    /// The array's elements are of another type than its use needs.
    case wrongDType(DType, expected: String)
    /// Rows hold no elements.
    case emptyRows(shape: [Int])
    /// Rows are longer than ``EmbeddingReader/maximumColumns``.
    case tooManyColumns(Int)
    /// uint8 embeddings were given no scale.
    case scaleMissing
    /// A scale was given for embeddings that are not uint8.
    case scaleUnexpected(DType)
    /// The scale is zero, negative or not finite.
    case scaleNotPositive(String)
    /// The number of classes is outside 1...65,535.
    case classCount(Int)

    /// The elements are no strings, where names are wanted.
    case textsExpected(String)
    /// The strings have room for more characters than ``ClassNames/maximumWidth``.
    case textsTooWide(Int)

    // Values.
    /// A string is no name.
    case badName(row: Int, TextLinesError.Fault)
    /// A name stands twice.
    case duplicateName(row: Int, first: Int)
    /// A value is infinite or not a number.
    case nonFinite(row: Int, column: Int, value: String)
    /// A float64 value is finite but too large for float32.
    case overflowsFloat32(row: Int, column: Int, value: String)
    /// A label names no class.
    case labelOutOfRange(row: Int, label: String, classes: Int)
  }

  /// File, problem and remedy in one line.
  package var description: String { "\(path): \(fault.problem); \(fault.remedy)" }
}

extension NpyError.Fault {
  /// A fault of reading any file.
  init(_ fault: InputFile.Fault) {
    switch fault {
    case .system(let operation, let code): self = .system(operation: operation, code: code)
    case .notRegularFile: self = .notRegularFile
    }
  }
}

extension NpyError {
  /// Names the file in a fault of reading it.
  init(path: String, _ fault: InputFile.Fault) { self.init(path: path, fault: Fault(fault)) }
}

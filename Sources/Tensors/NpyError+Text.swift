extension NpyError.Fault {
  /// What is wrong and where, in words.
  package var problem: String {
    switch self {
    case .system(let operation, let code): "\(operation) failed: \(systemMessage(code)) (errno \(code))"
    case .notRegularFile: "not a regular file"
    case .npz(let fault): fault.problem
    case .safetensors(let fault): fault.problem
    case .notNpy: "not an npy file: the first six bytes are not \\x93NUMPY"
    case .unsupportedVersion(let major, let minor): "npy version \(major).\(minor) is unknown"
    case .headerTooLong(let bytes): "the header claims \(bytes) bytes, more than \(NpyHeader.maximumLength)"
    case .headerTruncated(let expected, let actual):
      "the file ends inside the header, after \(actual) of \(expected) bytes"
    case .malformedHeader(let byte, let expected): "malformed header: at byte \(byte) \(expected) was expected"
    case .missingKey(let key): "the header has no key '\(key)'"
    case .duplicateKey(let key, let byte): "the header repeats the key '\(key)' at byte \(byte)"
    case .unknownKey(let key, let byte): "the header has an unknown key '\(key)' at byte \(byte)"
    case .objectDType: "the elements are pickled Python objects, which are never loaded"
    case .structuredDType: "the elements are records or sub-arrays, not numbers"
    case .unsupportedDType(let descr): "the element type '\(descr)' is not supported"
    case .fortranOrder: "the array is in Fortran order (column by column)"
    case .shape(let error): "\(error)"
    case .dataTruncated(let expected, let actual):
      "the data are truncated: the shape asks for \(expected) bytes and the file holds \(actual)"
    case .trailingBytes(let count): "\(count) bytes follow the data"
    case .unequalWrite(let expected, let actual): "the shape asks for \(expected) bytes and \(actual) were written"
    case .wrongRank(let shape, let expected): "the shape is \(text(shape)) and should be \(expected)"
    case .wrongDType(let dtype, let expected): "the elements are \(dtype.rawValue) and should be \(expected)"
    case .emptyRows(let shape): "the rows of shape \(text(shape)) hold no elements"
    case .tooManyColumns(let columns): "\(columns) columns are more than \(EmbeddingReader.maximumColumns)"
    case .scaleMissing: "uint8 embeddings need a scale"
    case .scaleUnexpected(let dtype): "a scale was given for \(dtype.rawValue) embeddings, which have none"
    case .scaleNotPositive(let scale): "the scale \(scale) is not a positive finite number"
    case .classCount(let classes): "\(classes) classes are outside 1...\(LabelReader.maximumClasses)"
    case .textsExpected(let found): "the elements are \(found) and should be strings"
    case .textsTooWide(let width): "the strings have room for \(width) characters, more than \(ClassNames.maximumWidth)"
    case .badName(let row, let fault): "row \(row): \(fault.problem)"
    case .duplicateName(let row, let first): "row \(row) holds the name of row \(first)"
    case .nonFinite(let row, let column, let value): "row \(row), column \(column) holds \(value)"
    case .overflowsFloat32(let row, let column, let value):
      "row \(row), column \(column) holds \(value), too large for float32"
    case .labelOutOfRange(let row, let label, let classes):
      "row \(row) holds the label \(label), outside 0..<\(classes)"
    }
  }

  /// What the user can do, in words.
  package var remedy: String {
    switch self {
    case .system: "check the path, its permissions and the disk"
    case .notRegularFile: "name a file; save a stream to disk first"
    case .npz(let fault): fault.remedy
    case .safetensors(let fault): fault.remedy
    case .notNpy: "save one array with np.save, or several with np.savez in a file that is called .npz"
    case .unsupportedVersion: "save again with np.save, which writes version 1.0"
    case .headerTooLong, .malformedHeader, .missingKey, .duplicateKey, .unknownKey:
      "load the array with numpy and save it again with np.save"
    case .headerTruncated, .dataTruncated: "copy the file again, it is incomplete or being written"
    case .objectDType: "save numbers: np.save(path, np.asarray(a, dtype=np.float32))"
    case .structuredDType: "save one plain array per field: np.save(path, a['field'])"
    case .unsupportedDType: "convert it, for example with a.astype(np.float32)"
    case .fortranOrder: "save with np.save(path, np.ascontiguousarray(a))"
    case .shape: "save an array with sane dimensions"
    case .trailingBytes: "save one array a file with np.save"
    case .unequalWrite: "this is a defect in Lethe, please report it"
    case .wrongRank: "use a.reshape(...) before np.save"
    case .wrongDType: "convert it with a.astype(...) before np.save"
    case .emptyRows: "save an array with at least one column"
    case .tooManyColumns: "pool or flatten fewer features per example"
    case .scaleMissing: "give the factor that turns a byte into a feature"
    case .scaleUnexpected: "leave the scale out"
    case .scaleNotPositive: "give a positive number such as 0.0235"
    case .classCount: "give the number of class names"
    case .textsExpected: "save the names with np.asarray(names, dtype=np.str_), or write a text file with one a line"
    case .textsTooWide: "shorten the names: np.asarray(names.tolist()) gives them the room that the longest needs"
    case .badName(_, let fault): fault.remedy
    case .duplicateName: "give every class a name of its own"
    case .nonFinite: "repair the encoder's output or drop the row (np.isfinite finds them)"
    case .overflowsFloat32: "rescale the features or drop the row"
    case .labelOutOfRange: "number classes from 0 in the order of the class names"
    }
  }

  private func text(_ shape: [Int]) -> String { "[" + shape.map(String.init).joined(separator: ",") + "]" }
}

extension SafetensorsError.Fault {
  /// What is wrong and where, in words.
  package var problem: String {
    switch self {
    case .system(let operation, let code): "\(operation) failed: \(systemMessage(code)) (errno \(code))"
    case .notRegularFile: "not a regular file"
    case .tooShort(let bytes): "not a safetensors file: it has \(bytes) bytes and the header's length takes eight"
    case .exists: "there is a file of that name already"
    case .headerTooLong(let bytes): "the header claims \(bytes) bytes, more than \(SafetensorsHeader.maximumLength)"
    case .headerTruncated(let expected, let actual): "the file ends inside the header, after \(actual) of \(expected) bytes"
    case .headerStart(let byte): "the header begins with \(byte.map { "byte \($0)" } ?? "nothing") instead of '{'"
    case .tooDeep: "the header nests deeper than a header does"
    case .tooManyValues: "the header has more than \(SafetensorsHeader.maximumValues) members"
    case .repeatedName: "the header has two members of one name"
    case .malformedHeader: "the header is not a JSON object in UTF-8"
    case .metadataNotText(let key):
      "__metadata__ \(key.map { "holds something else than text under \(quote($0))" } ?? "is no object")"
    case .reservedName: "a tensor cannot be called __metadata__"
    case .notATensor(let name): "\(quote(name)) is not described as a tensor"
    case .missingKey(let name, let key): "tensor \(quote(name)) has no \(key)"
    case .unknownKey(let name, let key): "tensor \(quote(name)) has an unknown key \(quote(key))"
    case .wrongField(let name, let key): "the \(key) of tensor \(quote(name)) is not what the format asks for"
    case .unsupportedDType(let name, let code): "tensor \(quote(name)) has elements of type \(quote(code)), which is not supported"
    case .subByteDType(let name, let code): "tensor \(quote(name)) has elements of type \(code), which are smaller than a byte"
    case .shape(let name, let error): "tensor \(quote(name)): \(error)"
    case .reversedOffsets(let name, let begin, let end): "tensor \(quote(name)) is said to lie from byte \(begin) to byte \(end)"
    case .sizeMismatch(let name, let expected, let actual):
      "tensor \(quote(name)) needs \(expected) bytes by type and shape and \(actual) by its offsets"
    case .hole(let name, let at, let bytes): "\(bytes) bytes from byte \(at) belong to no tensor; the next one is \(quote(name))"
    case .overlap(let name, let at, let bytes):
      "tensor \(quote(name)) begins at byte \(at), \(bytes) bytes before the end of the one before it"
    case .dataTruncated(let expected, let actual):
      "the data are truncated: the header describes \(expected) bytes and the file holds \(actual)"
    case .trailingBytes(let count): "\(count) bytes follow the last tensor"
    case .unequalWrite(let expected, let actual): "the header describes \(expected) bytes and \(actual) were written"
    case .missingTensor(let name): "there is no tensor \(quote(name))"
    case .tensorUnnamed(let names):
      "the file holds not one tensor but \(names.isEmpty ? "none" : names.map(quote).joined(separator: ", "))"
    case .wrongDType(let name, let found, let expected):
      "tensor \(quote(name)) holds \(found.rawValue) and should hold \(expected.rawValue)"
    case .nonFinite(let name, let element, let value): "tensor \(quote(name)) holds \(value) at element \(element)"
    }
  }

  /// What the user can do, in words.
  package var remedy: String {
    switch self {
    case .system: "check the path, its permissions and the disk"
    case .notRegularFile: "name a file; save a stream to disk first"
    case .exists: "choose another name, or move the file away"
    case .tooShort, .headerTruncated, .dataTruncated: "copy the file again, it is incomplete or being written"
    case .headerTooLong, .headerStart, .tooDeep, .malformedHeader, .repeatedName, .metadataNotText, .notATensor, .missingKey,
      .unknownKey, .wrongField, .shape, .reversedOffsets, .sizeMismatch, .hole, .overlap, .trailingBytes:
      "save the tensors again with safetensors' own save_file; don't use a file that somebody else may have altered"
    case .tooManyValues: "save fewer tensors a file"
    case .reservedName: "give the tensor another name"
    case .unsupportedDType, .subByteDType: "convert the tensor, for example with a.astype(np.float32), and save it again"
    case .unequalWrite: "this is a defect in Lethe, please report it"
    case .tensorUnnamed: "name the tensor after the file and a colon: data.safetensors:train_x"
    case .missingTensor: "name a file that has it, such as one made by lethe checkpoint export"
    case .wrongDType: "convert it with a.astype(...) and save it again"
    case .nonFinite: "repair the tensor (np.isfinite finds such values)"
    }
  }

  /// A name from the file, short enough to read and with nothing in it that a terminal would obey.
  private func quote(_ text: String) -> String {
    (text.count > 64 ? text.prefix(64) + "..." : text[...]).debugDescription
  }
}

import Foundation

extension SafetensorsHeader {
  /// Lays tensors out as the reference writer does: larger elements first, then by name (its UTF-8).
  ///
  /// - throws: ``SafetensorsError/Fault`` for a name that is taken twice or means something else, or more bytes than can be counted.
  init(laying tensors: [String: TensorDescription], metadata: [String: String]) throws(SafetensorsError.Fault) {
    guard tensors[Self.metadataName] == nil else { throw .reservedName }
    let sorted = tensors.sorted { left, right in
      let (first, second) = (left.value.dtype.safetensorsRank, right.value.dtype.safetensorsRank)
      return first == second ? left.key.utf8.lexicographicallyPrecedes(right.key.utf8) : first > second
    }
    var laid: [Tensor] = []
    var end = 0
    for (name, description) in sorted {
      let (next, overflow) = end.addingReportingOverflow(description.byteCount)
      guard !overflow else { throw .shape(name, .overflow) }
      laid.append(Tensor(name: name, description: description, range: end..<next))
      end = next
    }
    self.tensors = laid
    self.metadata = metadata
    dataOffset = 8 + (try Self.text(tensors: laid, metadata: metadata)).count
  }

  /// The bytes before the data: length and text.
  ///
  /// - throws: ``SafetensorsError/Fault/headerTooLong(bytes:)``.
  func bytes() throws(SafetensorsError.Fault) -> [UInt8] {
    let text = try Self.text(tensors: tensors, metadata: metadata)
    return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
  }

  /// JSON with sorted names, so that the same content gives the same bytes, padded with spaces so that data begin at a multiple of 8.
  private static func text(tensors: [Tensor], metadata: [String: String]) throws(SafetensorsError.Fault) -> [UInt8] {
    var members: [String: Any] = [:]
    for tensor in tensors {
      members[tensor.name] =
        [
          "dtype": tensor.description.dtype.safetensorsCode, "shape": tensor.description.shape,
          "data_offsets": [tensor.range.lowerBound, tensor.range.upperBound],
        ] as [String: Any]
    }
    if !metadata.isEmpty { members[metadataName] = metadata }
    guard let data = try? JSONSerialization.data(withJSONObject: members, options: [.sortedKeys, .withoutEscapingSlashes]) else {
      throw .malformedHeader
    }
    let text = Array(data) + [UInt8](repeating: UInt8(ascii: " "), count: (8 - data.count % 8) % 8)
    guard text.count <= maximumLength else { throw .headerTooLong(bytes: UInt64(text.count)) }
    return text
  }
}

extension DType {
  /// What safetensors calls this type, such as `F32`.
  package var safetensorsCode: String {
    switch self {
    case .uint8, .uint16, .uint32, .uint64: "U\(size * 8)"
    case .int8, .int16, .int32, .int64: "I\(size * 8)"
    case .float16, .float32, .float64: "F\(size * 8)"
    }
  }

  /// The type that safetensors calls so, or nil where Lethe stores no such type.
  package init?(safetensorsCode: String) {
    guard let found = DType.allCases.first(where: { $0.safetensorsCode == safetensorsCode }) else { return nil }
    self = found
  }

  /// Types of safetensors whose elements are smaller than a byte, so that a tensor's bytes don't follow from its elements' size.
  static let subByteSafetensorsCodes: Set<String> = ["F4", "F6_E2M3", "F6_E3M2"]

  /// Where the type stands in the order in which the reference writer lays tensors out, last first: by size, so that each
  /// begins at a multiple of its size, and then as that writer lists its types.
  var safetensorsRank: Int {
    let order: [DType] = [.uint8, .int8, .int16, .uint16, .float16, .int32, .uint32, .float32, .float64, .int64, .uint64]
    return order.firstIndex(of: self) ?? 0
  }
}

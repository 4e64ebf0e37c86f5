/// The type of a tensor's elements.
///
/// The raw value is the name that numpy prints and that the store records. Elements are little-endian wherever bytes
/// leave this module, whatever the file said.
package enum DType: String, CaseIterable, Hashable, Sendable, Codable {
  case uint8, uint16, uint32, uint64
  case int8, int16, int32, int64
  case float16, float32, float64

  /// The number of bytes of one element.
  package var size: Int {
    switch self {
    case .uint8, .int8: 1
    case .uint16, .int16, .float16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    }
  }

  /// Whether elements are whole numbers.
  package var isInteger: Bool { !isFloat }

  /// Whether elements are IEEE 754 binary floating-point numbers.
  package var isFloat: Bool {
    switch self {
    case .float16, .float32, .float64: true
    default: false
    }
  }

  /// The kind letter and size of numpy's array interface, such as `f4` (numpy manual, "The array interface protocol").
  package var npyCode: String {
    switch self {
    case .uint8, .uint16, .uint32, .uint64: "u\(size)"
    case .int8, .int16, .int32, .int64: "i\(size)"
    case .float16, .float32, .float64: "f\(size)"
    }
  }

  /// The type that numpy calls by this kind letter and size, or nil where Lethe stores no such type.
  package init?(npyCode: String) {
    guard let found = DType.allCases.first(where: { $0.npyCode == npyCode }) else { return nil }
    self = found
  }
}

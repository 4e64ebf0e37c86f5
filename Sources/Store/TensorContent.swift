import Tensors

/// A tensor that lies in memory: what it is, and its plain bytes (little-endian, row-major).
package struct TensorContent {
  let description: TensorDescription
  /// Lends the plain bytes.
  let withBytes: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void

  /// - Throws: `TensorShapeError` when the shape is none; the writer throws when the elements are too few or too many for it.
  package init<Element: TensorElement>(_ elements: [Element], shape: [Int]) throws {
    description = try TensorDescription(dtype: Element.dtype, shape: shape)
    withBytes = { try elements.withUnsafeBytes($0) }
  }
}

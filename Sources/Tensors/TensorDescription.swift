/// The element type and shape of a tensor, known to fit in memory arithmetic.
///
/// A value of this type is proof that no dimension is negative and that neither ``count`` nor ``byteCount``, nor the size
/// of any sub-array, overflows: dimensions of zero are left out of that check's product, so `[2^62, 2^62, 0]` is refused
/// although it holds nothing.
///
/// ## Topics
///
/// ### Making one
/// - ``init(dtype:shape:)``
/// - ``init(dtype:shapeText:)``
///
/// ### Sizes
/// - ``count``
/// - ``byteCount``
/// - ``rowByteCount``
package struct TensorDescription: Hashable, Sendable, CustomStringConvertible {
  /// The most axes that a tensor can have, numpy 1's own limit (NPY_MAXDIMS).
  package static let maximumRank = 32

  /// The type of the elements.
  package let dtype: DType
  /// The dimensions, slowest first; empty for a single number.
  package let shape: [Int]
  /// The number of elements.
  package let count: Int
  /// The number of bytes of all elements.
  package let byteCount: Int

  /// Describes a tensor.
  ///
  /// - throws: ``TensorShapeError`` for a negative dimension, too many axes or an overflow.
  package init(dtype: DType, shape: [Int]) throws(TensorShapeError) {
    guard shape.count <= Self.maximumRank else { throw .tooManyDimensions }
    var bytes = dtype.size
    for (axis, dimension) in shape.enumerated() {
      guard dimension >= 0 else { throw .negativeDimension(axis: axis) }
      let (product, overflow) = bytes.multipliedReportingOverflow(by: max(dimension, 1))
      guard !overflow else { throw .overflow }
      bytes = product
    }
    self.dtype = dtype
    self.shape = shape
    byteCount = shape.contains(0) ? 0 : bytes
    count = byteCount / dtype.size
  }

  /// Describes a tensor whose shape is text such as `[256,1024,14]`, as ``shapeText`` writes it and in no other form.
  ///
  /// - throws: ``TensorShapeError``.
  package init(dtype: DType, shapeText: String) throws(TensorShapeError) {
    guard shapeText.utf8.count <= 1_024, shapeText.hasPrefix("["), shapeText.hasSuffix("]"), shapeText.count >= 2 else {
      throw .malformedText
    }
    let inside = shapeText.dropFirst().dropLast()
    var shape: [Int] = []
    if !inside.isEmpty {
      for part in inside.split(separator: ",", omittingEmptySubsequences: false) {
        guard let dimension = Int(part), String(dimension) == part else { throw .malformedText }
        shape.append(dimension)
      }
    }
    try self.init(dtype: dtype, shape: shape)
  }

  /// The number of axes.
  package var rank: Int { shape.count }

  /// The shape as text, such as `[256,1024,14]`.
  package var shapeText: String { "[" + shape.map(String.init).joined(separator: ",") + "]" }

  /// The bytes of one index of the first axis; nil for a single number, which has no rows.
  package var rowByteCount: Int? {
    shape.isEmpty ? nil : shape.dropFirst().reduce(dtype.size, *)
  }

  /// The type and shape, such as `float32[256,1024,14]`.
  package var description: String { dtype.rawValue + shapeText }
}

extension TensorDescription: Codable {
  private enum CodingKeys: String, CodingKey {
    case dtype, shape
  }

  /// Reads `{"dtype": "float32", "shape": [256, 1024]}` and checks it as ``init(dtype:shape:)`` does.
  ///
  /// - throws: `DecodingError`, with the ``TensorShapeError`` underneath where the shape is at fault.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let dtype = try container.decode(DType.self, forKey: .dtype)
    let shape = try container.decode([Int].self, forKey: .shape)
    do {
      try self.init(dtype: dtype, shape: shape)
    } catch {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: container.codingPath + [CodingKeys.shape], debugDescription: "\(error)", underlyingError: error))
    }
  }

  /// Writes the type's name and the shape; the sizes follow from them.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(dtype, forKey: .dtype)
    try container.encode(shape, forKey: .shape)
  }
}

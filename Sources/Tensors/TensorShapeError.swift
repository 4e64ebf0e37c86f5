/// The ways in which a shape can be no shape.
package enum TensorShapeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A dimension is below zero.
  case negativeDimension(axis: Int)
  /// The elements, or their bytes, are more than 64 bits can count.
  case overflow
  /// There are more axes than ``TensorDescription/maximumRank``.
  case tooManyDimensions
  /// The text is not of the form `[256,1024,14]`.
  case malformedText

  /// What is wrong, in words.
  package var description: String {
    switch self {
    case .negativeDimension(let axis): "dimension \(axis) of the shape is negative"
    case .overflow: "the shape has more elements than 64 bits can count"
    case .tooManyDimensions: "the shape has more than \(TensorDescription.maximumRank) dimensions"
    case .malformedText: "the shape is not written like [256,1024,14]"
    }
  }
}

/// A Swift number that can be an element of a tensor.
///
/// An array of such numbers is a tensor's bytes as they lie in memory (on the little-endian machines that Lethe runs on).
package protocol TensorElement: BitwiseCopyable, Sendable {
  /// The element type that this number has in a tensor.
  static var dtype: DType { get }
}

extension UInt8: TensorElement { package static var dtype: DType { .uint8 } }
extension UInt16: TensorElement { package static var dtype: DType { .uint16 } }
extension UInt32: TensorElement { package static var dtype: DType { .uint32 } }
extension UInt64: TensorElement { package static var dtype: DType { .uint64 } }
extension Int8: TensorElement { package static var dtype: DType { .int8 } }
extension Int16: TensorElement { package static var dtype: DType { .int16 } }
extension Int32: TensorElement { package static var dtype: DType { .int32 } }
extension Int64: TensorElement { package static var dtype: DType { .int64 } }
extension Float16: TensorElement { package static var dtype: DType { .float16 } }
extension Float: TensorElement { package static var dtype: DType { .float32 } }
extension Double: TensorElement { package static var dtype: DType { .float64 } }

import CKernels

/// Embeddings stored in fewer bits, made float32; exact for half precision, one multiplication and addition for bytes.
package enum Widening {
  /// IEEE 754 half-precision numbers (their bits) to float32; `out` has as many places as `halves`.
  package static func half(_ halves: UnsafeBufferPointer<UInt16>, into out: UnsafeMutableBufferPointer<Float>) {
    precondition(out.count >= halves.count, "no room for \(halves.count) numbers")
    lethe_widen_half(halves.baseAddress, halves.count, out.baseAddress)
  }

  /// byte·scale + offset; `out` has as many places as `bytes`.
  package static func byte(
    _ bytes: UnsafeBufferPointer<UInt8>, scale: Float, offset: Float = 0,
    into out: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(out.count >= bytes.count, "no room for \(bytes.count) numbers")
    lethe_widen_byte(bytes.baseAddress, bytes.count, scale, offset, out.baseAddress)
  }
}

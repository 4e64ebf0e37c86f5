/// The index of the first infinity or NaN among little-endian floating-point elements, nil where all are finite.
///
/// Eight bytes at a time: an element is not finite exactly when its exponent bits are all ones, and then adding one at
/// the lowest exponent bit carries into the sign bit, which the mask had cleared. The carry never leaves the element,
/// so one 64-bit addition checks one, two or four of them, and the loop has no branch (IEEE 754-2019, 3.4).
func firstNonFinite(in bytes: UnsafeRawBufferPointer, dtype: DType) -> Int? {
  let exponent: UInt64
  let unit: UInt64
  switch dtype {
  case .float16: (exponent, unit) = (0x7C00_7C00_7C00_7C00, 0x0400_0400_0400_0400)
  case .float32: (exponent, unit) = (0x7F80_0000_7F80_0000, 0x0080_0000_0080_0000)
  case .float64: (exponent, unit) = (0x7FF0_0000_0000_0000, 0x0010_0000_0000_0000)
  default: return nil
  }
  let signs = exponent &+ unit
  let words = bytes.count / 8
  var carries: UInt64 = 0
  for word in 0..<words {
    carries |= (load(bytes, at: word * 8, count: 8) & exponent) &+ unit
  }
  // The last elements, fewer than a word.
  carries |= (load(bytes, at: words * 8, count: bytes.count - words * 8) & exponent) &+ unit
  guard carries & signs != 0 else { return nil }
  return (0..<(bytes.count / dtype.size)).first { index in
    ((load(bytes, at: index * dtype.size, count: dtype.size) & exponent) &+ unit) & signs != 0
  }
}

/// A little-endian word of up to eight bytes; what is missing is zero, which is finite.
@inline(__always)
private func load(_ bytes: UnsafeRawBufferPointer, at offset: Int, count: Int) -> UInt64 {
  if count == 8 { return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
  return bytes[offset..<(offset + count)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
}

/// How the element at `index` prints: `nan`, `inf`, `-inf` or a number.
func printedFloat(in bytes: UnsafeRawBufferPointer, at index: Int, dtype: DType) -> String {
  let offset = index * dtype.size
  let bits = load(bytes, at: offset, count: dtype.size)
  switch dtype {
  case .float16: return "\(Float16(bitPattern: UInt16(truncatingIfNeeded: bits)))"
  case .float32: return "\(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))"
  default: return "\(Double(bitPattern: bits))"
  }
}

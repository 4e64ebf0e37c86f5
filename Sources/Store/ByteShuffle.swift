/// Byte shuffle: all first bytes of the elements, then all second bytes, and so on. Exponents of neighbouring floats are
/// alike, so LZ4 finds matches that it cannot see in the plain order.
enum ByteShuffle {
  /// Writes the shuffled form of `source` to `target`; a tail shorter than one element is copied as it is.
  /// - Precondition: `target` is at least as long as `source`; the two do not overlap.
  static func shuffle(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, width: Int) {
    let count = source.count / width
    for byte in 0..<width {
      let plane = byte * count
      for element in 0..<count { target[plane + element] = source[element * width + byte] }
    }
    for tail in (count * width)..<source.count { target[tail] = source[tail] }
  }

  /// The inverse of `shuffle`.
  static func unshuffle(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, width: Int) {
    let count = source.count / width
    for byte in 0..<width {
      let plane = byte * count
      for element in 0..<count { target[element * width + byte] = source[plane + element] }
    }
    for tail in (count * width)..<source.count { target[tail] = source[tail] }
  }
}

import CFilters

/// The filters: each brings alike bits of neighbouring elements together, where LZ4 finds matches that it cannot see in the plain
/// order. Exponents of neighbouring floats are alike, and so are the high bits of codes below a few thousand.
///
/// `shuffleN` does it by bytes, `bitshuffleN` by bits, of elements of N bytes; CFilters.h says where each bit goes.
extension ChunkCodec.Filter {
  /// The bit planes of elements of that size, if there is such a filter.
  static func bitshuffle(_ elementSize: Int) -> Self? {
    switch elementSize {
    case 1: .bitshuffle1
    case 2: .bitshuffle2
    case 4: .bitshuffle4
    default: nil
    }
  }

  /// Writes the filtered form of `source` to `target`.
  /// - Precondition: `target` is as long as `source`; the two do not overlap.
  func apply(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) {
    run(source, target, shuffle: lethe_shuffle4, bitshuffle: lethe_bitshuffle)
  }

  /// The inverse of `apply`.
  func undo(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) {
    run(source, target, shuffle: lethe_unshuffle4, bitshuffle: lethe_unbitshuffle)
  }

  private typealias Bytes = UnsafePointer<UInt8>
  private typealias Target = UnsafeMutablePointer<UInt8>

  private func run(
    _ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer, shuffle: (Bytes, Int, Target) -> Void,
    bitshuffle: (Bytes, Int, Int, Target) -> Void
  ) {
    precondition(target.count == source.count)
    guard let from = source.assumingMemoryBound(to: UInt8.self).baseAddress,
      let to = target.assumingMemoryBound(to: UInt8.self).baseAddress
    else { return }
    switch self {
    case .none: target.copyMemory(from: source)
    case .shuffle4: shuffle(from, source.count, to)
    case .bitshuffle1: bitshuffle(from, source.count, 1, to)
    case .bitshuffle2: bitshuffle(from, source.count, 2, to)
    case .bitshuffle4: bitshuffle(from, source.count, 4, to)
    }
  }
}

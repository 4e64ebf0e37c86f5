import CKernels

/// The keys of one codebook in the layout of the nearest-key kernels, with half their squared norms.
///
/// Memory 4·(d + 1) bytes a key, K rounded up to a multiple of 16.
final class KeyBlocks {
  let count: Int
  let dimension: Int
  let blocks: AlignedBuffer<Float>
  let halves: AlignedBuffer<Float>

  /// Room for `count` keys, all zero.
  init(count: Int, dimension: Int) {
    self.count = count
    self.dimension = dimension
    let padded = (count + 15) / 16 * 16
    blocks = AlignedBuffer(padded * dimension)
    halves = AlignedBuffer(padded)
  }

  /// Packs one codebook of a model; pairs that are not usable get an infinite half-norm.
  convenience init(_ model: Bottleneck, codebook: Int) {
    let shape = model.shape
    self.init(count: shape.keys, dimension: shape.keyDimension)
    model.keys.withUnsafeBufferPointer { keys in
      guard let base = keys.baseAddress else { return }
      lethe_pack_keys(
        base + codebook * shape.keys * shape.keyDimension, shape.keys, shape.keyDimension, blocks.pointer)
    }
    model.usable.withUnsafeBufferPointer { usable in
      guard let base = usable.baseAddress else { return }
      lethe_half_norms(
        blocks.pointer, base + codebook * shape.keys, shape.keys, shape.keyDimension, halves.pointer)
    }
  }

  /// Floats that ``search(_:stride:_:width:codes:codeStride:scratch:)`` needs: the scores of four queries and of the kept keys.
  static func scratchCount(keys: Int, width: Int) -> Int {
    4 * ((keys + 15) / 16 * 16) + width
  }

  /// Half-norms of all keys, for keys that have changed.
  func refreshHalves() {
    lethe_half_norms(blocks.pointer, nil, count, dimension, halves.pointer)
  }

  /// The `width` nearest keys of n queries, `stride` floats apart, to `codes`, `codeStride` apart.
  ///
  /// `scratch` has room for ``scratchCount(keys:width:)`` floats.
  func search(
    _ queries: UnsafePointer<Float>, stride: Int, _ n: Int, width: Int, codes: UnsafeMutablePointer<UInt16>,
    codeStride: Int, scratch: UnsafeMutablePointer<Float>
  ) {
    if width == 1 {
      lethe_nearest(queries, stride, n, blocks.pointer, halves.pointer, count, dimension, codes, codeStride)
    } else {
      lethe_ranked(
        queries, stride, n, blocks.pointer, halves.pointer, count, dimension, width, codes, codeStride, scratch)
    }
  }
}

import CKernels

/// The keys of one codebook in the layout of the nearest-key kernels, with half their squared norms.
///
/// Memory 4·(d + 1) bytes a key, and d + 4 for screening; K rounded up to a multiple of 16.
final class KeyBlocks {
  let count: Int
  let dimension: Int
  let blocks: AlignedBuffer<Float>
  let halves: AlignedBuffer<Float>
  /// What screening reads instead of `blocks`, made when it is first asked for; valid while `screen` is there.
  private var integers: (bytes: AlignedBuffer<Int32>, offsets: AlignedBuffer<Int32>)?
  private var screen: lethe_screen?

  /// Room for `count` keys, all zero.
  init(count: Int, dimension: Int) {
    self.count = count
    self.dimension = dimension
    let padded = (count + 15) / 16 * 16
    blocks = AlignedBuffer(padded * dimension)
    halves = AlignedBuffer(padded)
  }

  /// Packs one codebook of a model; pairs that are not usable get an infinite half-norm.
  /// - Parameter screening: whether to screen by integers where that pays.
  convenience init(_ model: Bottleneck, codebook: Int, screening: Bool = true) {
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
    if screening { prepareScreen() }
  }

  /// Floats that ``search(_:stride:_:width:codes:codeStride:scratch:)`` needs: the scores of four queries and of the kept keys, or what
  /// screening notes of 32 queries.
  static func scratchCount(keys: Int, width: Int) -> Int {
    max(4 * ((keys + 15) / 16 * 16) + width, 72 * ((keys + 15) / 16))
  }

  /// Half-norms of all keys, for keys that have changed; their integers are stale until `prepareScreen`.
  func refreshHalves() {
    lethe_half_norms(blocks.pointer, nil, count, dimension, halves.pointer)
    screen = nil
  }

  /// Makes the integers that `search` screens by, where that pays: from 256 keys on, and if the processor has the instructions.
  ///
  /// O(K·d); the codes found are the same with or without.
  /// - Parameter reach: the largest absolute number of the queries to come, if it is known. Keys that lie far beyond, as the moving
  ///   average makes them from single queries, then do not coarsen the integers of all others.
  func prepareScreen(reach: Float = .infinity) {
    guard count >= 256, lethe_can_screen() != 0 else { return }
    if integers == nil {
      let blockCount = (count + 15) / 16
      integers = (AlignedBuffer(blockCount * 16 * ((dimension + 3) / 4)), AlignedBuffer(blockCount * 16))
    }
    guard let integers else { return }
    var made = lethe_screen()
    let fits = lethe_quantize_keys(
      blocks.pointer, halves.pointer, count, dimension, 2.5 * reach, integers.bytes.pointer, integers.offsets.pointer, &made)
    screen = fits != 0 ? made : nil
  }

  /// The `width` nearest keys of n queries, `stride` floats apart, to `codes`, `codeStride` apart. Returns how many groups of sixteen
  /// keys were scored in float after screening; 0 if it was all done in float.
  ///
  /// `scratch` has room for ``scratchCount(keys:width:)`` floats.
  @discardableResult
  func search(
    _ queries: UnsafePointer<Float>, stride: Int, _ n: Int, width: Int, codes: UnsafeMutablePointer<UInt16>,
    codeStride: Int, scratch: UnsafeMutablePointer<Float>
  ) -> Int {
    var (done, rescored) = (0, 0)
    if var screen, let integers, width <= 16 {
      done = lethe_screened(
        queries, stride, n, blocks.pointer, halves.pointer, count, dimension, integers.bytes.pointer, integers.offsets.pointer,
        &screen, width, codes, codeStride, scratch, &rescored)
      if done == n { return rescored }
    }
    let (rest, codes) = (queries + done * stride, codes + done * codeStride)
    if width == 1 {
      lethe_nearest(rest, stride, n - done, blocks.pointer, halves.pointer, count, dimension, codes, codeStride)
    } else {
      lethe_ranked(
        rest, stride, n - done, blocks.pointer, halves.pointer, count, dimension, width, codes, codeStride, scratch)
    }
    return rescored
  }

  /// The groups of sixteen keys that may hold one whose score is at most a query's bound, ascending, to `lists` [n][groups], how many to
  /// `counts`. Returns for how many of the queries, from the first, that was worth while; of the others every group has to be looked at.
  func groupsWithin(
    _ bounds: UnsafePointer<Float>, _ queries: UnsafePointer<Float>, stride: Int, _ n: Int, lists: UnsafeMutablePointer<UInt16>,
    counts: UnsafeMutablePointer<UInt32>, scratch: UnsafeMutablePointer<Float>
  ) -> Int {
    guard var screen, let integers else { return 0 }
    return lethe_screened_within(
      queries, stride, n, halves.pointer, count, dimension, integers.bytes.pointer, integers.offsets.pointer, &screen, bounds,
      lists, counts, scratch)
  }
}

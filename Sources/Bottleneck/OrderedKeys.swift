import CKernels

/// The usable keys of one codebook in the order in which a ranking removes them, last first, and the events of a block.
final class OrderedKeys {
  private let shape: BottleneckShape
  private let keys: KeyBlocks
  private let count: Int
  private let stable: Int
  private let labels: AlignedBuffer<UInt16>
  /// For each real index whether its key never leaves.
  private var stays: [Bool]
  /// For each position the N_a from which its key is gone.
  private let thresholds: AlignedBuffer<UInt64>
  private var events: [UInt64] = []
  private var starts: [Int] = []

  /// Orders and packs one codebook; `ranks` holds each pair's position in the ranking, −1 for pairs that stay.
  init(_ model: Bottleneck, codebook: Int, ranks: [Int32]) {
    let shape = model.shape
    self.shape = shape
    let base = codebook * shape.keys
    var staying: [Int] = []
    var leaving: [(rank: Int32, key: Int)] = []
    for key in 0..<shape.keys where model.usable[base + key] != 0 {
      let rank = ranks[base + key]
      if rank < 0 { staying.append(key) } else { leaving.append((rank, key)) }
    }
    leaving.sort { $0.rank > $1.rank }
    stable = staying.count
    stays = [Bool](repeating: false, count: shape.keys)
    for key in staying { stays[key] = true }
    count = staying.count + leaving.count
    keys = KeyBlocks(count: count, dimension: shape.keyDimension)
    labels = AlignedBuffer(count)
    thresholds = AlignedBuffer(count)
    let width = shape.keyDimension
    model.keys.withUnsafeBufferPointer { source in
      for position in 0..<count {
        let key = position < stable ? staying[position] : leaving[position - stable].key
        labels.pointer[position] = UInt16(key)
        if position >= stable { thresholds.pointer[position] = UInt64(leaving[position - stable].rank) + 1 }
        let to = keys.blocks.pointer + position / 16 * width * 16 + position % 16
        for j in 0..<width { to[j * 16] = source[(base + key) * width + j] }
      }
    }
    keys.refreshHalves()
  }

  /// Which of n queries select a key that leaves, or has left, by what they selected when none had.
  func unsettled(_ n: Int, codes: UnsafePointer<UInt16>, codeStride: Int, width: Int) -> [Int] {
    stays.withUnsafeBufferPointer { stays in
      (0..<n).filter { row in
        for s in 0..<width {
          let code = codes[row * codeStride + s]
          if code == CodeTable.none || !stays[Int(code)] { return true }
        }
        return false
      }
    }
  }

  /// Finds what some of n queries select at first (to `codes`) and what they select as keys leave (kept until the next block).
  /// - Parameters:
  ///   - queries: of all, or if `packed` of `rows` only.
  ///   - rows: those to be followed, ascending; the others keep their codes and see no event.
  func follow(
    _ queries: UnsafePointer<Float>, stride: Int, _ n: Int, rows: [Int], packed: Bool, codes: UnsafeMutablePointer<UInt16>,
    codeStride: Int, width: Int, scratch: SweepScratch
  ) {
    events.removeAll(keepingCapacity: true)
    starts.removeAll(keepingCapacity: true)
    var next = 0
    for i in 0..<n {
      starts.append(events.count)
      guard next < rows.count, rows[next] == i else { continue }
      let mine = codes + i * codeStride
      let found = lethe_staircase(
        queries + (packed ? next : i) * stride, keys.blocks.pointer, keys.halves.pointer, labels.pointer, count, stable,
        shape.keyDimension, width, mine, scratch.scores.pointer, scratch.entered.pointer,
        scratch.left.pointer)
      for event in 0..<found {
        let threshold = thresholds.pointer[Int(scratch.entered.pointer[event])]
        events.append(threshold << 16 | UInt64(scratch.left.pointer[event]))
      }
      next += 1
    }
    starts.append(events.count)
  }

  /// The events of one query of the block: N_a from which a key is gone, above 16 bits with the key that replaces it.
  func events(of query: Int) -> ArraySlice<UInt64> {
    events[starts[query]..<starts[query + 1]]
  }
}

/// What one worker needs to follow examples, and the changes it has seen.
final class SweepScratch {
  let scores: AlignedBuffer<Float>
  let entered: AlignedBuffer<UInt16>
  let left: AlignedBuffer<UInt16>
  /// Rows of a block that one codebook needs.
  let pointers: AlignedBuffer<UnsafePointer<Float>?>
  /// Change of the number of right answers at each threshold.
  let correct: AlignedBuffer<Int32>
  private let sums: AlignedBuffer<Double>
  private let logits: AlignedBuffer<Float>
  private let bits: UInt32
  private var merged: [UInt64] = []
  private var spare: [UInt64] = []

  init(shape: BottleneckShape, thresholds: Int) {
    scores = AlignedBuffer(shape.topK)
    entered = AlignedBuffer(shape.keys)
    left = AlignedBuffer(shape.keys)
    pointers = AlignedBuffer(RowBlock.capacity)
    correct = AlignedBuffer(thresholds)
    sums = AlignedBuffer(shape.classes)
    logits = AlignedBuffer(shape.classes)
    bits = UInt32(Int.bitWidth - thresholds.leadingZeroBitCount)
  }

  /// Merges the events of one example over all codebooks and applies them in order.
  func sweep(
    _ context: lethe_curve_model, books: [OrderedKeys], example: Int, label: Int, codes: UnsafeMutablePointer<UInt16>
  ) -> UInt32 {
    merged.removeAll(keepingCapacity: true)
    for book in books { merged.append(contentsOf: book.events(of: example)) }
    if spare.count < merged.count { spare = [UInt64](repeating: 0, count: merged.count * 2) }
    var context = context
    return merged.withUnsafeMutableBufferPointer { merged in
      spare.withUnsafeMutableBufferPointer { spare in
        if merged.count > 0 { lethe_sort_events(merged.baseAddress, spare.baseAddress, merged.count, bits) }
        return lethe_curve_sweep(
          &context, merged.baseAddress, merged.count, UInt32(label), codes, sums.pointer, logits.pointer,
          correct.pointer)
      }
    }
  }
}

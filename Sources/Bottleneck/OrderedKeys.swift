import CKernels

/// The usable keys of one codebook parted into those that a ranking leaves alone and those that it removes, the last removed first,
/// and the events of a block of queries.
///
/// What a query selects follows from its nearest staying keys, found as codes are, and a scan of the leaving ones.
final class OrderedKeys {
  private let shape: BottleneckShape
  private let staying: KeyBlocks
  private let leaving: KeyBlocks
  private let stayingLabels: AlignedBuffer<UInt16>
  private let leavingLabels: AlignedBuffer<UInt16>
  /// For each real index whether its key never leaves.
  private let stays: AlignedBuffer<UInt8>
  /// For each leaving key the N_a from which it is gone.
  private let thresholds: AlignedBuffer<UInt64>
  /// Events of the queries of a block, one after the other.
  private let events = GrowingBuffer<UInt64>()
  /// Where each query's events begin, and after the last where they end.
  private let starts: AlignedBuffer<Int>

  /// Orders and packs one codebook; `ranks` holds each pair's position in the ranking, −1 for pairs that stay.
  init(_ model: Bottleneck, codebook: Int, ranks: [Int32]) {
    let shape = model.shape
    self.shape = shape
    let base = codebook * shape.keys
    var (kept, removed): ([Int], [(rank: Int32, key: Int)]) = ([], [])
    stays = AlignedBuffer(shape.keys)
    for key in 0..<shape.keys where model.usable[base + key] != 0 {
      let rank = ranks[base + key]
      if rank < 0 {
        kept.append(key)
        stays.pointer[key] = 1
      } else {
        removed.append((rank, key))
      }
    }
    removed.sort { $0.rank > $1.rank }
    thresholds = AlignedBuffer(removed.count)
    for (place, key) in removed.enumerated() { thresholds.pointer[place] = UInt64(key.rank) + 1 }
    (staying, stayingLabels) = Self.pack(kept, of: model, codebook: codebook)
    (leaving, leavingLabels) = Self.pack(removed.map(\.key), of: model, codebook: codebook)
    for keys in [staying, leaving] { keys.prepareScreen() }
    starts = AlignedBuffer(RowBlock.capacity + 1)
  }

  private static func pack(_ indices: [Int], of model: Bottleneck, codebook: Int) -> (KeyBlocks, AlignedBuffer<UInt16>) {
    let (keys, width) = (model.shape.keys, model.shape.keyDimension)
    let packed = KeyBlocks(count: indices.count, dimension: width)
    let labels = AlignedBuffer<UInt16>(indices.count)
    model.keys.withUnsafeBufferPointer { source in
      for (position, key) in indices.enumerated() {
        labels.pointer[position] = UInt16(key)
        let to = packed.blocks.pointer + position / 16 * width * 16 + position % 16
        for j in 0..<width { to[j * 16] = source[(codebook * keys + key) * width + j] }
      }
    }
    packed.refreshHalves()
    return (packed, labels)
  }

  /// Which of n queries select a key that leaves, or has left, by what they selected when none had; written to `rows`, ascending.
  /// Returns how many.
  func unsettled(
    _ n: Int, codes: UnsafePointer<UInt16>, codeStride: Int, width: Int, rows: UnsafeMutablePointer<Int32>
  ) -> Int {
    var found = 0
    for row in 0..<n {
      rows[found] = Int32(row)
      for s in 0..<width {
        let code = codes[row * codeStride + s]
        if code == CodeTable.none || stays.pointer[Int(code)] == 0 {
          found += 1
          break
        }
      }
    }
    return found
  }

  /// Finds what some of n queries select at first (to `codes`) and what they select as keys leave (kept until the next block).
  /// - Parameters:
  ///   - queries: of `rows` only, one after the other.
  ///   - rows: those to be followed, ascending; the others keep their codes and see no event.
  func follow(
    _ queries: UnsafePointer<Float>, stride: Int, _ n: Int, rows: UnsafeBufferPointer<Int32>,
    codes: UnsafeMutablePointer<UInt16>, codeStride: Int, scratch: FollowScratch
  ) {
    let (width, found, dimension) = (shape.topK, rows.count, shape.keyDimension)
    let (nearest, scores, bounds) = (scratch.nearest.pointer, scratch.scores.pointer, scratch.bounds.pointer)
    staying.search(
      queries, stride: stride, found, width: width, codes: nearest, codeStride: width, scratch: scratch.search.pointer)
    var (kept, lost) = (staying.view(stayingLabels), leaving.view(leavingLabels))
    for i in 0..<found {
      let own = nearest + i * width
      lethe_score_keys(queries + i * stride, &kept, dimension, own, width, scores + i * width)
      bounds[i] = scores[(i + 1) * width - 1]
      for s in 0..<width where own[s] != CodeTable.none { own[s] = stayingLabels.pointer[Int(own[s])] }
    }
    let (lists, counts, groups) = (scratch.lists.pointer, scratch.counts.pointer, (leaving.count + 15) / 16)
    let screened = leaving.groupsWithin(
      bounds, queries, stride: stride, found, lists: lists, counts: counts, scratch: scratch.search.pointer)
    let (entered, left) = (scratch.entered.pointer, scratch.left.pointer)
    var (i, total) = (0, 0)
    for row in 0..<n {
      starts.pointer[row] = total
      guard i < found, rows[i] == row else { continue }
      let own = nearest + i * width
      let steps = lethe_staircase(
        queries + i * stride, &lost, i < screened ? lists + i * groups : nil, Int(counts[i]), dimension, width, own,
        scores + i * width, entered, left)
      for s in 0..<width { codes[row * codeStride + s] = own[s] }
      let events = events.room(for: total + steps)
      for step in 0..<steps {
        events[total + step] = thresholds.pointer[Int(entered[step])] << 16 | UInt64(left[step])
      }
      total += steps
      i += 1
    }
    starts.pointer[n] = total
  }

  /// The events of a block: N_a from which a key is gone, above 16 bits with the key that replaces it; query i's from `starts[i]` to
  /// `starts[i + 1]`.
  var found: BlockEvents { BlockEvents(events: events.pointer, starts: starts.pointer) }
}

extension KeyBlocks {
  /// These keys as the staircase sees them.
  fileprivate func view(_ labels: AlignedBuffer<UInt16>) -> lethe_key_blocks {
    lethe_key_blocks(
      blocks: UnsafePointer(blocks.pointer), halves: UnsafePointer(halves.pointer), labels: UnsafePointer(labels.pointer),
      count: count)
  }
}

/// The events of a block's queries in one codebook, as long as no other block is followed.
struct BlockEvents: BitwiseCopyable {
  let events: UnsafePointer<UInt64>
  let starts: UnsafePointer<Int>
}

/// What one worker needs to follow the queries of one codebook.
final class FollowScratch {
  let scores: AlignedBuffer<Float>
  let bounds: AlignedBuffer<Float>
  let lists: AlignedBuffer<UInt16>
  let counts: AlignedBuffer<UInt32>
  let entered: AlignedBuffer<UInt16>
  let left: AlignedBuffer<UInt16>
  let nearest: AlignedBuffer<UInt16>
  let search: AlignedBuffer<Float>
  /// Rows of a block that one codebook needs, those of the embeddings, and their queries side by side.
  let rows: AlignedBuffer<Int32>
  let pointers: AlignedBuffer<UnsafePointer<Float>?>
  let queries: AlignedBuffer<Float>

  init(shape: BottleneckShape, stride: Int) {
    scores = AlignedBuffer(RowBlock.capacity * shape.topK)
    bounds = AlignedBuffer(RowBlock.capacity)
    lists = AlignedBuffer(RowBlock.capacity * ((shape.keys + 15) / 16), zeroed: false)
    counts = AlignedBuffer(RowBlock.capacity)
    entered = AlignedBuffer(shape.keys + 1)
    left = AlignedBuffer(shape.keys + 1)
    nearest = AlignedBuffer(RowBlock.capacity * shape.topK)
    search = AlignedBuffer(KeyBlocks.scratchCount(keys: shape.keys, width: shape.topK))
    rows = AlignedBuffer(RowBlock.capacity)
    pointers = AlignedBuffer(RowBlock.capacity)
    queries = AlignedBuffer(RowBlock.capacity * stride, zeroed: false)
  }
}

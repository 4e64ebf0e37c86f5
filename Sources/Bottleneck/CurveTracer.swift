import CKernels

extension ForgettingCurve {
  /// Follows examples through the masking of a ranking, pair by pair.
  ///
  /// The keys that an example selects in one codebook as pairs disappear form a staircase: sorted by the order of
  /// disappearance, last first, they are the running nearest. The nearest of the keys that stay is found as codes are, by screening where
  /// that pays, and rules out most of the others, so the whole curve costs at most one pass over the keys, 2·n·C·d·(D + K) flop, and V
  /// additions for each of about n·C·ln K changes. With `codes` only the codebooks in which an example loses a key are searched.
  /// - Parameters:
  ///   - examples: ascending rows of `source`.
  ///   - labels: the class of each of `examples`.
  ///   - model: the model before; its unusable pairs are never selected.
  ///   - ranking: the pairs in the order in which they would be masked, without repetition.
  ///   - codes: what the rows of `source` selected under the keys of `model`, or ranked candidates, whatever was masked since.
  package static func trace(
    source: some EmbeddingSource, examples: [Int], labels: [Int], model: Bottleneck, ranking: [UInt32], codes: CodeTable? = nil,
    threads: Int = 1, progress: ProgressHandler? = nil
  ) throws -> ForgettingCurve {
    let shape = model.shape
    try model.checkSizes()
    try source.check(against: shape)
    try checkMembers(examples, count: source.count)
    if labels.count != examples.count {
      throw BottleneckError.sizeMismatch(what: "labels", expected: examples.count, found: labels.count)
    }
    for (i, label) in labels.enumerated() where label < 0 || label >= shape.classes {
      throw BottleneckError.labelOutOfRange(example: examples[i], label: label, classes: shape.classes)
    }
    if let codes {
      try codes.check(against: shape)
      if codes.count != source.count {
        throw BottleneckError.sizeMismatch(what: "rows of the code table", expected: source.count, found: codes.count)
      }
    }
    let ranks = try CurveTracer.ranks(ranking, shape: shape)
    let tracer = CurveTracer(model: model, ranking: ranking, ranks: ranks, knowsCodes: codes != nil, threads: threads)
    let block = RowBlock(shape)
    let counter = ProgressCounter("curve", total: examples.count, handler: progress)
    var lost: [UInt32] = []
    for start in stride(from: 0, to: examples.count, by: RowBlock.capacity) {
      let end = min(start + RowBlock.capacity, examples.count)
      try block.fill(source, rows: examples[start..<end])
      lost += tracer.follow(block, labels: labels[start..<end], known: try codes?.rows(Array(examples[start..<end])))
      counter.advance()
    }
    counter.finish()
    return tracer.curve(examples: examples.count, lost: lost)
  }
}

/// The work behind ``ForgettingCurve/trace(source:examples:labels:model:ranking:codes:threads:progress:)``.
private final class CurveTracer {
  private let model: Bottleneck
  private let shape: BottleneckShape
  private let ranking: [UInt32]
  private let threads: Int
  private let groups: [Panels]
  /// Each codebook by itself, for when few rows of a block need it.
  private let singles: [Panels]
  private let tiles: [AlignedBuffer<Float>]
  private let books: [OrderedKeys]
  private let followers: [FollowScratch]
  private let sweepers: [SweepScratch]
  private let codes: AlignedBuffer<UInt16>
  private let slack: Double

  init(model: Bottleneck, ranking: [UInt32], ranks: [Int32], knowsCodes: Bool, threads: Int) {
    self.model = model
    self.ranking = ranking
    self.threads = threads
    let shape = model.shape
    self.shape = shape
    groups = Panels.groups(model.projection, shape: shape, codebooks: 0..<shape.codebooks, threads: threads)
    singles =
      knowsCodes
      ? Parallel.map(shape.codebooks, threads: threads) { Panels(model.projection, shape: shape, codebooks: $0..<$0 + 1) } : []
    tiles = Panels.tiles(groups, rows: RowBlock.capacity, workers: threads)
    books = Parallel.map(shape.codebooks, threads: threads) { OrderedKeys(model, codebook: $0, ranks: ranks) }
    let stride = (shape.keyDimension + 15) / 16 * 16
    followers = (0..<max(threads, 1)).map { _ in FollowScratch(shape: shape, stride: stride) }
    sweepers = (0..<max(threads, 1)).map { _ in SweepScratch(shape: shape, thresholds: ranking.count + 1) }
    codes = AlignedBuffer(RowBlock.capacity * shape.codebooks * shape.topK)
    // Rounding of the float sum of n = C·k votes: at most n·2⁻²⁴ of Σ|v| ≤ n·max|v| (Higham, Accuracy and Stability of
    // Numerical Algorithms, section 4.2), for two classes; doubled again for the scaling and the sums in double.
    let votes = Double(shape.codebooks * shape.topK)
    let largest = model.values.reduce(Float(0)) { max($0, abs($1)) }
    slack = 4 * (votes + 8) * votes * 0x1p-24 * Double(largest)
  }

  /// The position of each pair in the ranking, −1 for pairs that stay.
  static func ranks(_ ranking: [UInt32], shape: BottleneckShape) throws(BottleneckError) -> [Int32] {
    var ranks = [Int32](repeating: -1, count: shape.pairs)
    for (rank, pair) in ranking.enumerated() {
      if Int(pair) >= shape.pairs { throw .pairOutOfRange(pair: pair, count: shape.pairs) }
      if ranks[Int(pair)] >= 0 {
        throw .badSetting(name: "ranking", value: "pair \(pair) twice", allowed: "each pair once")
      }
      ranks[Int(pair)] = Int32(rank)
    }
    return ranks
  }

  /// Follows one block of examples; returns for each the threshold from which it is lost.
  /// - Parameter known: the codes of the block's rows, where they are known.
  func follow(_ block: RowBlock, labels: ArraySlice<Int>, known: CodeTable?) -> [UInt32] {
    let (k, n, rowCodes) = (shape.topK, block.count, shape.codebooks * shape.topK)
    known?.codes.withUnsafeBufferPointer { from in
      guard let known else { return }
      for slot in 0..<n * shape.codebooks {
        for s in 0..<k { codes.pointer[slot * k + s] = from[slot * known.width + s] }
      }
    }
    Parallel.run(groups.count, threads: threads) { worker, index in
      followGroup(groups[index], block, known: known != nil, scratch: followers[worker], tile: tiles[worker].pointer)
    }
    let events = books.map(\.found)
    return events.withUnsafeBufferPointer { events in
      model.values.withUnsafeBufferPointer { values in
        ranking.withUnsafeBufferPointer { ranking in
          var context = lethe_curve_model()
          context.table = values.baseAddress
          context.tableCount = values.count
          context.codebooks = shape.codebooks
          context.keys = shape.keys
          context.classes = shape.classes
          context.selected = k
          context.ranking = ranking.baseAddress
          context.scale = shape.voteScale
          context.slack = slack
          return [UInt32](unsafeUninitializedCapacity: n) { lost, initialized in
            initialized = n
            let results = lost
            Parallel.run(n, threads: threads) { worker, i in
              results[i] = sweepers[worker].sweep(
                context, events: events, example: i, label: labels[labels.startIndex + i],
                codes: codes.pointer + i * rowCodes)
            }
          }
        }
      }
    }
  }

  /// Follows a block through the codebooks of one group.
  private func followGroup(
    _ group: Panels, _ block: RowBlock, known: Bool, scratch: FollowScratch, tile: UnsafeMutablePointer<Float>
  ) {
    let (k, n, rowCodes) = (shape.topK, block.count, shape.codebooks * shape.topK)
    let rows = scratch.rows.pointer
    var projected = false
    for (place, codebook) in group.codebooks.enumerated() {
      let own = codes.pointer + codebook * k
      var count = n
      if known {
        count = books[codebook].unsettled(n, codes: own, codeStride: rowCodes, width: k, rows: rows)
      } else {
        for row in 0..<n { rows[row] = Int32(row) }
      }
      let queries = scratch.queries.pointer
      var stride = (shape.keyDimension + 15) / 16 * 16
      // A codebook by itself is projected at up to half the speed, since its columns do not fill the panels.
      if known && 2 * count < n {
        for i in 0..<count { scratch.pointers.pointer[i] = block.pointers.pointer[Int(rows[i])] }
        singles[codebook].project(scratch.pointers.pointer, count, into: queries)
        stride = singles[codebook].stride
      } else {
        if !projected { group.project(block.pointers.pointer, n, into: tile) }
        projected = true
        for i in 0..<count {
          (queries + i * stride).update(
            from: tile + Int(rows[i]) * group.stride + place * shape.keyDimension, count: shape.keyDimension)
        }
      }
      books[codebook].follow(
        queries, stride: stride, n, rows: UnsafeBufferPointer(start: rows, count: count), codes: own, codeStride: rowCodes,
        scratch: scratch)
    }
  }

  /// Adds up the changes that the workers saw.
  func curve(examples: Int, lost: [UInt32]) -> ForgettingCurve {
    var correct = [Int](repeating: 0, count: ranking.count + 1)
    var standing = 0
    for threshold in correct.indices {
      for sweeper in sweepers { standing += Int(sweeper.correct.pointer[threshold]) }
      correct[threshold] = standing
    }
    return ForgettingCurve(
      examples: examples, correct: correct, lostFrom: lost.map { $0 == UInt32.max ? nil : Int($0) })
  }
}

/// What one worker needs to follow examples through their events, and the changes it has seen.
private final class SweepScratch {
  /// Change of the number of right answers at each threshold.
  let correct: AlignedBuffer<Int32>
  private let sums: AlignedBuffer<Double>
  private let logits: AlignedBuffer<Float>
  private let bits: UInt32
  private let merged = GrowingBuffer<UInt64>()
  private let spare = GrowingBuffer<UInt64>()

  init(shape: BottleneckShape, thresholds: Int) {
    correct = AlignedBuffer(thresholds)
    sums = AlignedBuffer(shape.classes)
    logits = AlignedBuffer(shape.classes)
    bits = UInt32(Int.bitWidth - thresholds.leadingZeroBitCount)
  }

  /// Merges the events of one example over all codebooks and applies them in order.
  func sweep(
    _ context: lethe_curve_model, events: UnsafeBufferPointer<BlockEvents>, example: Int, label: Int,
    codes: UnsafeMutablePointer<UInt16>
  ) -> UInt32 {
    var count = 0
    for book in events {
      let (start, end) = (book.starts[example], book.starts[example + 1])
      if start == end { continue }
      (merged.room(for: count + end - start) + count).update(from: book.events + start, count: end - start)
      count += end - start
    }
    if count > 0 { lethe_sort_events(merged.pointer, spare.room(for: count), count, bits) }
    var context = context
    return lethe_curve_sweep(
      &context, merged.pointer, count, UInt32(label), codes, sums.pointer, logits.pointer, correct.pointer)
  }
}

import CKernels

/// Learns the keys of all codebooks from unlabelled embeddings and freezes them (Method §1).
///
/// Codebooks are independent. They are taken in blocks whose projected queries fit `memoryBudget`: one pass over the
/// source a block, then each codebook is trained by one thread, and the codes of the same examples are assigned at once
/// from the queries that are there already.
package enum KeyLearner {
  /// What learning yields.
  package struct Result: Sendable {
    /// The projection that was drawn, [C][D][d].
    package let projection: [Float]
    /// The learnt keys, [C][K][d].
    package let keys: [Float]
    /// The codes of the examples under these keys, every pair being usable.
    package let codes: CodeTable
  }

  /// Draws a projection and learns keys for it; 2·epochs·N·C·K·d flop.
  ///
  /// The order of examples is drawn anew each epoch and is the same for all codebooks. The result depends on source,
  /// shape, settings (but for `memoryBudget`), seed and width, not on `threads`.
  /// - Parameters:
  ///   - projection: [C][D][d]; ``Projection/random(_:seed:threads:)`` of the same seed unless given.
  ///   - width: codes an example and codebook, k to K; k unless given.
  package static func learn(
    source: some EmbeddingSource, shape: BottleneckShape, settings: KeyLearnerSettings = .init(), seed: UInt64,
    projection: [Float]? = nil, width: Int? = nil, threads: Int = 1, progress: ProgressHandler? = nil
  ) throws -> Result {
    let width = width ?? shape.topK
    try settings.check()
    try source.check(against: shape)
    try CodeAssigner.checkWidth(width, shape)
    if source.count < 1 { throw BottleneckError.tooFewExamples(found: 0, needed: 1, purpose: "learning keys") }
    let projection = projection ?? Projection.random(shape, seed: seed, threads: threads)
    if projection.count != shape.projectionCount {
      throw BottleneckError.sizeMismatch(
        what: "numbers in projection", expected: shape.projectionCount, found: projection.count)
    }

    let orders = (0..<settings.epochs).map { epoch in
      var order = (0..<UInt32(source.count)).map { $0 }
      var generator = SeededGenerator(seed: seed, label: "key order", index: epoch)
      generator.shuffle(&order)
      return order
    }
    var keys = [Float](repeating: 0, count: shape.keyCount)
    var codes = CodeTable(count: source.count, codebooks: shape.codebooks, width: width)
    let queryCount = source.count * shape.keyDimension
    let perBlock = min(shape.codebooks, max(1, settings.memoryBudget / (4 * queryCount)))
    let queries = AlignedBuffer<Float>(perBlock * queryCount, zeroed: false)
    let trainers = (0..<max(threads, 1)).map { _ in CodebookTrainer(shape, settings) }
    let scratch = trainers.map { _ in AlignedBuffer<Float>(KeyBlocks.scratchCount(keys: shape.keys, width: width)) }
    let counter = ProgressCounter("keys", total: shape.codebooks, handler: progress)

    for first in stride(from: 0, to: shape.codebooks, by: perBlock) {
      let block = first..<min(first + perBlock, shape.codebooks)
      try project(source, shape: shape, projection: projection, codebooks: block, into: queries, threads: threads)
      keys.withUnsafeMutableBufferPointer { keys in
        codes.codes.withUnsafeMutableBufferPointer { codes in
          guard let keyBase = keys.baseAddress, let codeBase = codes.baseAddress else { return }
          Parallel.run(block.count, threads: threads) { worker, index in
            let codebook = first + index
            let trainer = trainers[worker]
            let mine = queries.pointer + index * queryCount
            let reach = lethe_largest(mine, queryCount)
            switch settings.method {
            case .average: trainer.average(codebook: codebook, queries: mine, reach: reach, orders: orders, seed: seed)
            case .means:
              trainer.means(
                codebook: codebook, queries: mine, count: source.count, reach: reach, epochs: settings.epochs, seed: seed,
                scratch: scratch[worker].pointer)
            }
            trainer.keys.search(
              mine, stride: shape.keyDimension, source.count, width: width, codes: codeBase + codebook * width,
              codeStride: shape.codebooks * width, scratch: scratch[worker].pointer)
            lethe_unpack_keys(
              trainer.keys.blocks.pointer, shape.keys, shape.keyDimension,
              keyBase + codebook * shape.keys * shape.keyDimension)
            counter.advance(worker: worker)
          }
        }
      }
    }
    counter.finish()
    if keys.withUnsafeBufferPointer({ lethe_all_finite($0.baseAddress, $0.count) }) == 0 {
      throw BottleneckError.nonFinite(what: "the learnt keys")
    }
    return Result(projection: projection, keys: keys, codes: codes)
  }

  /// Projects all embeddings for a block of codebooks to queries [codebook][N][d]; one pass over the source.
  private static func project(
    _ source: some EmbeddingSource, shape: BottleneckShape, projection: [Float], codebooks: Range<Int>,
    into queries: AlignedBuffer<Float>, threads: Int
  ) throws {
    let groups = Panels.groups(projection, shape: shape, codebooks: codebooks, threads: threads)
    let tiles = Panels.tiles(groups, rows: RowBlock.capacity, workers: threads)
    let block = RowBlock(shape)
    let width = shape.keyDimension
    let queryCount = source.count * width
    for start in stride(from: 0, to: source.count, by: RowBlock.capacity) {
      try block.fill(source, start..<min(start + RowBlock.capacity, source.count))
      Parallel.run(groups.count, threads: threads) { worker, index in
        let group = groups[index]
        let tile = tiles[worker].pointer
        group.project(block.pointers.pointer, block.count, into: tile)
        for codebook in group.codebooks {
          let from = tile + (codebook - group.codebooks.lowerBound) * width
          let to = queries.pointer + (codebook - codebooks.lowerBound) * queryCount + start * width
          for row in 0..<block.count {
            (to + row * width).update(from: from + row * group.stride, count: width)
          }
        }
      }
    }
  }
}

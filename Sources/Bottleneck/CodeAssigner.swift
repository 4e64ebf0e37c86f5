/// Finds the codes of embeddings under a model: the pass through encoder output, projection and keys (Method §1, retrieval).
package enum CodeAssigner {
  /// The `width` nearest usable keys of every embedding in every codebook, nearest first.
  ///
  /// 2·N·C·d·(D + K) flop. Embeddings are read once, in blocks of 256 rows; memory is that of the packed model.
  /// - Parameters:
  ///   - width: codes a codebook, k to K; k unless given. More are candidates for a later ``Recoder`` run.
  ///   - screening: whether to screen by 8-bit integers where that pays: the same codes, sooner.
  ///   - tally: counts the keys that screening left open.
  package static func assign(
    source: some EmbeddingSource, model: Bottleneck, width: Int? = nil, threads: Int = 1, screening: Bool = true,
    tally: ScreeningTally? = nil, progress: ProgressHandler? = nil
  ) throws -> CodeTable {
    let shape = model.shape
    let width = width ?? shape.topK
    try model.checkSizes()
    try source.check(against: shape)
    try checkWidth(width, shape)
    var table = CodeTable(count: source.count, codebooks: shape.codebooks, width: width)
    let groups = Panels.groups(model.projection, shape: shape, codebooks: 0..<shape.codebooks, threads: threads)
    let keys = Parallel.map(shape.codebooks, threads: threads) { KeyBlocks(model, codebook: $0, screening: screening) }
    let tiles = Panels.tiles(groups, rows: RowBlock.capacity, workers: threads)
    let scratch = (0..<max(threads, 1)).map { _ in AlignedBuffer<Float>(KeyBlocks.scratchCount(keys: shape.keys, width: width)) }
    let block = RowBlock(shape)
    let counter = ProgressCounter(
      "codes", total: (source.count + RowBlock.capacity - 1) / RowBlock.capacity, handler: progress)
    let rowCodes = shape.codebooks * width
    for start in stride(from: 0, to: source.count, by: RowBlock.capacity) {
      try block.fill(source, start..<min(start + RowBlock.capacity, source.count))
      table.codes.withUnsafeMutableBufferPointer { codes in
        guard let base = codes.baseAddress else { return }
        Parallel.run(groups.count, threads: threads) { worker, index in
          let group = groups[index]
          let tile = tiles[worker].pointer
          group.project(block.pointers.pointer, block.count, into: tile)
          for codebook in group.codebooks {
            let rescored = keys[codebook].search(
              tile + (codebook - group.codebooks.lowerBound) * shape.keyDimension, stride: group.stride, block.count,
              width: width, codes: base + start * rowCodes + codebook * width, codeStride: rowCodes,
              scratch: scratch[worker].pointer)
            tally?.add(rescored)
          }
        }
      }
      counter.advance()
    }
    return table
  }

  static func checkWidth(_ width: Int, _ shape: BottleneckShape) throws(BottleneckError) {
    if width < shape.topK || width > shape.keys {
      throw .badSetting(name: "width", value: "\(width)", allowed: "\(shape.topK) to \(shape.keys)")
    }
  }
}

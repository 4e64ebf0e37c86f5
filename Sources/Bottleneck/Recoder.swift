import CKernels

/// Codes under a mask, without a new pass over everything: Method §4, the next nearest unmasked key.
///
/// Candidates ranked by distance answer most of it: the first k that are still usable are the k nearest usable keys. Only
/// where fewer than k of them remain is a query projected again and compared with all keys. The result equals
/// ``CodeAssigner`` with the masked model, bit for bit.
package enum Recoder {
  /// Examples whose queries are searched together; 512 rows of 1280 floats are 2.6 MB.
  private static let batch = 512

  /// The selection [N][C][k] under `model.usable`.
  ///
  /// O(N·C·m) to read the candidates, then 2·d·(D + K) flop for each (example, codebook) that ran out of them; rows of the
  /// source without any are not read.
  /// - Parameter candidates: width m ≥ k, the nearest keys by distance among keys that include all those usable now: as
  ///   ``CodeAssigner`` or ``KeyLearner`` gave them before pairs were masked.
  package static func recode(
    candidates: CodeTable, source: some EmbeddingSource, model: Bottleneck, threads: Int = 1,
    progress: ProgressHandler? = nil
  ) throws -> CodeTable {
    let shape = model.shape
    try model.checkSizes()
    try source.check(against: shape)
    try candidates.check(against: shape)
    if source.count != candidates.count {
      throw BottleneckError.sizeMismatch(what: "embeddings", expected: candidates.count, found: source.count)
    }
    var table = CodeTable(count: candidates.count, codebooks: shape.codebooks, width: shape.topK)
    let missing = select(candidates, usable: model.usable, shape: shape, into: &table, threads: threads)
    try search(missing, source: source, model: model, into: &table, threads: threads, progress: progress)
    return table
  }

  /// Fills in the first k usable candidates; returns example·C + codebook, ascending, where there are fewer.
  private static func select(
    _ candidates: CodeTable, usable: [UInt8], shape: BottleneckShape, into table: inout CodeTable, threads: Int
  ) -> [Int] {
    let chunk = 128
    let count = candidates.count
    let k = shape.topK
    let width = candidates.width
    return table.codes.withUnsafeMutableBufferPointer { out in
      candidates.codes.withUnsafeBufferPointer { from in
        usable.withUnsafeBufferPointer { usable in
          Parallel.map((count + chunk - 1) / chunk, threads: threads) { part in
            var missing: [Int] = []
            for example in part * chunk..<min((part + 1) * chunk, count) {
              var slot = example * shape.codebooks
              for codebook in 0..<shape.codebooks {
                var found = 0
                var s = 0
                // A list that ends early named every usable key there was: nothing is left to search for.
                var complete = false
                while s < width && found < k {
                  let code = from[slot * width + s]
                  if code == CodeTable.none {
                    complete = true
                    break
                  }
                  if usable[codebook * shape.keys + Int(code)] != 0 {
                    out[slot * k + found] = code
                    found += 1
                  }
                  s += 1
                }
                if found < k && !complete { missing.append(slot) }
                slot += 1
              }
            }
            return missing
          }.flatMap { $0 }
        }
      }
    }
  }

  /// Finds the k nearest usable keys for each of these slots among all keys.
  private static func search(
    _ missing: [Int], source: some EmbeddingSource, model: Bottleneck, into table: inout CodeTable, threads: Int,
    progress: ProgressHandler?
  ) throws {
    if missing.isEmpty { return }
    let shape = model.shape
    let k = shape.topK
    var needed = [Bool](repeating: false, count: shape.codebooks)
    for slot in missing { needed[slot % shape.codebooks] = true }
    let books = Parallel.map(shape.codebooks, threads: threads) { codebook in
      needed[codebook]
        ? (
          panels: Panels(model.projection, shape: shape, codebooks: codebook..<codebook + 1),
          keys: KeyBlocks(model, codebook: codebook)
        ) : nil
    }
    let scratch = (0..<max(threads, 1)).map { _ in
      SearchScratch(rows: batch, stride: (shape.keyDimension + 15) / 16 * 16, keys: shape.keys, width: k)
    }
    let block = RowBlock(shape, capacity: batch)
    let counter = ProgressCounter("codes under the mask", total: missing.count, handler: progress)
    var start = 0
    while start < missing.count {
      // The slots of the next `batch` examples, and for each codebook the rows of the block that need it.
      var examples: [Int] = []
      var rows = [[Int32]](repeating: [], count: shape.codebooks)
      while start < missing.count {
        let example = missing[start] / shape.codebooks
        if examples.last != example {
          if examples.count == batch { break }
          examples.append(example)
        }
        rows[missing[start] % shape.codebooks].append(Int32(examples.count - 1))
        start += 1
      }
      try block.fill(source, rows: examples[...])
      table.codes.withUnsafeMutableBufferPointer { codes in
        Parallel.run(shape.codebooks, threads: threads) { worker, codebook in
          guard let book = books[codebook] else { return }
          let mine = scratch[worker]
          let n = rows[codebook].count
          for (i, row) in rows[codebook].enumerated() {
            mine.pointers.pointer[i] = block.pointers.pointer[Int(row)]
          }
          book.panels.project(mine.pointers.pointer, n, into: mine.queries.pointer)
          book.keys.search(
            mine.queries.pointer, stride: book.panels.stride, n, width: k, codes: mine.codes.pointer, codeStride: k,
            scratch: mine.scratch.pointer)
          for (i, row) in rows[codebook].enumerated() {
            let slot = examples[Int(row)] * shape.codebooks + codebook
            for s in 0..<k { codes[slot * k + s] = mine.codes.pointer[i * k + s] }
          }
        }
      }
      counter.advance()
    }
    counter.finish()
  }
}

/// What one worker needs to search a batch of queries in one codebook.
private final class SearchScratch {
  let pointers: AlignedBuffer<UnsafePointer<Float>?>
  let queries: AlignedBuffer<Float>
  let codes: AlignedBuffer<UInt16>
  let scratch: AlignedBuffer<Float>

  init(rows: Int, stride: Int, keys: Int, width: Int) {
    pointers = AlignedBuffer(rows)
    queries = AlignedBuffer(rows * stride, zeroed: false)
    codes = AlignedBuffer(rows * width)
    scratch = AlignedBuffer(KeyBlocks.scratchCount(keys: keys, width: width))
  }
}

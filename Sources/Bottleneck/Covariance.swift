import CKernels

/// How the numbers of embeddings vary together.
enum Covariance {
  /// Rows a block: what is summed in single precision before it goes into sums in double.
  private static let blockRows = 512
  /// Columns that one thread takes at a time.
  private static let panelsAtOnce = 8

  /// The covariance [D][D] of all embeddings, normalised as `shape` says; 2·N·D² flop by the projection kernel: a block's columns are
  /// projected onto themselves.
  static func of(_ source: some EmbeddingSource, shape: BottleneckShape, threads: Int) throws -> [Double] {
    try source.check(against: shape)
    if source.count < 1 { throw BottleneckError.tooFewExamples(found: 0, needed: 1, purpose: "a projection from the data") }
    let size = shape.inputDimension
    let panelCount = (size + 15) / 16
    let block = RowBlock(shape, capacity: blockRows)
    let columns = AlignedBuffer<Float>(size * blockRows)
    let pointers = AlignedBuffer<UnsafePointer<Float>?>(size)
    let panels = AlignedBuffer<Float>(panelCount * blockRows * 16)
    let product = AlignedBuffer<Float>(size * panelCount * 16)
    var sums = [Double](repeating: 0, count: size)
    var products = [Double](repeating: 0, count: size * size)
    for start in stride(from: 0, to: source.count, by: blockRows) {
      try block.fill(source, start..<min(start + blockRows, source.count))
      let n = block.count
      for x in 0..<size {
        pointers.pointer[x] = UnsafePointer(columns.pointer + x * blockRows)
        for i in 0..<n {
          let value = block.rows.pointer[i * size + x]
          columns.pointer[x * blockRows + i] = value
          sums[x] += Double(value)
        }
      }
      lethe_pack_panels(block.rows.pointer, 1, n, size, panels.pointer)
      products.withUnsafeMutableBufferPointer { buffer in
        nonisolated(unsafe) let products = buffer
        Parallel.run((panelCount + panelsAtOnce - 1) / panelsAtOnce, threads: threads) { _, index in
          let first = index * panelsAtOnce
          let here = min(panelsAtOnce, panelCount - first)
          lethe_project(
            pointers.pointer, size, n, panels.pointer + first * n * 16, here, product.pointer + first * 16, panelCount * 16)
          for row in 0..<size {
            for column in first * 16..<min((first + here) * 16, size) {
              products[row * size + column] += Double(product.pointer[row * panelCount * 16 + column])
            }
          }
        }
      }
    }
    let count = Double(source.count)
    for row in 0..<size {
      for column in 0..<size {
        products[row * size + column] = products[row * size + column] / count - sums[row] / count * (sums[column] / count)
      }
    }
    return products
  }
}

extension CodebookTrainer {
  /// Learns the keys of one codebook from its N queries [N][d] by k-means; leaves them in `keys`. O(epochs·N·K·d).
  ///
  /// Sums are kept in double precision and in the order of the queries, so the keys do not depend on who else computes.
  /// - Parameters:
  ///   - reach: the largest absolute number among the queries.
  ///   - scratch: as `KeyBlocks.search` needs it for width 1.
  func means(
    codebook: Int, queries: UnsafePointer<Float>, count: Int, reach: Float, epochs: Int, seed: UInt64,
    scratch: UnsafeMutablePointer<Float>
  ) {
    let width = shape.keyDimension
    for (key, query) in firstQueries(codebook: codebook, count: count, seed: seed).enumerated() {
      let base = slot(key)
      for j in 0..<width { keys.blocks.pointer[base + j * 16] = queries[query * width + j] }
    }
    var codes = [UInt16](repeating: 0, count: count)
    for _ in 0..<epochs {
      keys.refreshHalves()
      keys.prepareScreen(reach: reach)
      codes.withUnsafeMutableBufferPointer { codes in
        guard let base = codes.baseAddress else { return }
        keys.search(queries, stride: width, count, width: 1, codes: base, codeStride: 1, scratch: scratch)
      }
      var sums = [Double](repeating: 0, count: shape.keys * width)
      var counts = [Double](repeating: 0, count: shape.keys)
      for (query, code) in codes.enumerated() {
        counts[Int(code)] += 1
        for j in 0..<width { sums[Int(code) * width + j] += Double(queries[query * width + j]) }
      }
      for key in 0..<shape.keys where counts[key] > 0 {
        let base = slot(key)
        for j in 0..<width { keys.blocks.pointer[base + j * 16] = Float(sums[key * width + j] / counts[key]) }
      }
    }
    keys.refreshHalves()
    keys.prepareScreen(reach: reach)
  }

  /// The queries where keys begin: K different ones, or repeated ones where there are fewer.
  private func firstQueries(codebook: Int, count: Int, seed: UInt64) -> [Int] {
    var generator = SeededGenerator(seed: seed, label: "first keys", index: codebook)
    guard shape.keys <= count else { return (0..<shape.keys).map { _ in generator.uniform(below: count) } }
    var all = (0..<UInt32(count)).map { $0 }
    for place in 0..<shape.keys { all.swapAt(place, place + generator.uniform(below: count - place)) }
    return all.prefix(shape.keys).map { Int($0) }
  }
}

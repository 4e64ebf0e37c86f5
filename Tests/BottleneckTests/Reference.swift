@testable import Bottleneck

/// The kernels in plain Swift, one loop an operation: what the C ones are compared with, bit for bit.
enum Reference {
  static func half(_ key: ArraySlice<Float>) -> Float {
    var sum: Float = 0
    for x in key { sum += x * x }
    return sum * 0.5
  }

  static func score(_ query: ArraySlice<Float>, _ key: ArraySlice<Float>) -> Float {
    var score = half(key)
    for (x, y) in zip(query, key) { score -= y * x }
    return score
  }

  /// The `width` usable keys of lowest (score, index), padded with none.
  static func ranked(
    _ query: ArraySlice<Float>, keys: [Float], usable: [Bool], width: Int
  ) -> [UInt16] {
    let d = query.count
    var found: [(score: Float, key: Int)] = []
    for key in usable.indices where usable[key] {
      let score = score(query, keys[key * d..<(key + 1) * d])
      if score < .infinity { found.append((score, key)) }
    }
    found.sort { ($0.score, $0.key) < ($1.score, $1.key) }
    let codes = found.prefix(width).map { UInt16($0.key) }
    return codes + [UInt16](repeating: CodeTable.none, count: width - codes.count)
  }

  /// x·R for one codebook, inputs ascending.
  static func project(_ row: ArraySlice<Float>, _ projection: ArraySlice<Float>, width: Int) -> [Float] {
    var query = [Float](repeating: 0, count: width)
    for (x, value) in row.enumerated() {
      for j in 0..<width { query[j] += projection[projection.startIndex + x * width + j] * value }
    }
    return query
  }

  /// All codes of a source under a model.
  static func codes(_ source: EmbeddingMatrix, _ model: Bottleneck, width: Int) -> [UInt16] {
    let shape = model.shape
    let panel = shape.inputDimension * shape.keyDimension
    let book = shape.keys * shape.keyDimension
    var codes: [UInt16] = []
    for i in 0..<source.count {
      let row = source.values[i * source.dimension..<(i + 1) * source.dimension]
      for c in 0..<shape.codebooks {
        let query = project(row, model.projection[c * panel..<(c + 1) * panel], width: shape.keyDimension)
        codes += ranked(
          query[...], keys: [Float](model.keys[c * book..<(c + 1) * book]),
          usable: model.usable[c * shape.keys..<(c + 1) * shape.keys].map { $0 != 0 }, width: width)
      }
    }
    return codes
  }

  /// The logits of one example.
  static func logits(_ codes: ArraySlice<UInt16>, _ model: Bottleneck, width: Int) -> [Float] {
    let shape = model.shape
    var sums = [Float](repeating: 0, count: shape.classes)
    for c in 0..<shape.codebooks {
      for s in 0..<shape.topK {
        let code = codes[codes.startIndex + c * width + s]
        if code == CodeTable.none { continue }
        let row = (c * shape.keys + Int(code)) * shape.classes
        for v in 0..<shape.classes { sums[v] += model.values[row + v] }
      }
    }
    return sums.map { $0 * shape.voteScale }
  }
}

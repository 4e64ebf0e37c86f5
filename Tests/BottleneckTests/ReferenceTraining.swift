@testable import Bottleneck

extension Reference {
  /// exp(x), x ≤ 0, by the polynomial of softmax.c.
  static func expNegative(_ x: Float) -> Float {
    if !(x >= -87) { return 0 }
    let n = Int32(x * 1.44269504 - 0.5)
    let whole = Float(n)
    let r = (x - whole * 0x1.62e4p-1) - whole * 1.42860682e-6
    var p = r * (1 / 5040) + (1 / 720)
    p = p * r + (1 / 120)
    p = p * r + (1 / 24)
    p = p * r + (1 / 6)
    p = p * r + 0.5
    p = p * r + 1
    p = p * r + 1
    return Float(bitPattern: UInt32(bitPattern: Int32(bitPattern: p.bitPattern) + n * (1 << 23)))
  }

  /// softmax(logits) − smoothed target.
  static func gradient(_ logits: [Float], label: Int, smoothing: Float) -> [Float] {
    let highest = logits.reduce(logits[0]) { $1 > $0 ? $1 : $0 }
    let powers = logits.map { expNegative($0 - highest) }
    var sum: Float = 0
    for power in powers { sum += power }
    let even = smoothing / Float(logits.count)
    var result = powers.map { $0 / sum - even }
    result[label] -= 1 - smoothing
    return result
  }

  /// Values after training, with the exact norm always computed.
  static func train(
    _ values: [Float], _ shape: BottleneckShape, _ codes: CodeTable, _ labels: [Int], members: [Int],
    _ settings: ValueTrainerSettings, seed: UInt64
  ) throws -> [Float] {
    var model = try Bottleneck(
      shape: shape, projection: [Float](repeating: 0, count: shape.projectionCount),
      keys: [Float](repeating: 0, count: shape.keyCount))
    model.values = values
    let row = shape.codebooks * codes.width
    var done = 0
    let batches = (members.count + settings.batch - 1) / settings.batch
    for epoch in 0..<settings.epochs {
      var order = members.map(UInt32.init)
      var generator = SeededGenerator(seed: seed, label: "value order", index: epoch)
      generator.shuffle(&order)
      for start in stride(from: 0, to: order.count, by: settings.batch) {
        let batch = order[start..<min(start + settings.batch, order.count)].map(Int.init)
        let deltas = batch.map { i in
          gradient(
            logits(codes.codes[i * row..<(i + 1) * row], model, width: codes.width), label: labels[i],
            smoothing: settings.labelSmoothing)
        }
        var whole = [Double](repeating: 0, count: values.count)
        func each(_ body: (_ place: Int, _ delta: Float) -> Void) {
          for c in 0..<shape.codebooks {
            for s in 0..<shape.topK {
              for (i, delta) in zip(batch, deltas) {
                let code = codes.codes[i * row + c * codes.width + s]
                if code == CodeTable.none { continue }
                for v in 0..<shape.classes { body((c * shape.keys + Int(code)) * shape.classes + v, delta[v]) }
              }
            }
          }
        }
        each { whole[$0] += Double($1) / Double(batch.count * shape.codebooks * shape.topK) }
        let norm = whole.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let factor: Float = norm > Double(settings.clip) ? Float(Double(settings.clip) / norm) : 1
        let left = 1 - Float(done) / Float(batches * settings.epochs)
        let rate = settings.linearDecay ? settings.learningRate * left : settings.learningRate
        let step = rate * (shape.voteScale / Float(batch.count) * factor)
        each { model.values[$0] -= $1 * step }
        done += 1
      }
    }
    return model.values
  }

  /// Keys [K][d] of one codebook after the moving average over its queries [N][d].
  static func keys(
    _ queries: [Float], _ shape: BottleneckShape, _ settings: KeyLearnerSettings, codebook: Int, seed: UInt64
  ) -> [Float] {
    let d = shape.keyDimension
    var start = SeededGenerator(seed: seed, label: "keys", index: codebook)
    var keys = (0..<shape.keys * d).map { _ in Float(start.normal()) }
    var sums = keys
    var counts = [Float](repeating: 0, count: shape.keys)
    var dead = SeededGenerator(seed: seed, label: "dead keys", index: codebook)
    let g = settings.decay
    for epoch in 0..<settings.epochs {
      var order = (0..<UInt32(queries.count / d)).map { $0 }
      var generator = SeededGenerator(seed: seed, label: "key order", index: epoch)
      generator.shuffle(&order)
      for first in stride(from: 0, to: order.count, by: settings.batch) {
        let batch = order[first..<min(first + settings.batch, order.count)].map {
          queries[Int($0) * d..<(Int($0) + 1) * d]
        }
        var n = [Float](repeating: 0, count: shape.keys)
        var s = [Float](repeating: 0, count: keys.count)
        for query in batch {
          let all = [Bool](repeating: true, count: shape.keys)
          let key = Int(ranked(query, keys: keys, usable: all, width: 1)[0])
          n[key] += 1
          for j in 0..<d { s[key * d + j] += query[query.startIndex + j] }
        }
        var total = 0.0
        for key in 0..<shape.keys {
          counts[key] = g * counts[key] + (1 - g) * n[key]
          total += Double(counts[key])
        }
        let bottom = Float(total + Double(shape.keys) * Double(settings.epsilon))
        for place in keys.indices {
          sums[place] = sums[place] * g + s[place] * (1 - g)
          keys[place] = sums[place] / ((counts[place / d] + settings.epsilon) / bottom * Float(total))
        }
        for key in 0..<shape.keys
        where counts[key] < settings.deadShare * Float(settings.batch) / Float(shape.keys) {
          let query = batch[dead.uniform(below: batch.count)]
          for j in 0..<d { keys[key * d + j] = query[query.startIndex + j] }
        }
      }
    }
    return keys
  }

  /// Keys [K][d] of one codebook after k-means over its queries.
  static func means(_ queries: [[Float]], keys count: Int, epochs: Int, codebook: Int, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed, label: "first keys", index: codebook)
    var chosen = Array(queries.indices)
    if count <= queries.count {
      for place in 0..<count { chosen.swapAt(place, place + generator.uniform(below: queries.count - place)) }
    } else {
      chosen = (0..<count).map { _ in generator.uniform(below: queries.count) }
    }
    var keys = chosen.prefix(count).flatMap { queries[$0] }
    let d = queries[0].count
    for _ in 0..<epochs {
      let nearest = queries.map { ranked($0[...], keys: keys, usable: [Bool](repeating: true, count: count), width: 1)[0] }
      for key in 0..<count {
        let mine = queries.indices.filter { Int(nearest[$0]) == key }
        for j in 0..<d where !mine.isEmpty {
          keys[key * d + j] = Float(mine.reduce(0.0) { $0 + Double(queries[$1][j]) } / Double(mine.count))
        }
      }
    }
    return keys
  }
}

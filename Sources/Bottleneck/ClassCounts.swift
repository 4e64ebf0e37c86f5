import Foundation

/// Integer class counts in place of trained values: how many training examples of each class select each pair (Method §8).
///
/// Nothing is trained, so forgetting is exact: taking examples out is integer subtraction, and the result equals, bit for bit, counting
/// without them under the same keys. What a bottleneck answers by the counts is the mean over codebooks of smoothed log-frequencies.
package struct ClassCounts: Sendable, Equatable {
  package let shape: BottleneckShape
  /// Counts [V][C][K]: a class's lie together, so that forgetting it empties one row of a table of V rows.
  package private(set) var counts: [UInt32]

  /// Takes counts as they are.
  /// - Throws: `BottleneckError.sizeMismatch`.
  package init(shape: BottleneckShape, counts: [UInt32]) throws(BottleneckError) {
    guard counts.count == shape.valueCount else {
      throw .sizeMismatch(what: "class counts", expected: shape.valueCount, found: counts.count)
    }
    (self.shape, self.counts) = (shape, counts)
  }

  /// Counts the selections of all rows of a code table; O(V·C·K + N·C·k).
  /// - Parameter labels: one of 0..<V for each row.
  /// - Throws: `BottleneckError`.
  package init(shape: BottleneckShape, codes: CodeTable, labels: [Int], threads: Int = 1) throws {
    try codes.check(against: shape)
    try ValueTrainer.checkLabels(labels, codes: codes, shape: shape)
    self.shape = shape
    counts = [UInt32](repeating: 0, count: shape.valueCount)
    add(1, codes, labels, members: nil, threads)
  }

  /// Takes examples out again.
  /// - Parameter members: rows of `codes`, each at most once.
  /// - Throws: `BottleneckError.notCounted` if they cannot all have been counted; the counts are as they were then.
  package mutating func subtract(codes: CodeTable, labels: [Int], members: [Int], threads: Int = 1) throws {
    try codes.check(against: shape)
    try ValueTrainer.checkLabels(labels, codes: codes, shape: shape)
    try checkMembers(members, count: codes.count)
    let before = counts
    add(UInt32.max, codes, labels, members: members, threads)
    if zip(before, counts).contains(where: { $0 < $1 }) {
      counts = before
      throw BottleneckError.notCounted
    }
  }

  /// Takes all examples of a class out; O(C·K).
  /// - Precondition: the class is one of 0..<V.
  package mutating func forget(_ label: Int) {
    counts.replaceSubrange(row(label), with: repeatElement(0, count: shape.pairs))
  }

  /// The counts with all examples of some classes taken out; O(C·K) a class.
  package func without(_ labels: [Int]) -> Self {
    var rest = self
    for label in labels { rest.forget(label) }
    return rest
  }

  /// How many selections of a class there are: its training examples times C·k, less those without a code.
  package func selections(of label: Int) -> Int { counts[row(label)].reduce(0) { $0 + Int($1) } }

  /// How many pairs the examples of a class select.
  package func activePairs(of label: Int) -> Int { counts[row(label)].count { $0 > 0 } }

  /// One byte a pair: 1 where any example selects it; O(V·C·K).
  package func usablePairs() -> [UInt8] {
    var usable = [UInt8](repeating: 0, count: shape.pairs)
    for label in 0..<shape.classes {
      for (pair, count) in counts[row(label)].enumerated() where count > 0 { usable[pair] = 1 }
    }
    return usable
  }

  /// Values [C][K][V] by which a bottleneck answers: ln((n_y + s)·V / (n + s·V)) for a pair that n examples select, n_y of them of class y;
  /// 0 where there are none.
  ///
  /// That is the logarithm of how much more frequent the class is among them than if all were alike, so it is 0 where nothing is known.
  /// Computed in double precision from integers, rounded once: the same on every machine whose `log` is correctly rounded to float.
  /// - Parameter smoothing: s, examples of each class that every pair is thought to have beside its own; above 0.
  package func values(smoothing: Double, threads: Int = 1) -> [Float] {
    let (pairs, classes) = (shape.pairs, shape.classes)
    // Most counts are small, and a logarithm costs twenty times a look-up.
    let logs = (0..<4_096).map { log(Double($0) + smoothing) }
    return [Float](unsafeUninitializedCapacity: shape.valueCount) { values, initialized in
      initialized = shape.valueCount
      nonisolated(unsafe) let out = values
      counts.withUnsafeBufferPointer { counts in
        Parallel.run(shape.codebooks, threads: threads) { _, codebook in
          for pair in codebook * shape.keys..<(codebook + 1) * shape.keys {
            var total = 0
            for label in 0..<classes { total += Int(counts[label * pairs + pair]) }
            let start = pair * classes
            if total == 0 {
              for label in 0..<classes { out[start + label] = 0 }
              continue
            }
            let base = log((Double(total) + smoothing * Double(classes)) / Double(classes))
            for label in 0..<classes {
              let count = Int(counts[label * pairs + pair])
              out[start + label] = Float((count < logs.count ? logs[count] : log(Double(count) + smoothing)) - base)
            }
          }
        }
      }
    }
  }

  private func row(_ label: Int) -> Range<Int> { label * shape.pairs..<(label + 1) * shape.pairs }

  /// Adds `step`, modulo 2³², for each selection; codebooks are disjoint places, so threads share them out.
  private mutating func add(_ step: UInt32, _ codes: CodeTable, _ labels: [Int], members: [Int]?, _ threads: Int) {
    let shape = shape
    let rowLength = codes.codebooks * codes.width
    counts.withUnsafeMutableBufferPointer { counts in
      nonisolated(unsafe) let counts = counts
      codes.codes.withUnsafeBufferPointer { codes2 in
        labels.withUnsafeBufferPointer { labels in
          Parallel.run(shape.codebooks, threads: threads) { _, codebook in
            for index in 0..<(members?.count ?? labels.count) {
              let example = members?[index] ?? index
              let base = labels[example] * shape.pairs + codebook * shape.keys
              let slot = example * rowLength + codebook * codes.width
              for s in 0..<shape.topK {
                let code = codes2[slot + s]
                if code != CodeTable.none { counts[base + Int(code)] &+= step }
              }
            }
          }
        }
      }
    }
  }
}

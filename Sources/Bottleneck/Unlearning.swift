import CKernels

/// Forgetting a class by masking the pairs that its training examples select.
///
/// Source: Shah et al., *Low Compute Unlearning via Sparse Representations* (arXiv 2311.15268), Algorithms 1 and 2; Method
/// §2 to §4.
package enum Unlearning {
  /// How often each pair is selected by the given examples, [C·K]; O(members·C·k).
  package static func activationCounts(
    codes: CodeTable, members: [Int], shape: BottleneckShape
  ) throws(BottleneckError) -> [UInt32] {
    try codes.checkLayout(shape)
    try checkMembers(members, count: codes.count)
    var counts = [UInt32](repeating: 0, count: shape.pairs)
    let fits = codes.codes.withUnsafeBufferPointer { rows in
      members.withUnsafeBufferPointer { members in
        members.withMemoryRebound(to: Int64.self) { members in
          counts.withUnsafeMutableBufferPointer { counts in
            members.isEmpty
              || lethe_count_codes(
                rows.baseAddress, codes.codebooks, codes.width, shape.topK, shape.keys, members.baseAddress, members.count,
                counts.baseAddress) != 0
          }
        }
      }
    }
    if !fits { throw .codeOutOfRange(keys: shape.keys) }
    return counts
  }

  /// Pairs with a count above 0, most frequent first, ties to the lower pair; O(C·K) by counting.
  package static func ranking(_ counts: [UInt32]) -> [UInt32] {
    let active = activePairs(counts)
    return counts.withUnsafeBufferPointer { counts in
      var highest: UInt32 = 0
      for pair in active { highest = max(highest, counts[Int(pair)]) }
      if Int(highest) > 4 * active.count + 1024 {
        // Counts this sparse would need more buckets than there are pairs.
        return active.sorted { (counts[Int($1)], $0) < (counts[Int($0)], $1) }
      }
      // starts[h − n]: where the pairs selected n times begin, behind those selected more often.
      var starts = [Int](repeating: 0, count: Int(highest) + 2)
      return starts.withUnsafeMutableBufferPointer { starts in
        for pair in active { starts[Int(highest - counts[Int(pair)]) + 1] += 1 }
        for place in 1..<starts.count { starts[place] += starts[place - 1] }
        return [UInt32](unsafeUninitializedCapacity: active.count) { out, initialized in
          for pair in active {
            let bucket = Int(highest - counts[Int(pair)])
            out.initializeElement(at: starts[bucket], to: pair)
            starts[bucket] += 1
          }
          initialized = active.count
        }
      }
    }
  }

  /// The pairs with a count above 0, ascending.
  private static func activePairs(_ counts: [UInt32]) -> [UInt32] {
    [UInt32](unsafeUninitializedCapacity: counts.count + 1) { out, found in
      counts.withUnsafeBufferPointer { counts in found = lethe_active_pairs(counts.baseAddress, counts.count, out.baseAddress) }
    }
  }

  /// Algorithm 1: the first N_a pairs of a ranking, all of them if it is shorter.
  package static func viaActivations(_ ranking: [UInt32], pairs count: Int) -> PairSet {
    PairSet(ranking.prefix(max(0, count)))
  }

  /// Algorithm 2: every pair that any of the given examples selects; C·k to N_e·C·k pairs where every codebook votes.
  package static func viaExamples(
    codes: CodeTable, examples: [Int], shape: BottleneckShape
  ) throws(BottleneckError) -> PairSet {
    let counts = try activationCounts(codes: codes, members: examples, shape: shape)
    return PairSet(flags: counts.map { $0 > 0 ? 1 : 0 })
  }

  /// The forget set in the random order in which examples are drawn from it; the same for the same seed. The first N_e are the
  /// drawn examples of Algorithm 2, so draws of growing N_e nest.
  package static func exampleOrder(_ members: [Int], seed: UInt64) -> [Int] {
    var generator = SeededGenerator(seed: seed, label: "forget examples")
    return generator.choose(members.count, of: members)
  }

  /// Masks pairs: not selectable any more, key and value zero (Method §4, §5). Returns how many were usable before.
  @discardableResult
  package static func mask(_ pairs: PairSet, in model: inout Bottleneck) throws(BottleneckError) -> Int {
    try model.checkSizes()
    let shape = model.shape
    if let last = pairs.pairs.last, Int(last) >= shape.pairs {
      throw .pairOutOfRange(pair: last, count: shape.pairs)
    }
    var changed = 0
    model.usable.withUnsafeMutableBufferPointer { usable in
      for pair in pairs.pairs where usable[Int(pair)] != 0 {
        usable[Int(pair)] = 0
        changed += 1
      }
    }
    zeroRows(pairs, width: shape.keyDimension, in: &model.keys)
    zeroRows(pairs, width: shape.classes, in: &model.values)
    return changed
  }

  private static func zeroRows(_ pairs: PairSet, width: Int, in table: inout [Float]) {
    table.withUnsafeMutableBufferPointer { table in
      guard let base = table.baseAddress else { return }
      for pair in pairs.pairs { (base + Int(pair) * width).update(repeating: 0, count: width) }
    }
  }
}

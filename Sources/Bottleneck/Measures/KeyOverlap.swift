/// How much of their keys two classes share: what makes forgetting one cost the other.
package enum KeyOverlap {
  /// For every two classes the share of selections that they have in common, [V][V], each 0 to 1, symmetric; 1 on the diagonal and 0
  /// beside classes without examples.
  ///
  /// Σ over pairs of min(n_a/N_a, n_b/N_b), N being a class's selections: the intersection of two histograms (Swain and Ballard, *Color
  /// Indexing*, IJCV 7, 1991). O(N·C·k + V²·C·K).
  package static func matrix(
    codes: CodeTable, labels: [Int], shape: BottleneckShape, threads: Int = 1
  ) throws -> [[Double]] {
    let counts = try (0..<shape.classes).map { label in
      try Unlearning.activationCounts(codes: codes, members: labels.indices.filter { labels[$0] == label }, shape: shape)
    }
    let totals = counts.map { $0.reduce(0) { $0 + Int($1) } }
    return Parallel.map(shape.classes, threads: threads) { a in
      (0..<shape.classes).map { b in
        if totals[a] == 0 || totals[b] == 0 { return 0 }
        if a == b { return 1 }
        let (first, second) = (1 / Double(totals[a]), 1 / Double(totals[b]))
        return counts[a].withUnsafeBufferPointer { left in
          counts[b].withUnsafeBufferPointer { right in
            var sum = 0.0
            for pair in left.indices { sum += min(Double(left[pair]) * first, Double(right[pair]) * second) }
            return sum
          }
        }
      }
    }
  }
}

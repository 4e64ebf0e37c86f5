/// In which order Algorithm 1 masks the pairs that a class's examples select.
public enum PairOrder: String, Hashable, Sendable, Codable, CaseIterable {
  /// By how often the class selects them: the paper's.
  case frequency
  /// By how much of what selects them is the class's (Method §8): pairs that other classes live on come last.
  case enrichment
}

extension Unlearning {
  /// Pairs that the forget examples select, those that are most theirs first: by n_f/(n_r + s), where n_f forget and n_r retain examples
  /// select the pair; ties to the larger n_f, then to the lower pair. O(A log A) for A active pairs.
  ///
  /// The order is that of forget share against retain share, (n_f/N_f)/((n_r + s)/N_r), since the numbers of examples are the same for
  /// all pairs. `s` is what keeps a pair that one forget example selects by chance, and no other, from coming before pairs that hundreds of
  /// them and one other select.
  /// - Parameters:
  ///   - forget: selections of each pair by the class, as `activationCounts` gives them.
  ///   - retain: the same by all other examples.
  package static func enrichmentRanking(forget: [UInt32], retain: [UInt32]) -> [UInt32] {
    precondition(forget.count == retain.count, "\(forget.count) and \(retain.count) pairs")
    return forget.withUnsafeBufferPointer { forget in
      retain.withUnsafeBufferPointer { retain in
        // Both counts are exact in double precision, and one division rounds the same everywhere.
        let scored = forget.indices.filter { forget[$0] > 0 }.map { pair in
          (score: Double(forget[pair]) / (Double(retain[pair]) + enrichmentPrior), count: forget[pair], pair: UInt32(pair))
        }
        return scored.sorted { ($1.score, $1.count, $0.pair) < ($0.score, $0.count, $1.pair) }.map(\.pair)
      }
    }
  }

  /// s of ``enrichmentRanking(forget:retain:)``.
  ///
  /// On CIFAR-10 (C 256, K 1024, four classes, down to 0 % of training and validation examples) frequency masks 45,363 to 54,128 pairs and
  /// costs the others 0.0 to 0.4 points; s = 1 masks 42,716 to 66,763 and s = 9 43,023 to 61,464, both within 0.2 points; with 40 and 200
  /// the order comes close to frequency, and so do its costs.
  static let enrichmentPrior = 8.0
}

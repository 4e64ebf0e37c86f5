/// A set of key-value pairs, each numbered c·K + j: ascending 32-bit numbers without repetition.
package struct PairSet: Hashable, Sendable {
  /// The pairs, ascending.
  package let pairs: [UInt32]

  /// No pairs.
  package init() { pairs = [] }

  /// Pairs in any order, with or without repetition; O(n log n).
  package init(_ pairs: some Sequence<UInt32>) {
    let sorted = pairs.sorted()
    var unique: [UInt32] = []
    unique.reserveCapacity(sorted.count)
    for pair in sorted where unique.last != pair { unique.append(pair) }
    self.pairs = unique
  }

  /// The pairs whose flag is not 0; O(C·K).
  package init(flags: [UInt8]) {
    var pairs: [UInt32] = []
    for (pair, flag) in flags.enumerated() where flag != 0 { pairs.append(UInt32(pair)) }
    self.pairs = pairs
  }

  /// Number of pairs.
  package var count: Int { pairs.count }
  /// Whether there is none.
  package var isEmpty: Bool { pairs.isEmpty }

  /// The pairs of either; O(n).
  package func union(_ other: PairSet) -> PairSet {
    PairSet(pairs + other.pairs)
  }

  /// Whether every pair is in the other set; O(n).
  package func isSubset(of other: PairSet) -> Bool {
    var place = 0
    for pair in pairs {
      while place < other.pairs.count, other.pairs[place] < pair { place += 1 }
      if place == other.pairs.count || other.pairs[place] != pair { return false }
    }
    return true
  }
}

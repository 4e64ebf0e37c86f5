/// A set of key-value pairs, each numbered c·K + j: ascending 32-bit numbers without repetition.
package struct PairSet: Hashable, Sendable {
  /// The pairs, ascending.
  package let pairs: [UInt32]

  /// No pairs.
  package init() { pairs = [] }

  /// Pairs in any order, with or without repetition; O(n log n), or O(n + C·K/64) where that is less.
  package init(_ pairs: some Collection<UInt32>) {
    guard let highest = pairs.max() else {
      self.pairs = []
      return
    }
    let words = Int(highest) / 64 + 1
    self.pairs = words <= 4 * pairs.count ? Self.sortedByBits(pairs, words: words) : Self.sorted(pairs)
  }

  private static func sorted(_ pairs: some Collection<UInt32>) -> [UInt32] {
    var unique: [UInt32] = []
    unique.reserveCapacity(pairs.count)
    for pair in pairs.sorted() where unique.last != pair { unique.append(pair) }
    return unique
  }

  /// Sets bits and reads them off: a tenth of the time where a good part of all pairs is in the set.
  private static func sortedByBits(_ pairs: some Collection<UInt32>, words: Int) -> [UInt32] {
    var bits = [UInt64](repeating: 0, count: words)
    bits.withUnsafeMutableBufferPointer { bits in
      for pair in pairs { bits[Int(pair >> 6)] |= 1 << UInt64(pair & 63) }
    }
    return [UInt32](unsafeUninitializedCapacity: pairs.count) { out, count in
      for (word, content) in bits.enumerated() {
        var rest = content
        while rest != 0 {
          out.initializeElement(at: count, to: UInt32(word * 64 + rest.trailingZeroBitCount))
          count += 1
          rest &= rest - 1
        }
      }
    }
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

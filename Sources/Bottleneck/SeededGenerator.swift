import CKernels

/// Random numbers that are the same for ever: xoshiro256** seeded through SplitMix64, with our own distributions.
///
/// The standard library's `shuffled(using:)` and `random(in:using:)` may change between Swift versions, and libm's `log`
/// between machines; neither is used. Source: Blackman and Vigna, *Scrambled Linear Pseudorandom Number Generators*, 2021.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)
  private var spare: Double?

  /// The stream that belongs to a seed, a purpose and a number (an epoch, a codebook); streams are independent.
  package init(seed: UInt64, label: String, index: Int = 0) {
    // FNV-1a of the purpose, mixed with seed and number by SplitMix64 steps.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in label.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    var mixer = seed
    mixer = Self.splitMix(&mixer) ^ hash
    mixer = Self.splitMix(&mixer) ^ UInt64(bitPattern: Int64(index))
    state = (
      Self.splitMix(&mixer), Self.splitMix(&mixer), Self.splitMix(&mixer), Self.splitMix(&mixer)
    )
  }

  private static func splitMix(_ state: inout UInt64) -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// The next 64 uniform bits.
  package mutating func next() -> UInt64 {
    let scrambled = state.1 &* 5
    let result = ((scrambled << 7) | (scrambled >> 57)) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = (state.3 << 45) | (state.3 >> 19)
    return result
  }

  /// A uniform integer in 0..<bound (bound ≥ 1), without bias: Lemire's multiplication with rejection (arXiv 1805.10941).
  package mutating func uniform(below bound: Int) -> Int {
    precondition(bound >= 1, "uniform(below:) needs a positive bound")
    let bound = UInt64(bound)
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    }
    return Int(product.high)
  }

  /// A uniform number in [0, 1) with 53 random bits.
  package mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A normal number of mean 0 and variance 1: Marsaglia's polar method, with our own logarithm.
  package mutating func normal() -> Double {
    if let ready = spare {
      spare = nil
      return ready
    }
    while true {
      let u = 2 * uniform() - 1
      let v = 2 * uniform() - 1
      let square = u * u + v * v
      if square >= 1 || square == 0 { continue }
      let factor = (-2 * lethe_log(square) / square).squareRoot()
      spare = v * factor
      return u * factor
    }
  }

  /// Shuffles in place (Fisher and Yates, from the end); O(n).
  package mutating func shuffle<Element>(_ elements: inout [Element]) {
    var last = elements.count - 1
    while last > 0 {
      elements.swapAt(last, uniform(below: last + 1))
      last -= 1
    }
  }

  /// `count` different elements in random order, all orders equally likely; O(n) memory.
  package mutating func choose<Element>(_ count: Int, of elements: [Element]) -> [Element] {
    var pool = elements
    let count = Swift.min(Swift.max(count, 0), pool.count)
    for place in 0..<count { pool.swapAt(place, place + uniform(below: pool.count - place)) }
    return [Element](pool[0..<count])
  }
}

import Foundation

/// Whether to run the long form of the random and exhaustive tests: `LETHE_LONG_TESTS=1 swift test`.
enum LongTests {
  static let areWanted = ProcessInfo.processInfo.environment["LETHE_LONG_TESTS"] != nil

  /// The number of repetitions of a random test.
  static func count(_ short: Int, long: Int) -> Int { areWanted ? long : short }
}

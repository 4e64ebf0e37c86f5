import Foundation

/// Longer runs of the same tests, under `LETHE_LONG_TESTS=1`.
enum LongTests {
  static let areWanted = ProcessInfo.processInfo.environment["LETHE_LONG_TESTS"] != nil

  static func scale(_ count: Int, long: Int) -> Int { areWanted ? long : count }
}

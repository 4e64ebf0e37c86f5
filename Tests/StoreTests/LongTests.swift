import Foundation

/// Whether to run the long form of the random tests: `LETHE_LONG_TESTS=1 swift test`.
enum LongTests {
  static let areWanted = ProcessInfo.processInfo.environment["LETHE_LONG_TESTS"] != nil
}

import Synchronization

/// How many keys screening scored again in float: what its bound leaves open, of n·C·K.
package final class ScreeningTally: Sendable {
  private let groups = Atomic<Int>(0)

  package init() {}

  /// Keys scored in float, in groups of sixteen.
  package var keys: Int { groups.load(ordering: .relaxed) * 16 }

  func add(_ count: Int) { groups.add(count, ordering: .relaxed) }
}

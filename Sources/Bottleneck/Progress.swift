import Synchronization

/// How far a long operation has come.
package struct ProgressStep: Sendable, Equatable {
  /// What is being done, for example "keys" or "codes".
  package let stage: String
  /// The part that is done, 0 to 1.
  package let fraction: Double
}

/// Receives progress. Called by one thread at a time, not always the caller's; it should return quickly.
package typealias ProgressHandler = @Sendable (ProgressStep) -> Void

/// Counts finished units from any thread and reports them from one.
final class ProgressCounter: Sendable {
  private let stage: String
  private let total: Int
  private let handler: ProgressHandler?
  private let done = Atomic<Int>(0)

  init(_ stage: String, total: Int, handler: ProgressHandler?) {
    self.stage = stage
    self.total = max(total, 1)
    self.handler = handler
  }

  /// One unit is done; only worker 0 speaks, so that calls never overlap.
  func advance(worker: Int = 0) {
    let count = done.add(1, ordering: .relaxed).newValue
    if worker == 0 { handler?(ProgressStep(stage: stage, fraction: Double(count) / Double(total))) }
  }

  /// Reports the end, which worker 0 may not have seen.
  func finish() {
    handler?(ProgressStep(stage: stage, fraction: 1))
  }
}

import Dispatch
import Synchronization

/// Runs `body` once for each index, at the same time as far as the machine can, and returns the results in order.
func parallel<Result: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
  let results = Mutex<[Int: Result]>([:])
  DispatchQueue.concurrentPerform(iterations: count) { index in
    let result = body(index)
    results.withLock { $0[index] = result }
  }
  return results.withLock { found in (0..<count).compactMap { found[$0] } }
}

import Dispatch
import Synchronization

/// Loops over several threads whose bodies write to disjoint places, so that the result does not depend on how many.
enum Parallel {
  /// Runs `body(worker, index)` for every index in 0..<count on at most `threads` threads (1 or less: on this one).
  ///
  /// A worker number, 0..<threads, is held by one thread at a time: scratch memory is indexed by it. Indices are handed
  /// out one by one, so a slow thread does not hold up the rest.
  static func run(_ count: Int, threads: Int, _ body: (_ worker: Int, _ index: Int) -> Void) {
    let workers = min(threads, count)
    if workers <= 1 {
      for index in 0..<count { body(0, index) }
      return
    }
    let next = Atomic<Int>(0)
    withoutActuallyEscaping(body) { body in
      // The compiler cannot see that bodies write to disjoint places; that is each caller's promise.
      nonisolated(unsafe) let body = body
      DispatchQueue.concurrentPerform(iterations: workers) { worker in
        while true {
          let index = next.add(1, ordering: .relaxed).oldValue
          if index >= count { return }
          body(worker, index)
        }
      }
    }
  }

  /// The results of `body(index)` for every index in 0..<count, in order, made on at most `threads` threads.
  static func map<Result>(_ count: Int, threads: Int, _ body: (_ index: Int) -> Result) -> [Result] {
    [Result](unsafeUninitializedCapacity: count) { buffer, initialized in
      guard let base = buffer.baseAddress else { return }
      run(count, threads: threads) { _, index in (base + index).initialize(to: body(index)) }
      initialized = count
    }
  }
}

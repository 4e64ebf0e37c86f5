import Dispatch
import Ledger

/// The digest of memory that is being filled from the front, taken on another core behind the one that fills it.
final class FollowingDigest: @unchecked Sendable {
  /// Handing over costs some microseconds, so it is done for a stretch of this many bytes.
  private static let stretch = 1 << 20

  private let memory: UnsafeRawBufferPointer
  /// Touched on the queue alone.
  private var builder = DigestBuilder()
  private let queue = DispatchQueue(label: "lethe.digest", qos: .userInitiated)
  /// Touched by the caller alone.
  private var handedOver = 0

  /// - Parameter memory: must stay until `finalize` or `stop` has returned.
  init(of memory: UnsafeRawBufferPointer) { self.memory = memory }

  /// Says that the memory is filled up to `end`, and will not change there.
  func advance(to end: Int) {
    guard end - handedOver >= Self.stretch else { return }
    handOver(to: end)
  }

  /// The digest of all of the memory.
  func finalize() -> Digest {
    // The rest is taken by the caller's own thread, unless the other is still at work.
    let rest = UnsafeRawBufferPointer(rebasing: memory[handedOver...])
    handedOver = memory.count
    return queue.sync {
      builder.update(rest)
      return builder.finalize()
    }
  }

  /// Returns when nobody reads the memory any more.
  func stop() { queue.sync {} }

  private func handOver(to end: Int) {
    nonisolated(unsafe) let bytes = UnsafeRawBufferPointer(rebasing: memory[handedOver..<end])
    handedOver = end
    queue.async { self.builder.update(bytes) }
  }
}

import Dispatch
import Ledger

extension Digest {
  /// The digests of several buffers, taken on all cores; the largest is begun first, so that the cores end together.
  static func ofEach(_ buffers: [UnsafeRawBufferPointer]) -> [Digest] {
    let order = buffers.indices.sorted { buffers[$0].count > buffers[$1].count }
    return [Digest](unsafeUninitializedCapacity: buffers.count) { results, count in
      nonisolated(unsafe) let (slots, buffers) = (results, buffers)
      DispatchQueue.concurrentPerform(iterations: order.count) { turn in
        slots.initializeElement(at: order[turn], to: Digest.of(buffers[order[turn]]))
      }
      count = buffers.count
    }
  }
}

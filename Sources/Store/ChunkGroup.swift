import Dispatch
import Foundation
import Ledger
import Synchronization

/// Plain bytes that are being encoded, a few chunks at a time, on all cores.
///
/// Work begins with `start` and goes on behind the caller's back, who meanwhile writes the group before to the database; `finish`
/// takes part in what is left. The whole tensor's digest, which can only be taken in order, is one of the jobs: a group is started
/// when the one before has finished.
///
/// Jobs are drawn from one counter, each by exactly one thread, and `finish` returns when all are done: so every slot of
/// `encoded` is written once, before it is read. That is what makes sharing it sound.
final class ChunkGroup: @unchecked Sendable {
  private let plain: UnsafeRawBufferPointer
  private let owner: AnyObject?
  private let elementSize: Int
  private let digest: RunningDigest
  private let count: Int
  private let encoded: UnsafeMutableBufferPointer<ChunkCodec.Encoded?>
  /// Where the encoded forms lie; free again when they have been inserted.
  let room: GroupBuffer
  private let next = Atomic<Int>(0)
  private let done = Atomic<Int>(0)
  private let allDone = DispatchSemaphore(value: 0)

  /// - Parameter plain: lies in `owner`, which is kept; without one it must stay until `finish` has returned.
  init(_ plain: UnsafeRawBufferPointer, of owner: AnyObject?, room: GroupBuffer, elementSize: Int, digest: RunningDigest) {
    (self.plain, self.owner, self.room, self.elementSize, self.digest) = (plain, owner, room, elementSize, digest)
    count = (plain.count + ChunkCodec.tensorChunkSize - 1) / ChunkCodec.tensorChunkSize
    encoded = .allocate(capacity: count)
    encoded.initialize(repeating: nil)
  }

  /// Room for the encoded forms of so many chunks.
  static func room(chunks: Int) -> GroupBuffer { GroupBuffer(capacity: chunks * chunkRoom) }

  private static let chunkRoom = ChunkCodec.room(for: ChunkCodec.tensorChunkSize)

  deinit { encoded.deinitialize().deallocate() }

  /// Sets the other cores to work.
  func start() {
    for _ in 1..<max(ProcessInfo.processInfo.activeProcessorCount, 2) {
      // One that comes late finds no job left; nobody waits for it.
      DispatchQueue.global(qos: .userInitiated).async { self.work() }
    }
  }

  /// Helps until every job is done, and returns the chunks in order. May be called again.
  func finish() -> [ChunkCodec.Encoded] {
    work()
    allDone.wait()
    allDone.signal()
    return encoded.compactMap { $0 }
  }

  /// Job 0 is the digest, the longest; then the chunks.
  private func work() {
    while true {
      let job = next.add(1, ordering: .relaxed).oldValue
      guard job <= count else { return }
      if job == 0 {
        digest.update(plain)
      } else {
        let start = (job - 1) * ChunkCodec.tensorChunkSize
        let chunk = UnsafeRawBufferPointer(rebasing: plain[start..<min(start + ChunkCodec.tensorChunkSize, plain.count)])
        let place = UnsafeMutableRawBufferPointer(rebasing: room.memory[((job - 1) * Self.chunkRoom)..<(job * Self.chunkRoom)])
        encoded[job - 1] = ChunkCodec.encode(chunk, elementSize: elementSize, room: place)
      }
      if done.add(1, ordering: .acquiringAndReleasing).newValue == count + 1 { allDone.signal() }
    }
  }
}

/// Memory for one group's bytes.
final class GroupBuffer {
  let capacity: Int
  var count = 0
  let memory: UnsafeMutableRawBufferPointer

  init(capacity: Int) {
    self.capacity = capacity
    memory = .allocate(byteCount: capacity, alignment: 64)
  }

  deinit { memory.deallocate() }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }

  /// - Precondition: the bytes fit.
  func append(_ bytes: UnsafeRawBufferPointer) {
    UnsafeMutableRawBufferPointer(rebasing: memory[count..<(count + bytes.count)]).copyMemory(from: bytes)
    count += bytes.count
  }
}

/// A digest that is taken piece by piece, by one thread after the other.
final class RunningDigest: @unchecked Sendable {
  private var builder = DigestBuilder()

  /// - Precondition: no two calls at the same time.
  func update(_ bytes: UnsafeRawBufferPointer) { builder.update(bytes) }

  func finalize() -> Digest { builder.finalize() }
}

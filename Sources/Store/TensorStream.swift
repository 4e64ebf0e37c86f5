import Foundation
import GRDB
import Ledger
import Synchronization
import Tensors

/// Reads byte ranges of a tensor, in any order and from any thread, holding one chunk at a time.
///
/// On opening, the list of chunk digests is checked against the record; from then on each chunk is checked against that list
/// whenever it is read, so no byte comes out unchecked although the whole tensor is never read at once.
package final class TensorStream: Sendable {
  package let record: TensorRecord
  private let store: Store
  private let chunks: [PlacedChunk]
  private let last = Mutex<(index: Int, plain: [UInt8])?>(nil)

  /// - Throws: `StoreError.tensorCorrupt` when the chunks are not the recorded ones, or the tensor is a derived one.
  package init(_ record: TensorRecord, in store: Store) throws {
    self.record = record
    self.store = store
    chunks = try store.read { try $0.chunkList(of: record) }
  }

  /// Copies the plain bytes of `range` to `target`.
  /// - Precondition: `range` lies within the tensor and `target` is as long as it.
  package func read(_ range: Range<Int>, into target: UnsafeMutableRawBufferPointer) throws {
    var position = range.lowerBound
    while position < range.upperBound {
      let index = chunks.partitioningIndex { $0.start > position } - 1
      let plain = try chunk(index)
      let begin = position - chunks[index].start
      let count = min(plain.count - begin, range.upperBound - position)
      plain.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(rebasing: target[(position - range.lowerBound)...])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[begin..<(begin + count)]))
      }
      position += count
    }
  }

  private func chunk(_ index: Int) throws -> [UInt8] {
    if let cached = last.withLock({ $0?.index == index ? $0?.plain : nil }) { return cached }
    let plain = try store.read { try $0.plainBytes(of: chunks[index]) }
    last.withLock { $0 = (index, plain) }
    return plain
  }
}

extension Array {
  /// The index of the first element for which `predicate` holds, given that it holds for all after it. O(log n).
  fileprivate func partitioningIndex(where predicate: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if predicate(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

import CFilters
import Ledger

/// A fingerprint of 32 bytes that were removed: files can be searched for them without anybody having them any more.
///
/// `rolling` finds candidates in one pass, SHA-256 decides (schema/FORMAT.md, "Needle").
package struct Needle: Hashable, Sendable {
  /// What the bytes were a piece of: an array, or a chunk as it was stored.
  package enum Form: String, Sendable { case plain, stored }

  /// Bytes of a needle.
  package static let length = Int(LETHE_NEEDLE)

  package var form: Form
  package var rolling: UInt64
  package var digest: Digest

  /// - Precondition: `bytes` are `length` bytes.
  init(_ bytes: UnsafeRawBufferPointer, form: Form) {
    precondition(bytes.count == Self.length)
    self.form = form
    rolling = bytes.baseAddress.map { lethe_needle_hash($0.assumingMemoryBound(to: UInt8.self)) } ?? 0
    digest = Digest.of(bytes)
  }

  init(form: Form, rolling: UInt64, digest: Digest) {
    (self.form, self.rolling, self.digest) = (form, rolling, digest)
  }
}

/// Chooses needles evenly from all pieces of bytes that it is shown, whatever their number: reservoir sampling (Algorithm R).
struct NeedlePicker {
  private let capacity: Int
  private let form: Needle.Form
  private var offered = 0
  private(set) var needles: [Needle] = []
  private var generator = SystemRandomNumberGenerator()

  /// - Parameter capacity: how many needles to keep.
  init(capacity: Int, form: Needle.Form) {
    (self.capacity, self.form) = (capacity, form)
  }

  /// Offers a piece; at most one needle is taken from it, at a random place.
  mutating func offer(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= Needle.length else { return }
    let start = Int.random(in: 0...(bytes.count - Needle.length), using: &generator)
    let window = UnsafeRawBufferPointer(rebasing: bytes[start..<(start + Needle.length)])
    // Zeros and other runs stand in any file.
    guard Set(window).count >= 8 else { return }
    offered += 1
    if needles.count < capacity {
      needles.append(Needle(window, form: form))
    } else {
      let slot = Int.random(in: 0..<offered, using: &generator)
      if slot < capacity { needles[slot] = Needle(window, form: form) }
    }
  }
}

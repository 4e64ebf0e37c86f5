/// Scratch memory on a cache-line boundary, freed with its owner; zero at first.
///
/// The padding of 64 bytes lets a kernel load a whole vector that begins at the last element.
final class AlignedBuffer<Element: BitwiseCopyable> {
  let pointer: UnsafeMutablePointer<Element>
  let count: Int
  private let raw: UnsafeMutableRawPointer

  init(_ count: Int, zeroed: Bool = true) {
    let bytes = count * MemoryLayout<Element>.stride + 64
    raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    if zeroed { raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes) }
    pointer = raw.bindMemory(to: Element.self, capacity: count)
    self.count = count
  }

  deinit { raw.deallocate() }
}

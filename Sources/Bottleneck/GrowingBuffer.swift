/// Scratch memory that grows and is used again, without the checks of an array in the innermost loops.
final class GrowingBuffer<Element: BitwiseCopyable> {
  private var buffer = AlignedBuffer<Element>(1024)

  var pointer: UnsafeMutablePointer<Element> { buffer.pointer }

  /// The memory with room for `count` elements; what was there before stays. Doubles, so that growing costs O(1) an element.
  func room(for count: Int) -> UnsafeMutablePointer<Element> {
    if count > buffer.count {
      let larger = AlignedBuffer<Element>(max(count, buffer.count * 2), zeroed: false)
      larger.pointer.update(from: buffer.pointer, count: buffer.count)
      buffer = larger
    }
    return buffer.pointer
  }
}

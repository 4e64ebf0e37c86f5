/// Reverses the bytes of each element of `size` bytes, in place.
func swapBytes(of bytes: UnsafeMutableRawBufferPointer, size: Int) {
  switch size {
  case 2: swapBytes(of: bytes, as: UInt16.self)
  case 4: swapBytes(of: bytes, as: UInt32.self)
  case 8: swapBytes(of: bytes, as: UInt64.self)
  default: break
  }
}

private func swapBytes<Word: FixedWidthInteger & BitwiseCopyable>(
  of bytes: UnsafeMutableRawBufferPointer, as type: Word.Type
) {
  for offset in stride(from: 0, to: bytes.count, by: MemoryLayout<Word>.size) {
    let word = bytes.loadUnaligned(fromByteOffset: offset, as: type)
    bytes.storeBytes(of: word.byteSwapped, toByteOffset: offset, as: type)
  }
}

import CLZ4
import Ledger

/// How the bytes of a chunk are stored.
///
/// A chunk is at most `ChunkCodec.maximumPlainSize` plain bytes. Stored form: `filter` (none, or a byte shuffle of width 4)
/// and then `encoding` (`stored`, or one LZ4 frame with content size, independent 256 KiB blocks and no checksum: SHA-256
/// covers both forms). A chunk is valid if and only if
///  1. SHA-256 of the stored bytes is `stored_digest`;
///  2. they decode to exactly `plain_size` bytes with nothing left over;
///  3. SHA-256 of those bytes is `digest`.
///
/// Measured (schema/FORMAT.md, "Why these filters"): LZ4 alone halves sparse value tables and does nothing for dense floats, which
/// shuffling shrinks by 7 %; on 16-bit codes and embeddings neither does anything, so they are stored as they are.
enum ChunkCodec {
  /// Plain bytes in a chunk of a tensor.
  static let tensorChunkSize = 256 * 1024
  /// Bound on what a chunk may claim to hold, checked before memory is taken.
  static let maximumPlainSize = 64 * 1024 * 1024

  enum Filter: String { case none, shuffle4 }
  enum Encoding: String { case stored, lz4 }

  struct Encoded: Sendable {
    var digest: Digest
    var plainSize: Int
    var filter: Filter
    var encoding: Encoding
    var bytes: [UInt8]
  }

  /// Encodes in the smallest of the forms that may pay; a form must save at least 3 % to be taken.
  static func encode(_ plain: UnsafeRawBufferPointer, elementSize: Int) -> Encoded {
    var best = Encoded(
      digest: Digest.of(plain), plainSize: plain.count, filter: .none, encoding: .stored, bytes: Array(plain))
    let worthwhile = plain.count - plain.count / 32
    if let packed = compress(plain), packed.count < worthwhile {
      (best.encoding, best.bytes) = (.lz4, packed)
    }
    // Shuffling floats that LZ4 already shrinks well makes them larger (FORMAT.md), so it is tried on the others only.
    guard elementSize == 4, best.bytes.count > plain.count - plain.count / 8 else { return best }
    let shuffled = [UInt8](unsafeUninitializedCapacity: plain.count) { buffer, count in
      ByteShuffle.shuffle(plain, into: UnsafeMutableRawBufferPointer(buffer), width: 4)
      count = plain.count
    }
    if let packed = shuffled.withUnsafeBytes(compress), packed.count < min(worthwhile, best.bytes.count) {
      (best.filter, best.encoding, best.bytes) = (.shuffle4, .lz4, packed)
    }
    return best
  }

  /// Decodes into `target`, which must be exactly as long as the plain bytes; digests are the caller's to check.
  /// - Throws: `ChunkProblem` when the stored bytes do not decode to exactly that many.
  static func decode(
    _ bytes: UnsafeRawBufferPointer, filter: Filter, encoding: Encoding, into target: UnsafeMutableRawBufferPointer
  ) throws(ChunkProblem) {
    switch (filter, encoding) {
    case (.none, .stored):
      guard bytes.count == target.count else { throw ChunkProblem(reason: "its size is not the recorded one") }
      target.copyMemory(from: bytes)
    case (.none, .lz4):
      try decompress(bytes, into: target)
    case (.shuffle4, _):
      let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: target.count, alignment: 16)
      defer { scratch.deallocate() }
      try decode(bytes, filter: .none, encoding: encoding, into: scratch)
      ByteShuffle.unshuffle(UnsafeRawBufferPointer(scratch), into: target, width: 4)
    }
  }

  /// Why stored bytes are not a chunk.
  struct ChunkProblem: Error { var reason: String }

  private static func compress(_ plain: UnsafeRawBufferPointer) -> [UInt8]? {
    var preferences = LZ4F_preferences_t()
    preferences.frameInfo.blockSizeID = LZ4F_max256KB
    preferences.frameInfo.blockMode = LZ4F_blockIndependent
    preferences.frameInfo.contentSize = UInt64(plain.count)
    let bound = LZ4F_compressFrameBound(plain.count, &preferences)
    let packed = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      let size = LZ4F_compressFrame(buffer.baseAddress, bound, plain.baseAddress, plain.count, &preferences)
      count = LZ4F_isError(size) == 0 ? size : 0
    }
    return packed.isEmpty ? nil : packed
  }

  private static func decompress(
    _ bytes: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
  ) throws(ChunkProblem) {
    var context: OpaquePointer?
    guard LZ4F_isError(LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))) == 0 else {
      throw ChunkProblem(reason: "liblz4 has no memory left")
    }
    defer { LZ4F_freeDecompressionContext(context) }
    var (read, written, hint) = (0, 0, 1)
    while hint != 0 {
      var (sourceSize, targetSize) = (bytes.count - read, target.count - written)
      hint = LZ4F_decompress(
        context, target.baseAddress?.advanced(by: written), &targetSize, bytes.baseAddress?.advanced(by: read), &sourceSize,
        nil)
      guard LZ4F_isError(hint) == 0 else {
        throw ChunkProblem(reason: "LZ4 says \(String(cString: LZ4F_getErrorName(hint)))")
      }
      guard hint == 0 || sourceSize > 0 || targetSize > 0 else {
        throw ChunkProblem(reason: "its LZ4 frame is truncated or longer than recorded")
      }
      (read, written) = (read + sourceSize, written + targetSize)
    }
    guard read == bytes.count, written == target.count else {
      throw ChunkProblem(reason: "its LZ4 frame does not hold the recorded number of bytes")
    }
  }
}

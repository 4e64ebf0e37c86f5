import CLZ4
import Ledger

/// How the bytes of a chunk are stored.
///
/// A chunk is at most `ChunkCodec.maximumPlainSize` plain bytes. Stored form: `filter`, a permutation of the bytes or bits, and
/// then `encoding` (`stored`, or one LZ4 frame with content size, independent 256 KiB blocks and no checksum: SHA-256 covers both
/// forms). A chunk is valid if and only if
///  1. SHA-256 of the stored bytes is `stored_digest`;
///  2. they decode to exactly `plain_size` bytes with nothing left over;
///  3. SHA-256 of those bytes is `digest`.
///
/// Measured (schema/FORMAT.md, "Why these filters"): LZ4 alone is best where whole rows are zero, bit planes are best for dense
/// floats, codes and bytes; which of them a chunk is tried in is decided on a sample.
enum ChunkCodec {
  /// Plain bytes in a chunk of a tensor.
  static let tensorChunkSize = 256 * 1024
  /// Bound on what a chunk may claim to hold, checked before memory is taken.
  static let maximumPlainSize = 64 * 1024 * 1024

  /// What is done to the plain bytes first; the names are the schema's.
  enum Filter: String, CaseIterable { case none, shuffle4, bitshuffle1, bitshuffle2, bitshuffle4 }
  enum Encoding: String, CaseIterable { case stored, lz4 }

  /// A chunk in its stored form; `bytes` lie in the plain bytes or in the room that the encoder was given.
  struct Encoded {
    var digest: Digest
    var plainSize: Int
    var filter: Filter
    var encoding: Encoding
    var storedDigest: Digest
    var bytes: UnsafeRawBufferPointer
  }

  /// Bytes of room that `encode` needs for so many plain bytes: LZ4 frames noise in a little more than it takes.
  static func room(for plainSize: Int) -> Int {
    var preferences = preferences(plainSize, acceleration: 1)
    return LZ4F_compressFrameBound(plainSize, &preferences)
  }

  /// Encodes in the form that a sample says is the smallest; a form must save more than 1/32 to be taken.
  /// - Parameter room: `room(for:)` bytes.
  static func encode(_ plain: UnsafeRawBufferPointer, elementSize: Int, room: UnsafeMutableRawBufferPointer) -> Encoded {
    let digest = Digest.of(plain)
    if let filter = likelyFilter(plain, elementSize: elementSize) {
      // On tables of floats, looking at every fourth place finds the same empty rows in two thirds of the time.
      let acceleration: Int32 = elementSize == 4 ? 4 : 1
      let size = filtered(plain, by: filter) { compress($0, acceleration: acceleration, into: room) }
      if size > 0, size < plain.count - plain.count / 32 {
        let packed = UnsafeRawBufferPointer(rebasing: room[..<size])
        return Encoded(
          digest: digest, plainSize: plain.count, filter: filter, encoding: .lz4, storedDigest: Digest.of(packed), bytes: packed)
      }
    }
    return Encoded(
      digest: digest, plainSize: plain.count, filter: .none, encoding: .stored, storedDigest: digest, bytes: plain)
  }

  /// Lends a chunk in its stored form.
  static func withEncoded<Value>(
    _ plain: UnsafeRawBufferPointer, elementSize: Int, _ body: (Encoded) throws -> Value
  ) rethrows -> Value {
    try withUnsafeTemporaryAllocation(byteCount: room(for: plain.count), alignment: 64) {
      try body(encode(plain, elementSize: elementSize, room: $0))
    }
  }

  /// Decodes into `target`, which must be exactly as long as the plain bytes; digests are the caller's to check.
  /// - Throws: `ChunkProblem` when the stored bytes do not decode to exactly that many.
  static func decode(
    _ bytes: UnsafeRawBufferPointer, filter: Filter, encoding: Encoding, into target: UnsafeMutableRawBufferPointer
  ) throws(ChunkProblem) {
    guard filter != .none else {
      switch encoding {
      case .stored:
        guard bytes.count == target.count else { throw ChunkProblem(reason: "its size is not the recorded one") }
        target.copyMemory(from: bytes)
      case .lz4: try decompress(bytes, into: target)
      }
      return
    }
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: target.count, alignment: 64)
    defer { scratch.deallocate() }
    try decode(bytes, filter: .none, encoding: encoding, into: scratch)
    filter.undo(UnsafeRawBufferPointer(scratch), into: target)
  }

  /// Why stored bytes are not a chunk.
  struct ChunkProblem: Error { var reason: String }

  // MARK: Choosing

  /// A chunk is judged by four pieces of it; shorter ones than twice that are judged as a whole.
  private static let (samplePieces, samplePieceSize) = (4, 4 * 1024)

  /// The filter under which a sample of the chunk gets smallest, or nil when LZ4 saves less than 1/32 on it under any.
  private static func likelyFilter(_ plain: UnsafeRawBufferPointer, elementSize: Int) -> Filter? {
    let size = samplePieces * samplePieceSize
    guard plain.count >= 2 * size else { return bestFilter(plain, elementSize: elementSize) }
    return withUnsafeTemporaryAllocation(byteCount: size, alignment: 64) { sample in
      for piece in 0..<samplePieces {
        // Whole elements, so that bytes keep their places in them.
        let start = piece * (plain.count - samplePieceSize) / (samplePieces - 1) / 64 * 64
        UnsafeMutableRawBufferPointer(rebasing: sample[(piece * samplePieceSize)..<((piece + 1) * samplePieceSize)])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: plain[start..<(start + samplePieceSize)]))
      }
      return bestFilter(UnsafeRawBufferPointer(sample), elementSize: elementSize)
    }
  }

  private static func bestFilter(_ sample: UnsafeRawBufferPointer, elementSize: Int) -> Filter? {
    withUnsafeTemporaryAllocation(byteCount: room(for: sample.count), alignment: 64) { room in
      var (best, smallest): (Filter?, Int) = (nil, sample.count - sample.count / 32)
      for filter in [Filter.none, .bitshuffle(elementSize) ?? .none] {
        let size = filtered(sample, by: filter) { compress($0, acceleration: 1, into: room) }
        if size < smallest, size > 0 { (best, smallest) = (filter, size) }
      }
      return best
    }
  }

  private static func filtered<Value>(
    _ plain: UnsafeRawBufferPointer, by filter: Filter, _ body: (UnsafeRawBufferPointer) -> Value
  ) -> Value {
    guard filter != .none else { return body(plain) }
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: plain.count, alignment: 64)
    defer { scratch.deallocate() }
    filter.apply(plain, into: scratch)
    return body(UnsafeRawBufferPointer(scratch))
  }

  // MARK: LZ4

  private static func preferences(_ plainSize: Int, acceleration: Int32) -> LZ4F_preferences_t {
    var preferences = LZ4F_preferences_t()
    preferences.frameInfo.blockSizeID = LZ4F_max256KB
    preferences.frameInfo.blockMode = LZ4F_blockIndependent
    preferences.frameInfo.contentSize = UInt64(plainSize)
    // lz4frame.h: "values < 0 trigger fast acceleration"; level -n is an acceleration of n + 1.
    preferences.compressionLevel = 1 - acceleration
    return preferences
  }

  /// Writes one frame and returns its size, 0 when liblz4 fails.
  private static func compress(
    _ plain: UnsafeRawBufferPointer, acceleration: Int32, into room: UnsafeMutableRawBufferPointer
  ) -> Int {
    var preferences = preferences(plain.count, acceleration: acceleration)
    let size = LZ4F_compressFrame(room.baseAddress, room.count, plain.baseAddress, plain.count, &preferences)
    return LZ4F_isError(size) == 0 ? size : 0
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

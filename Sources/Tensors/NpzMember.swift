import CMinizip

/// One array of an npz archive, which is a zip file of npy files, read in a stream.
///
/// The zip is minizip's business, which keeps 64 kB of it in memory, whatever the archive claims. Members are only ever compared by name and
/// never written anywhere, so that a name with `../` in it is just a name. What a member claims is checked: how many bytes there are before any
/// of them is read, its CRC-32 after the last.
final class NpzMember: ArraySource {
  /// More members than any data set has arrays; the list of a hostile archive is not read to its end.
  static let maximumMembers = 10_000
  /// The longest name that is compared, in bytes.
  private static let maximumName = 4_096
  /// What deflate can make of a byte at most is 1,032 (zlib's own figure): who claims more is lying. https://zlib.net/zlib_tech.html
  private static let maximumRatio: UInt64 = 1_032

  let size: Int
  private let archive: unzFile
  private var isOpen = true
  private var left: Int

  /// Opens the member that is called `name` or `name.npy`; without a name the only one that there is.
  init(path: String, member name: String?) throws(NpyError.Fault) {
    // A named pipe must not block, and a missing file is the system's to tell.
    do { _ = try InputFile(path: path) } catch { throw NpyError.Fault(error) }
    guard let archive = unzOpen64(path) else { throw .npz(.notZip) }
    do throws(NpzFault) {
      var place = try Self.find(name, in: archive)
      try Self.check(unzGoToFilePos64(archive, &place))
      size = try Self.size(of: archive)
      try Self.check(unzOpenCurrentFile(archive))
    } catch {
      unzClose(archive)
      throw .npz(error)
    }
    self.archive = archive
    left = size
  }

  deinit {
    if isOpen { unzCloseCurrentFile(archive) }
    unzClose(archive)
  }

  func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(NpyError.Fault) -> Int {
    var filled = 0
    while filled < buffer.count, left > 0 {
      let wanted = UInt32(min(buffer.count - filled, left, 1 << 30))
      let got = unzReadCurrentFile(archive, buffer.baseAddress.map { $0 + filled }, wanted)
      guard got >= 0 else { throw .npz(.damaged(code: got)) }
      if got == 0 { break }
      filled += Int(got)
      left -= Int(got)
    }
    if left == 0, isOpen {
      isOpen = false
      let code = unzCloseCurrentFile(archive)
      guard code != UNZ_CRCERROR else { throw .npz(.checksum) }
      guard code == UNZ_OK else { throw .npz(.damaged(code: code)) }
    }
    return filled
  }

  private static func check(_ code: Int32) throws(NpzFault) {
    guard code == UNZ_OK else { throw .damaged(code: code) }
  }

  /// Walks the whole list once: two members of one name could mean different arrays to different readers.
  private static func find(_ wanted: String?, in archive: unzFile) throws(NpzFault) -> unz64_file_pos {
    var global = unz_global_info64()
    try check(unzGetGlobalInfo64(archive, &global))
    guard global.number_entry > 0 else { throw .empty }
    var names: [String] = []
    var found: [(exact: Bool, place: unz64_file_pos)] = []
    var code = unzGoToFirstFile(archive)
    while code == UNZ_OK {
      guard names.count < maximumMembers else { throw .tooManyMembers(maximumMembers) }
      let name = try self.name(in: archive)
      names.append(name)
      if wanted == nil || name == wanted || name == wanted.map({ $0 + ".npy" }) {
        var place = unz64_file_pos()
        try check(unzGetFilePos64(archive, &place))
        found.append((name == wanted, place))
      }
      code = unzGoToNextFile(archive)
    }
    guard code == UNZ_END_OF_LIST_OF_FILE else { throw .damaged(code: code) }
    let known = names.prefix(12).map { $0.hasSuffix(".npy") ? String($0.dropLast(4)) : $0 }
    guard let wanted else {
      guard found.count == 1 else { throw .memberUnnamed(known) }
      return found[0].place
    }
    // `x` itself comes before `x.npy`, as in numpy.
    let exact = found.filter(\.exact)
    let candidates = exact.isEmpty ? found : exact
    guard candidates.count <= 1 else { throw .duplicateMember(wanted) }
    guard let only = candidates.first else { throw .missingMember(wanted, known: known) }
    return only.place
  }

  private static func name(in archive: unzFile) throws(NpzFault) -> String {
    var info = unz_file_info64()
    var bytes = [CChar](repeating: 0, count: maximumName)
    try check(unzGetCurrentFileInfo64(archive, &info, &bytes, UInt(maximumName), nil, 0, nil, 0))
    guard info.size_filename < maximumName else { throw .nameTooLong(Int(info.size_filename)) }
    return String(decoding: bytes.prefix(Int(info.size_filename)).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// What the member claims to hold, if that can be.
  private static func size(of archive: unzFile) throws(NpzFault) -> Int {
    var info = unz_file_info64()
    try check(unzGetCurrentFileInfo64(archive, &info, nil, 0, nil, 0, nil, 0))
    guard info.flag & 1 == 0 else { throw .encrypted }
    guard info.compression_method == 0 || info.compression_method == 8 else {
      throw .method(Int(info.compression_method))
    }
    let (claimed, compressed) = (UInt64(info.uncompressed_size), UInt64(info.compressed_size))
    let (most, overflows) = compressed.multipliedReportingOverflow(by: info.compression_method == 0 ? 1 : maximumRatio)
    guard claimed <= (overflows ? UInt64(Int.max) : most), claimed <= UInt64(Int.max) else {
      throw .impossibleSize(claimed: claimed, compressed: compressed)
    }
    return Int(claimed)
  }
}
